"""Why a child cannot come, each reason in turn."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.core.errors import Refusal, why_not
from kinderwerk.signups.reasons import (
    Audience,
    Candidate,
    HomeUnknown,
    NotFromHere,
    Taken,
    clash,
)
from kinderwerk.signups.rules import Ages, ClosedSince, OpensLater, TooOld, TooYoung, Window

HERE, THERE, CHILD = uuid4(), uuid4(), uuid4()
NOON = datetime(2031, 5, 14, 12, tzinfo=UTC)
FOUR_TO_TWELVE = Ages(youngest=4, oldest=12)


@dataclass(frozen=True, slots=True)
class Slot:
    starts_at: datetime
    ends_at: datetime


def taken(begins: float, lasts: float = 2, title: str = "Football") -> Taken:
    starts_at = NOON + timedelta(hours=begins)
    return Taken(CHILD, uuid4(), title, starts_at, starts_at + timedelta(hours=lasts))


@pytest.mark.parametrize(
    ("born_on", "home", "reason"),
    [
        (date(2025, 3, 1), HERE, None),
        (date(2025, 3, 1), THERE, NotFromHere),
        (date(2025, 3, 1), None, HomeUnknown),
        (date(2027, 5, 15), HERE, TooYoung),
        (date(2018, 5, 14), HERE, TooOld),
        (date(2028, 2, 29), HERE, TooYoung),
        (date(2027, 5, 15), None, TooYoung),  # what cannot be mended is said first
    ],
)
def test_a_child_is_told_what_stands_in_its_way(
    born_on: date, home: object, reason: type[Refusal] | None
) -> None:
    audience = Audience(ages=FOUR_TO_TWELVE, homes=frozenset({HERE}), places="Zonnehof")
    child = Candidate("Noor", born_on, home)  # type: ignore[arg-type]
    refusal = why_not(lambda: audience.check(child, date(2031, 5, 14)))
    assert type(refusal) is (reason or type(None))
    assert refusal is None or refusal.values["name"] == "Noor"


def test_from_anywhere_means_that_nobody_asks_where_one_lives() -> None:
    Audience(ages=FOUR_TO_TWELVE).check(Candidate("Noor", date(2025, 3, 1), None), NOON.date())


@pytest.mark.parametrize(
    ("hours", "reason"), [(-1, OpensLater), (0, None), (9, None), (10, ClosedSince)]
)
def test_signing_up_is_open_from_the_first_moment_and_not_at_the_last(
    hours: int, reason: type[Refusal] | None
) -> None:
    window = Window(NOON, NOON + timedelta(hours=10))
    refusal = why_not(lambda: window.check(NOON + timedelta(hours=hours)))
    assert type(refusal) is (reason or type(None))


@given(begins=st.floats(-5, 5), lasts=st.floats(0.5, 5))
def test_two_times_clash_exactly_when_a_child_would_be_in_two_places(
    begins: float, lasts: float
) -> None:
    other = taken(begins, lasts)
    found = clash("Noor", [Slot(NOON, NOON + timedelta(hours=2))], [other])
    shared = min(other.ends_at, NOON + timedelta(hours=2)) - max(other.starts_at, NOON)
    assert (found is not None) == (shared > timedelta(0))


def test_the_first_clash_is_named() -> None:
    dates = [Slot(NOON + timedelta(days=n), NOON + timedelta(days=n, hours=2)) for n in (7, 0)]
    found = clash("Noor", dates, [taken(24 * 7, title="Later"), taken(1, title="First")])
    assert found
    assert found.values == {"name": "Noor", "title": "First", "moment": NOON + timedelta(hours=1)}
