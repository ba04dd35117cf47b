"""Rules on days: what people can say in words, what comes from elsewhere, and what is refused."""

import time as stopwatch
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.activities import series
from kinderwerk.activities.observing import without
from kinderwerk.activities.repeating import LISTED, NotPlannable, Nth, Repeats, Rule, falling
from kinderwerk.activities.series import Series
from kinderwerk.holidays.rules import Kind, Period, Region

MAY = (date(2031, 5, 1), date(2031, 5, 31))
WEEK = Period(
    kind=Kind.SCHOOL, region=Region.ALL, name="A week off", first_on=date(2031, 5, 17),
    last_on=date(2031, 5, 25),
)  # fmt: skip


def in_may(rule: Rule, **given: object) -> Series:
    usual = {"begins_on": MAY[0], "ends_on": MAY[1], "starts": time(14), "ends": time(16)}
    return Series(rule=rule, **usual | given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "days", "way"),
    [
        (Rule.weekly(2), [7, 14, 21, 28], Repeats.WEEKLY),
        (Rule.weekly(4, 0), [2, 5, 9, 12, 16, 19, 23, 26, 30], Repeats.WEEKLY),
        (Rule.weekly(2, interval=2), [14, 28], Repeats.FORTNIGHTLY),
        (Rule.weekly(3, interval=2), [1, 15, 29], Repeats.FORTNIGHTLY),
        (Rule.monthly(Nth.FIRST, 2), [7], Repeats.MONTHLY),
        (Rule.monthly(Nth.LAST, 4), [30], Repeats.MONTHLY),
        (Rule("FREQ=MONTHLY;BYMONTHDAY=-1"), [31], Repeats.OTHER),
        (Rule("FREQ=WEEKLY;INTERVAL=3;BYDAY=TH"), [1, 22], Repeats.OTHER),
        (LISTED, [], Repeats.LISTED),
    ],
)
def test_a_rule_gives_its_days_and_is_known_by_its_words(
    rule: Rule, days: list[int], way: Repeats
) -> None:
    rule.check()
    assert [day.day for day in rule.days(*MAY)] == days
    assert rule.repeats is way


@given(st.sets(st.integers(0, 6), min_size=1), st.integers(1, 2), st.sampled_from(Nth))
def test_what_was_said_in_words_is_found_again(days: set[int], interval: int, nth: Nth) -> None:
    assert Rule.weekly(*days, interval=interval).weekdays == tuple(sorted(days))
    monthly = Rule.monthly(nth, *days)
    assert (set(monthly.weekdays), monthly.nth) == (days, nth)
    assert falling(Rule.weekly(*days).days(*MAY)) == sum(1 << day for day in days)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=1", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;COUNT=10000", "FREQ=DAILY;BYHOUR=1,2,3", "FREQ=DAILY;BYMONTHDAY=30",
        "FREQ=WEEKLY;FREQ=DAILY", "BYDAY=MO", "nonsense", "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=MONTHLY;BYDAY=9MO", "FREQ=WEEKLY;" + "BYDAY=MO;" * 99,
    ],
)  # fmt: skip
def test_what_is_no_rule_on_days_is_refused_at_once(text: str) -> None:
    began = stopwatch.monotonic()
    with pytest.raises(NotPlannable):
        Rule(text).check()
    assert stopwatch.monotonic() - began < 1


def test_thousands_of_dates_are_refused() -> None:
    two_years = {"ends_on": date(2033, 4, 30)}
    with pytest.raises(series.TooManyDates):
        in_may(Rule("FREQ=DAILY"), **two_years).check()
    with pytest.raises(series.TooLong):
        in_may(Rule("FREQ=DAILY"), ends_on=date(2099, 1, 1)).check()


def test_each_day_is_told_and_why_it_falls_out() -> None:
    off = without(
        in_may(
            Rule.weekly(2), skipped=frozenset({date(2031, 5, 7)}),
            extra=frozenset({date(2031, 5, 22)}),
        ),
        [WEEK],
    )  # fmt: skip
    off.check()
    assert [(one.day.day, one.holiday, one.skipped, one.extra) for one in off.told()] == [
        (7, "", True, False), (14, "", False, False), (21, "A week off", False, False),
        (22, "", False, True), (28, "", False, False),
    ]  # fmt: skip
    assert [day.day for day in off.days()] == [14, 22, 28]


def test_so_many_times_counts_what_takes_place() -> None:
    off = without(in_may(Rule.weekly(2)), [WEEK])
    assert list(off.after(3).days())[-1] == date(2031, 5, 28)
    with pytest.raises(series.TooLong):
        off.after(9)


def test_listed_dates_are_only_those() -> None:
    days = frozenset({date(2031, 5, 3), date(2031, 5, 30)})
    listed = in_may(LISTED, extra=days)
    listed.check()
    assert set(listed.days()) == days
    with pytest.raises(series.ExtraOutside):
        in_may(LISTED, extra=frozenset({date(2032, 1, 1)})).check()
