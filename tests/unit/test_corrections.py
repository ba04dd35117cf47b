"""Which changes of counts that are out may be told."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from kinderwerk.disclosure.corrections import corrected
from kinderwerk.disclosure.tables import Axis, Key, Kind, Split, Table

HOODS = ("a", "b", "c", "d", "e")
AREAS = Axis(
    "area", ("city", "west", *HOODS, "east"),
    (
        Split("city", ("west", "east"), rest="elsewhere"),
        Split("west", HOODS, rest="elsewhere west"),
    ),
)  # fmt: skip
WORKS = Axis(
    "work", ("all", "one", "two", "play", "talent"),
    (Split("all", ("one", "two")), Split("one", ("play", "talent"), adds=False, rest="none")),
)  # fmt: skip
PLACES = (*HOODS, "east", "nowhere")
Visits = Mapping[tuple[str, str], int]


def table(visits: Visits, kind: Kind = Kind.PARTICIPATION) -> Table:
    """Count visits by where somebody lives and for what: a goal of the first, or the second."""
    counts: dict[Key, int] = dict.fromkeys(product(AREAS.members, WORKS.members), 0)
    for (place, work), n in visits.items():
        areas = {"nowhere": ("city",), "east": ("city", "east")}.get(place, ("city", "west", place))
        works = ("all", "two") if work == "two" else ("all", "one", work)
        for key in product(areas, works):
            counts[key] += n
    return Table(name="visits", kind=kind, axes=(AREAS, WORKS), counts=counts)


def version(then: Visits, more: Visits, kind: Kind = Kind.PARTICIPATION) -> Mapping[Key, int]:
    now = {at: then.get(at, 0) + more.get(at, 0) for at in then.keys() | more.keys()}
    return corrected([table(then, kind)], [table(now, kind)])["visits"]


SOME = st.dictionaries(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(("play", "talent", "two"))),
    st.integers(0, 30), max_size=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(SOME, SOME, st.sampled_from(Kind))
def test_no_count_changes_by_less_than_would_be_shown(
    then: Visits, now: Visits, kind: Kind
) -> None:
    was, of_now = table(then, kind), table(now, kind)
    found = corrected([was], [of_now])["visits"]
    for key, n in found.items():
        assert n == was.counts[key] or abs(n - was.counts[key]) >= kind.minimum
        assert n >= 0
    for total, part in (("city", "west"), ("city", "east"), *(("west", one) for one in HOODS)):
        for work in WORKS.members:
            assert found[part, work] <= found[total, work]
    assert corrected([of_now], [of_now])["visits"] == dict(of_now.counts)


THEN: Visits = {(place, work): 20 for place in PLACES for work in ("play", "two")}


def test_a_large_change_is_told_with_all_totals_in_which_it_lies() -> None:
    found = version(THEN, {("a", "play"): 9})
    for key in product(("a", "west", "city"), ("play", "one", "all")):
        assert found[key] == table(THEN).counts[key] + 9
    assert found["b", "one"] == 20


def test_of_a_small_change_nothing_is_told() -> None:
    assert version(THEN, {("a", "play"): 4, ("east", "two"): -3}) == table(THEN).counts
    assert version(THEN, {("a", "two"): 9}, Kind.SENSITIVE) == table(THEN).counts


def test_a_change_for_a_goal_that_is_small_keeps_all_of_that_organisation_there() -> None:
    found = version(THEN, {("a", "play"): 9, ("a", "talent"): 2})
    assert (found["a", "one"], found["a", "play"]) == (20, 20)


def test_what_is_spread_thinly_is_told_of_the_whole_but_not_of_its_parts() -> None:
    """Eight in five neighbourhoods may be two in each, or none in any one of them."""
    more = {(hood, "play"): n for hood, n in zip(HOODS, (2, 3, 1, 2, 0), strict=True)}
    found = version(THEN, more)
    assert found["west", "one"] == 100 + 8
    assert [found[hood, "one"] for hood in HOODS] == [20] * 5


def test_so_much_spread_thinly_that_each_must_have_a_share_is_not_told() -> None:
    """Seventeen are more than four in each of four: the fifth has one at least."""
    more = {(hood, "play"): n for hood, n in zip(HOODS, (4, 4, 4, 4, 1), strict=True)}
    assert version(THEN, more) == table(THEN).counts


def test_two_changes_that_nearly_cancel_each_other_are_not_both_told() -> None:
    found = version(THEN, {("a", "two"): 9, ("b", "two"): -8})
    assert found["west", "two"] in (100, 109, 92)


def test_there_are_never_more_children_than_visits() -> None:
    """Six visits less are told only if the children, two less, do not stand above them then."""
    visits, children = table({("a", "two"): 12}), replace(
        table({("a", "two"): 10}), name="children", within="visits"
    )  # fmt: skip
    now = [table({("a", "two"): 6}), replace(table({("a", "two"): 8}), name="children")]
    now[1] = replace(now[1], within="visits")
    found = corrected([visits, children], now)
    assert found["visits"]["a", "two"] == 12
    assert found["children"]["a", "two"] == 10
