"""What in a week of deeds is worth a second look, and how deeds read to families."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.access.vocabulary import Role
from kinderwerk.core import clock
from kinderwerk.trail import rules
from kinderwerk.trail.rules import Deed, Looked, Noticed, Plea, Rule
from kinderwerk.trail.words import FOR_FAMILIES, Kind
from tests.make import A_WEDNESDAY

ME, OTHER = uuid4(), uuid4()
NIGHT = clock.from_wall(datetime(2031, 5, 14, 2))


def deed(name: str, at: datetime = A_WEDNESDAY, case: UUID | None = None) -> Deed:
    return Deed(at, ME, Role.WORKER, name, case or uuid4())


def met(*deeds: Deed, **involved: frozenset[UUID]) -> set[tuple[Rule, int]]:
    whose = {UUID(id): people for id, people in involved.items()}
    return {(one.rule, one.times) for one in rules.notice(deeds, whose)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("child.added", Kind.CREATED),
        ("child.changed", Kind.CHANGED),
        ("child.whatever_is_new", Kind.CHANGED),
        ("signup.cancelled", Kind.REMOVED),
        ("signal.read", Kind.READ),
        ("child.seen", Kind.READ),
        ("child.searched", Kind.SEARCHED),
        ("referral.printed", Kind.PRINTED),
        ("child.exported", Kind.EXPORTED),
        ("signal.shared", Kind.TRANSFERRED),
        ("emergency.read", Kind.EMERGENCY),
    ],
)
def test_a_deed_is_of_one_kind(name: str, kind: Kind) -> None:
    assert rules.kind(name) is kind


def test_nothing_stands_out_in_an_ordinary_week() -> None:
    case = uuid4()
    reads = [deed("signal.read", case=case) for _ in range(40)]
    assert rules.notice(reads, {case: frozenset({ME})}) == []
    assert met(deed("child.seen", NIGHT), deed("signal.listed", NIGHT), deed("user.came")) == set()


@pytest.mark.parametrize(
    ("name", "opens"),
    [
        ("signal.read", True), ("support.printed", True), ("signal.listed", False),
        ("referral.share.seen", False), ("signal.shared", False), ("child.read", False),
    ],
)  # fmt: skip
def test_a_case_is_opened_by_reading_its_words(name: str, opens: bool) -> None:
    assert rules.opens_case(name) is opens
    assert bool(met(*(deed(name) for _ in range(60))) - {(Rule.TAKEN_OUT, 60)}) is opens


def test_looking_in_an_emergency_stands_out() -> None:
    assert met(deed("emergency.opened"), deed("emergency.read")) == {(Rule.EMERGENCY, 1)}


@pytest.mark.parametrize(("cases", "found"), [(14, set()), (15, {(Rule.MANY_CASES, 15)})])
def test_many_different_cases_in_a_day_stand_out(cases: int, found: set[tuple[Rule, int]]) -> None:
    reads = [deed("signal.read", case=UUID(int=n % cases)) for n in range(60)]
    assert met(*reads) == found
    spread = [deed("signal.read", A_WEDNESDAY + timedelta(days=n % 5)) for n in range(60)]
    assert met(*spread[:40]) == set()


def test_a_case_at_night_stands_out() -> None:
    read = [deed(f"{kind}.read", NIGHT) for kind in ("referral", "support", "code_case")]
    assert met(*read) == {(Rule.AT_NIGHT, 3)}


def test_a_case_of_others_stands_out() -> None:
    mine, theirs = uuid4(), uuid4()
    found = rules.notice(
        [deed("signal.read", case=mine), deed("signal.read", case=theirs)],
        {mine: frozenset({ME}), theirs: frozenset({OTHER})},
    )
    assert found == [Noticed(Rule.NOT_INVOLVED, ME, 1)]


def test_resets_and_prints_stand_out() -> None:
    printed = (deed("referral.printed"), deed("child.exported"), deed("report.printed"))
    assert met(deed("user.factor_reset_asked"), *printed) == {
        (Rule.FACTOR_RESET, 1), (Rule.TAKEN_OUT, 2),
    }  # fmt: skip


@given(st.datetimes(datetime(2030, 1, 1), datetime(2032, 1, 1)))
def test_it_is_night_by_the_clock_on_the_wall(wall: datetime) -> None:
    at = wall.replace(tzinfo=clock.AMSTERDAM)
    assert rules.is_night(at) is (clock.to_wall(at).hour in (23, 0, 1, 2, 3, 4, 5))


@given(st.dates(date(2030, 1, 1), date(2032, 1, 1)))
def test_a_week_begins_on_its_monday(day: date) -> None:
    monday = rules.monday(day)
    assert monday.weekday() == 0
    assert timedelta(0) <= day - monday < timedelta(days=7)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(sorted(FOR_FAMILIES)))))
def test_what_was_done_again_on_a_day_is_one_line(done: list[tuple[int, str]]) -> None:
    looked = [
        Looked(
            day=date(2031, 5, 1 + day), organisation="O", kind=Kind.READ, about=noun
        )
        for day, noun in done
    ]  # fmt: skip
    lines = rules.folded(looked)
    assert sum(line.times for line in lines) == len(done)
    assert len(lines) == len(set(done))
    assert [line.day for line in lines] == sorted((line.day for line in lines), reverse=True)


def test_families_are_told_of_no_case() -> None:
    assert not rules.CASES & set(FOR_FAMILIES)


def test_whoever_cannot_wait_says_why() -> None:
    for reason in ("She is at the door and bleeds.", "x" * rules.LEAST):
        rules.check_plea(Plea(need=rules.Need.DANGER, reason=reason))
    with pytest.raises(rules.TooShort):
        rules.check_plea(Plea(need=rules.Need.DANGER, reason="  because      "))
