"""School years cover every day once; what goes into the next keeps its days of the week."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.activities.anew import OverBefore, a_year_later
from kinderwerk.activities.repeating import LISTED, Rule
from kinderwerk.activities.series import Series
from kinderwerk.school_year.rules import (
    AHEAD,
    DAY,
    Growing,
    NoSuchYear,
    SchoolYear,
    growing,
    prepared,
    within,
)

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
MONTH = st.integers(1, 12)


@given(DAYS, MONTH)
def test_each_day_lies_in_one_year_and_the_next_begins_the_day_after(day: date, month: int) -> None:
    year = SchoolYear.holding(day, month)
    assert year.first <= day <= year.last
    assert SchoolYear.holding(year.last + DAY, month) == year.moved(1)
    assert year.moved(1).moved(-1) == year


@given(DAYS, MONTH)
def test_the_year_to_prepare_runs_or_begins_within_half_a_year(day: date, month: int) -> None:
    year = prepared(day, month)
    assert year.first <= day + AHEAD
    assert year.last >= day
    assert within(None, day, month) == year == within(year.number, day, month)


@pytest.mark.parametrize("number", [2029, 2032, 0, -1, 10**9])
def test_only_the_year_that_runs_and_the_next_are_prepared(number: int) -> None:
    with pytest.raises(NoSuchYear):
        within(number, date(2031, 6, 1), 8)


@given(
    begins=DAYS, weeks=st.integers(0, 50), weekday=st.integers(0, 6), every=st.integers(1, 2),
    first=DAYS, today=DAYS,
)  # fmt: skip
def test_a_series_keeps_its_days_and_its_weeks_and_begins_no_sooner(
    begins: date, weeks: int, weekday: int, every: int, first: date, today: date
) -> None:
    rule = Rule.weekly(weekday, interval=every)
    usual = {"starts": time(14), "ends": time(16), "rule": rule}
    old = Series(begins_on=begins, ends_on=begins + timedelta(weeks=weeks), **usual)
    try:
        new = a_year_later(old, first, today)
    except OverBefore:
        assert old.ends_on + timedelta(weeks=52) < max(first, today) + timedelta(weeks=2)
        return
    assert new.begins_on >= max(first, today)
    moved = {day + timedelta(weeks=52) for day in old.days()}
    assert set(new.days()) == {day for day in moved if day >= new.begins_on}


def test_days_chosen_by_hand_go_along_where_there_are_no_others() -> None:
    extra = frozenset({date(2031, 3, 5), date(2031, 5, 7)})
    usual = {"begins_on": date(2031, 3, 5), "ends_on": date(2031, 5, 7), "extra": extra}
    listed = Series(**usual, starts=time(14), ends=time(16), rule=LISTED)
    new = a_year_later(listed, date(2031, 8, 1), date(2031, 6, 1))
    assert list(new.days()) == [date(2032, 3, 3), date(2032, 5, 5)]


def test_what_is_once_stays_on_its_day_and_is_not_put_into_the_past() -> None:
    once = Series(
        begins_on=date(2031, 3, 5), ends_on=date(2031, 3, 5), starts=time(14), ends=time(16)
    )
    assert a_year_later(once, date(2031, 8, 1), date(2031, 6, 1)).begins_on == date(2032, 3, 3)
    with pytest.raises(OverBefore):
        a_year_later(once, date(2031, 8, 1), date(2032, 3, 4))


@pytest.mark.parametrize(
    ("before", "at_first", "at_last", "oldest", "told"),
    [
        (10, 10, 11, 12, Growing(0)),
        (11, 12, 12, 12, Growing.ASKED),
        (15, 15, 16, 18, Growing.ALONE),
        (12, 13, 13, 12, Growing.OUTGROWN),
        (17, 18, 18, 20, Growing.GROWN),
        (16, 17, 18, 12, Growing.GROWN | Growing.OUTGROWN),
    ],
)
def test_growing_up_is_told_once(
    before: int, at_first: int, at_last: int, oldest: int, told: Growing
) -> None:
    assert growing(before, at_first, at_last, oldest) == told
