"""Whose turn it is, and how long an offer stands."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.signups.rules import (
    NIGHT,
    OFFER_LASTS,
    OFFER_LASTS_AT_LEAST,
    Ages,
    ClosedSince,
    Date,
    DateCancelled,
    DateOver,
    OpensLater,
    Standing,
    TooOld,
    TooYoung,
    Window,
    answer_by,
    free,
    seated,
)

HERE = ZoneInfo("Europe/Amsterdam")
MOMENTS = st.datetimes(
    min_value=datetime(2031, 1, 1), max_value=datetime(2031, 12, 31),
).map(lambda naive: naive.replace(tzinfo=HERE))  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> list[tuple[int, ...]]:
    sizes = draw(st.lists(st.integers(1, 4), max_size=12))
    numbers = iter(range(100))
    return [tuple(next(numbers) for _ in range(size)) for size in sizes]


@given(room=st.integers(0, 12), line=lines())
def test_a_line_is_served_in_turn_and_never_beyond_the_room(
    room: int, line: list[tuple[int, ...]]
) -> None:
    chosen = seated(room, line)
    assert len(chosen) <= room
    assert chosen == sorted(chosen)
    assert max(Counter(chosen).values(), default=1) == 1
    left = room - len(chosen)
    for party in line:
        came = [one in chosen for one in party]
        assert all(came) or not any(came)
        assert all(came) or len(party) > left


@given(room=st.integers(0, 12), many=st.integers(0, 12))
def test_who_comes_alone_is_never_passed_over(room: int, many: int) -> None:
    assert seated(room, [(one,) for one in range(many)]) == list(range(min(room, many)))


@given(moment=MOMENTS, ahead=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)))
def test_an_offer_ends_before_it_begins_and_leaves_some_time(
    moment: datetime, ahead: timedelta
) -> None:
    starts_at = moment + ahead
    until = answer_by(moment, starts_at)
    assert moment <= until <= starts_at
    assert until - moment >= min(OFFER_LASTS_AT_LEAST, ahead)
    assert until - moment <= OFFER_LASTS + timedelta(hours=12)
    if ahead > timedelta(days=2):
        assert NIGHT[1] <= until.time() < NIGHT[0]


def test_by_default_a_family_has_two_days() -> None:
    monday = datetime(2031, 3, 3, 12, tzinfo=HERE)
    assert answer_by(monday, monday + timedelta(days=9)) == monday + timedelta(days=2)
    assert answer_by(monday, monday + timedelta(hours=4)) == monday + timedelta(hours=2)
    evening = monday.replace(hour=20)
    tomorrow = evening + timedelta(hours=18)
    assert answer_by(evening, tomorrow) == datetime(2031, 3, 4, 9, tzinfo=HERE)


def test_a_place_and_an_offer_are_held_for_somebody() -> None:
    assert [one for one in Standing if one.holds] == [Standing.PLACED, Standing.OFFERED]


def test_both_ages_that_are_named_may_come() -> None:
    ages = Ages(youngest=6, oldest=9)
    ages.check("Noor", 6)
    ages.check("Noor", 9)
    with pytest.raises(TooYoung):
        ages.check("Noor", 5)
    with pytest.raises(TooOld):
        ages.check("Noor", 10)


def test_families_sign_up_from_the_first_moment_until_just_before_the_last() -> None:
    first, last = datetime(2031, 3, 3, 9, tzinfo=HERE), datetime(2031, 3, 5, 9, tzinfo=HERE)
    little = timedelta(seconds=1)
    Window(first, last).check(first)
    Window(first, last).check(last - little)
    Window(None, None).check(first)
    with pytest.raises(OpensLater):
        Window(first, last).check(first - little)
    with pytest.raises(ClosedSince):
        Window(first, last).check(last)


def test_a_date_is_signed_up_for_until_it_begins_and_at_the_door_until_it_ends() -> None:
    begins = datetime(2031, 3, 3, 15, tzinfo=HERE)
    ends, little = begins + timedelta(hours=2), timedelta(seconds=1)
    date = Date(day=begins.date(), starts_at=begins, ends_at=ends, goes_on=True)
    date.check(begins - little)
    date.check(ends - little, at_door=True)
    for moment, at_door in ((begins, False), (ends, True)):
        with pytest.raises(DateOver):
            date.check(moment, at_door=at_door)
    with pytest.raises(DateCancelled):
        Date(day=begins.date(), starts_at=begins, ends_at=ends, goes_on=False).check(
            begins - little
        )


@pytest.mark.parametrize(
    ("capacity", "taken", "asking", "get"),
    [(None, 90, 3, 3), (10, 0, 3, 3), (10, 8, 3, 2), (10, 10, 3, 0), (10, 12, 3, 0)],
)
def test_as_many_get_a_place_as_there_is_room_for(
    capacity: int | None, taken: int, asking: int, get: int
) -> None:
    assert free(capacity, taken, asking) == get
