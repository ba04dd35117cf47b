"""Deadlines in working days: not on weekends, not over Christmas, not on King's Day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.accounts.rules import Country
from kinderwerk.core.working_days import after, over_since
from kinderwerk.holidays.rules import Kind, Period, Region, off

DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
FREE = st.sets(DAYS, max_size=40)


def written(first: date, last: date) -> Period:
    return Period(
        kind=Kind.PUBLIC, region=Region.ALL, name="We are closed", first_on=first, last_on=last
    )


@pytest.mark.parametrize(
    ("country", "begins", "many", "ends"),
    [
        (Country.NETHERLANDS, date(2031, 5, 9), 0, date(2031, 5, 9)),
        (Country.NETHERLANDS, date(2031, 5, 9), 1, date(2031, 5, 12)),
        (Country.NETHERLANDS, date(2026, 12, 23), 5, date(2026, 12, 31)),
        (Country.NETHERLANDS, date(2026, 12, 23), 6, date(2027, 1, 4)),
        (Country.NETHERLANDS, date(2026, 4, 24), 1, date(2026, 4, 28)),
        (Country.NETHERLANDS, date(2031, 4, 25), 1, date(2031, 4, 28)),
        (Country.GERMANY, date(2026, 4, 24), 1, date(2026, 4, 27)),
        (Country.GERMANY, date(2026, 4, 30), 1, date(2026, 5, 4)),
    ],
)
def test_a_deadline_passes_over_the_days_that_are_free(
    country: Country, begins: date, many: int, ends: date
) -> None:
    free = off(country, [], begins, begins + timedelta(days=60))
    assert after(begins, many, free) == ends


def test_what_an_organisation_wrote_for_a_year_takes_the_place_of_the_rule() -> None:
    own = [written(date(2026, 12, 24), date(2027, 1, 1))]
    free = off(Country.NETHERLANDS, own, date(2026, 4, 1), date(2027, 4, 30))
    assert date(2026, 4, 27) not in free, "in that year they work on King's Day"
    assert date(2027, 3, 29) in free, "of the next year nothing was written"
    assert after(date(2026, 12, 23), 1, free) == date(2027, 1, 4)


@given(DAYS, st.integers(0, 20), st.integers(0, 60), FREE)
def test_what_began_by_the_last_day_is_over_and_nothing_later(
    today: date, many: int, before: int, free: set[date]
) -> None:
    began = today - timedelta(days=before)
    assert (after(began, many, free) < today) is (began <= over_since(many, today, free))
