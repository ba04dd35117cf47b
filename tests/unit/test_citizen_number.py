"""Citizen numbers are covered; days, telephone numbers and other numbers are left alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.core.citizen_number import MASK, mask, passes_eleven_test

NUMBERS = (
    st.integers(1_000_000, 99_999_999)
    .map(lambda front: [str(front * 10 + last) for last in range(10)])
    .filter(lambda those: any(map(passes_eleven_test, those)))
    .map(lambda those: next(filter(passes_eleven_test, those)))
)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(NUMBERS, st.sampled_from(["", " ", ".", "-"]))
def test_a_citizen_number_is_covered_however_it_is_written(number: str, between: str) -> None:
    written = between.join((number[:-6], number[-6:-3], number[-3:]))
    assert mask(f"Number {written}, he said") == f"Number {MASK}, he said"


@given(DAYS, st.sampled_from(["%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]), st.integers(0, 99))
def test_a_day_is_never_taken_for_one(day: date, shape: str, after: int) -> None:
    text = f"On {day.strftime(shape)} {after} children came."
    assert mask(text) == text


@pytest.mark.parametrize("text", ["06 12345678", "+31 612345678", "0800-0432", "NL42 2026"])
def test_what_people_call_and_count_stays(text: str) -> None:
    assert mask(text) == text
