"""The draw: the same again from the same, nobody favoured by a sibling, and nothing told."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kinderwerk.activities.rules import ByDraw
from kinderwerk.draws.rules import (
    ALPHABET,
    Chances,
    Check,
    Outcome,
    Party,
    Published,
    Unreadable,
    digest,
    draw,
    examine,
    holders_hash,
    in_order,
    list_hash,
    new_numbers,
    tickets_of,
)

SEEDS = st.integers(0, 10**6).map(lambda n: digest(str(n)))
RULES = st.builds(
    ByDraw, closes_at=st.just(datetime(2031, 5, 1, tzinfo=UTC)), near=st.integers(0, 9),
    new=st.integers(0, 9), unlucky=st.integers(0, 9),
)  # fmt: skip
CHANCES = st.builds(Chances, near=st.booleans(), new=st.booleans(), unlucky=st.booleans())


@st.composite
def parties(draw: st.DrawFn) -> list[Party]:
    sizes = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=10))
    numbers = iter(draw(st.permutations([f"T{n:03}" for n in range(40)])))
    return [
        Party(id=UUID(int=id), size=size, tickets=tuple(next(numbers) for _ in range(many)))
        for id, (size, many) in enumerate(sizes)
    ]


def of(parties: list[Party]) -> list[str]:
    return [ticket for party in parties for ticket in party.tickets]


def published(seed: str, outcome: Outcome, places: int = 5) -> Published:
    return Published(
        places=places, seed_hash=digest(seed), list_hash=list_hash(outcome.order),
        holders_hash=digest("held"), tickets=tuple(outcome.order), seed=seed, line=outcome.line,
    )  # fmt: skip


@given(seed=SEEDS, parties=parties(), places=st.integers(0, 20), chance=st.randoms())
def test_the_same_again_whoever_is_asked_first(
    seed: str, parties: list[Party], places: int, chance: object
) -> None:
    first = draw(seed, of(parties), parties, places)
    again = draw(seed, sorted(of(parties)), list(reversed(parties)), places)
    assert first == again
    assert all(found.right for found in examine(published(seed, first)))


@given(seed=SEEDS, parties=parties(), places=st.integers(0, 20))
def test_siblings_come_all_or_none_and_nobody_beyond_the_room(
    seed: str, parties: list[Party], places: int
) -> None:
    sizes = {one.id: one.size for one in parties}
    outcome = draw(seed, of(parties), parties, places)
    taken = sum(sizes[id] for id in outcome.placed)
    assert taken <= places
    assert Counter([*outcome.placed, *outcome.waiting]) == Counter(list(sizes))
    assert all(sizes[id] > places - taken for id in outcome.waiting)  # nobody who fits waits


@given(seed=SEEDS, parties=parties(), places=st.integers(0, 20))
def test_above_the_line_everybody_has_a_place(seed: str, parties: list[Party], places: int) -> None:
    outcome = draw(seed, of(parties), parties, places)
    above = set(outcome.order[: outcome.line])
    for party in parties:
        if above & set(party.tickets):
            assert party.id in outcome.placed
    first_below = outcome.order[outcome.line : outcome.line + 1]
    waits = {ticket for one in parties if one.id in outcome.waiting for ticket in one.tickets}
    assert set(first_below) <= waits


@given(seed=SEEDS, parties=parties(), places=st.integers(0, 20))
def test_who_left_before_the_draw_changes_no_order(
    seed: str, parties: list[Party], places: int
) -> None:
    assume(parties)
    whole = draw(seed, of(parties), parties, places)
    without = draw(seed, of(parties), parties[1:], places)
    assert without.order == whole.order
    assert set(whole.placed) - {parties[0].id} <= set(without.placed) | set(without.waiting)


@given(rules=RULES, one=CHANCES, others=st.lists(CHANCES, max_size=3))
def test_nobody_has_more_tickets_for_coming_with_siblings(
    rules: ByDraw, one: Chances, others: list[Chances]
) -> None:
    alone, together = tickets_of(rules, [one]), tickets_of(rules, [one, *others])
    assert 1 <= together <= alone
    if all(other == one for other in others):
        assert together == alone


@pytest.mark.parametrize(
    ("near", "new", "unlucky", "tickets"),
    [(False, False, False, 1), (True, False, False, 3), (False, True, False, 4),
     (False, False, True, 6), (True, True, True, 11)],
)  # fmt: skip
def test_each_rule_that_holds_gives_the_tickets_that_were_promised(
    near: bool, new: bool, unlucky: bool, tickets: int
) -> None:
    rules = ByDraw(closes_at=datetime(2031, 5, 1, tzinfo=UTC), near=2, new=3, unlucky=5)
    assert tickets_of(rules, [Chances(near=near, new=new, unlucky=unlucky)]) == tickets


def wins(parties: list[Party], places: int, many: int) -> Counter[UUID]:
    """Count who gets a place in so many draws."""
    tickets = of(parties)
    found: Counter[UUID] = Counter()
    for number in range(many):
        found.update(draw(digest(str(number)), tickets, parties, places).placed)
    return found


def test_twice_the_tickets_are_twice_the_chance_of_a_place() -> None:
    many = 3000
    heavy = Party(id=UUID(int=1), size=1, tickets=("A", "B"))
    light = [Party(id=UUID(int=n), size=1, tickets=(f"C{n}",)) for n in range(2, 6)]
    found = wins([heavy, *light], 1, many)
    assert found[heavy.id] / many == pytest.approx(2 / 6, abs=0.03)
    assert all(found[one.id] / many == pytest.approx(1 / 6, abs=0.03) for one in light)


def test_siblings_have_no_better_chance_and_lose_only_where_they_do_not_fit() -> None:
    many = 3000
    pair = Party(id=UUID(int=1), size=2, tickets=("A",))
    singles = [Party(id=UUID(int=n), size=1, tickets=(f"C{n}",)) for n in range(2, 8)]
    found = wins([pair, *singles], 4, many)
    alone = [one.id for one in singles]
    # Of seven tickets the pair needs to be among the first three: after that one place is left.
    assert found[pair.id] / many == pytest.approx(3 / 7, abs=0.03)
    assert all(found[pair.id] < found[id] for id in alone)


@given(seed=SEEDS, parties=parties(), places=st.integers(0, 20))
def test_what_is_published_says_nothing_of_parties(
    seed: str, parties: list[Party], places: int
) -> None:
    """Whoever holds the tickets, and however many, the same numbers give the same order."""
    tickets = of(parties)
    alone = [Party(id=UUID(int=n), size=1, tickets=(one,)) for n, one in enumerate(tickets)]
    theirs, others = (draw(seed, tickets, some, places) for some in (parties, alone))
    assert theirs.order == others.order
    told = published(seed, theirs, places)
    assert set(Published.__slots__) == {
        "places", "seed_hash", "list_hash", "holders_hash", "tickets", "seed", "line",
    }  # fmt: skip
    assert Published.read(told.text(activity="Camp")) == told


@given(seed=SEEDS, parties=parties(), other=SEEDS)
def test_whatever_is_changed_afterwards_is_found(
    seed: str, parties: list[Party], other: str
) -> None:
    tickets = of(parties)
    assume(len(tickets) > 2 and seed != other)
    told = published(seed, draw(seed, tickets, parties, 3))

    def found(**changed: object) -> list[Check]:
        values = {name: getattr(told, name) for name in Published.__slots__} | changed
        return [one.check for one in examine(Published(**values)) if not one.right]

    assert found() == []
    assert Check.SEED in found(seed=other)
    assert Check.LIST in found(tickets=told.tickets[1:])
    assert Check.LIST in found(tickets=("NEW", *told.tickets[1:]))
    assert found(tickets=(told.tickets[1], told.tickets[0], *told.tickets[2:])) == [Check.ORDER]
    assert Check.TICKETS in found(tickets=(told.tickets[0], *told.tickets))
    assert found(line=len(tickets) + 1) == found(line=None) == [Check.LINE]
    assert found(line=0) == found(line=len(tickets)) == []


def test_the_first_ticket_that_lies_wrong_is_named() -> None:
    told = published("seed", draw("seed", ["A", "B", "C"], [], 3))
    first, second, third = told.tickets
    (wrong,) = (
        one for one in examine(replace(told, tickets=(first, third, second))) if not one.right
    )
    assert (wrong.number, wrong.stands, wrong.should) == (2, third, second)


def test_who_holds_which_tickets_is_fixed_and_not_to_be_guessed() -> None:
    fixed = holders_hash("salt", [("A", "B"), ("C",)])
    assert fixed == holders_hash("salt", [("C",), ("B", "A")])
    assert fixed != holders_hash("salt", [("A",), ("B", "C")])
    assert fixed != holders_hash("pepper", [("A", "B"), ("C",)])


def test_the_order_is_what_the_page_says_it_is() -> None:
    """As one would do it in another language: SHA-256 of SEED:LIST:TICKET, and sort."""
    assert list_hash(["B", "A"]) == digest("A\nB")
    tickets = ["A", "B", "C", "D"]
    listed = digest("A\nB\nC\nD")
    assert in_order("seed", tickets) == sorted(
        tickets, key=lambda one: digest(f"seed:{listed}:{one}")
    )


def test_numbers_of_tickets_are_all_different_and_tell_nothing() -> None:
    numbers = new_numbers(500)
    assert len(set(numbers)) == 500
    assert set("".join(numbers)) <= set(ALPHABET)
    assert numbers != sorted(numbers)


@pytest.mark.parametrize(
    ("name", "value"),
    [("tickets", "AB"), ("tickets", [1]), ("places", "5"), ("places", True), ("seed", 1),
     ("line", "1"), ("line", 1.5), ("list_hash", None), ("format", "another")],
)  # fmt: skip
def test_a_draw_in_which_something_is_of_another_kind_is_not_read(name: str, value: object) -> None:
    told = json.loads(published("seed", draw("seed", ["A", "B"], [], 3)).text())
    with pytest.raises(Unreadable):
        Published.read(json.dumps(told | {name: value}))


def test_a_draw_that_is_still_to_come_is_read() -> None:
    told = replace(published("seed", draw("seed", ["A", "B"], [], 3)), seed=None, line=None)
    assert Published.read(told.text()) == told


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": "kinderwerk-draw-1"}', "[" * 100_000]
)
def test_a_file_that_is_something_else_is_not_read(text: str) -> None:
    with pytest.raises(Unreadable):
        Published.read(text)
