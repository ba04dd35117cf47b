"""Fixed periods: what can be read, and where each begins and ends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.core.periods import Period


@pytest.mark.parametrize(
    "nonsense",
    ["", "x", "2026-", "2026-Q5", "2026-Q0", "2026-H3", "26-Q1", "2026-1", "2026-Q1 ", "٢٠٢٦"],
)
def test_what_is_no_period_cannot_be_read(nonsense: str) -> None:
    with pytest.raises(ValueError, match=r"reads like|two halves"):
        Period.read(nonsense)


@pytest.mark.parametrize("far", ["9999-Q4", "9999", "2201-Q1", "1899-Q4", "0001", "0000-H1"])
def test_a_period_outside_all_reports_cannot_be_read(far: str) -> None:
    with pytest.raises(ValueError, match="between 1900 and 2200"):
        Period.read(far)


def test_the_first_and_the_last_that_can_be_read_have_both_ends() -> None:
    assert Period.read("1900-Q1").begins == date(1900, 1, 1)
    assert Period.read("2200-Q4").ends == date(2200, 12, 31)
    assert Period.read("2024-Q1").ends == date(2024, 3, 31)
    assert Period.read("2024-H1").ends == date(2024, 6, 30)


@given(st.dates())
def test_every_day_lies_in_its_quarter_half_year_and_year(day: date) -> None:
    for period in Period.holding(day):
        assert period.begins <= day <= period.ends


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_what_is_written_reads_the_same(day: date) -> None:
    for period in Period.holding(day):
        assert Period.read(str(period)) == period
