"""The made-up town lives in a believable year on whatever day somebody looks in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.demo.rules import Calendar, at_home
from kinderwerk.demo.town import geography
from kinderwerk.demo.town.people import WING
from kinderwerk.demo.town.programme import OFFERS

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))


@given(DAYS)
def test_today_lies_in_the_school_year_and_after_what_is_reported(today: date) -> None:
    calendar = Calendar.of(today)
    assert calendar.finished.ends < today
    assert calendar.begins < calendar.finished.begins
    assert calendar.now.begins <= calendar.now.ends >= today
    if calendar.before:
        assert calendar.begins <= calendar.before.begins
        assert calendar.before.ends < calendar.now.begins


@given(DAYS)
def test_reports_find_school_weeks_in_both_finished_half_years(today: date) -> None:
    calendar = Calendar.of(today)
    seasons = [calendar.before, calendar.now] if calendar.before else [calendar.now]
    for period in (calendar.finished, calendar.finished.previous):
        days = [
            period.begins + timedelta(days=n)
            for n in range(0, (period.ends - period.begins).days, 7)
        ]
        weeks = [day for day in days if any(one.begins <= day <= one.ends for one in seasons)]
        assert len(weeks) >= 12


@pytest.mark.parametrize("weekday", range(7))
def test_something_takes_place_on_every_day_of_the_week(weekday: int) -> None:
    assert [one for one in OFFERS if one.house == WING and one.weekday == weekday]


@given(DAYS, st.integers(0, 6))
def test_nothing_is_skipped_in_the_days_around_today(today: date, weekday: int) -> None:
    skipped = Calendar.of(today).skipped(weekday)
    assert all(day.weekday() == weekday for day in skipped)
    assert not [day for day in skipped if abs(day - today) < timedelta(days=7)]


@pytest.mark.parametrize(
    ("host", "home"),
    [
        ("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.9.9.9", True),
        ("0.0.0.0", False),  # noqa: S104
        ("192.168.1.4", False), ("::", False), ("example.org", False),
        ("", False),
    ],
)  # fmt: skip
def test_only_this_computer_is_home(host: str, home: bool) -> None:
    assert at_home(host) is home


def test_the_town_adds_up() -> None:
    lines = geography.figures().decode().splitlines()
    town, *_ = [line.split(";") for line in lines[1:]]
    assert int(town[3]) == sum(area.residents for area in geography.AREAS)
    assert int(town[4]) == sum(area.children for area in geography.AREAS)
