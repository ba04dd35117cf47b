"""What may be asked of whom, and that no two periods together tell of a few."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.activities.rules import Format
from kinderwerk.core.periods import Period
from kinderwerk.measuring import draw, rules
from kinderwerk.measuring.draw import Candidate
from kinderwerk.measuring.rules import Audience, Instrument

SESSIONS = st.sets(
    st.builds(
        lambda n, goal: Candidate(UUID(int=n), UUID(int=n % 8), UUID(int=goal)),
        st.integers(1, 40), st.integers(1, 4),
    )
)  # fmt: skip
QUARTERS = st.lists(st.integers(0, 12), min_size=4, max_size=4)


@given(answers=QUARTERS)
def test_no_period_less_another_leaves_only_a_few_answers(answers: list[int]) -> None:
    told = rules.tellable(2031, answers)
    known = dict(zip(Period(2031).quarters, answers, strict=True))
    for period in told:
        inside = {one for one in told if one != period and set(one.quarters) < set(period.quarters)}
        outer = [
            one for one in inside
            if not any(set(one.quarters) < set(other.quarters) for other in inside)
        ]  # fmt: skip
        apart = {quarter for one in outer for quarter in one.quarters}
        rest = sum(known[quarter] for quarter in set(period.quarters) - apart)
        assert rest == 0 or rest >= rules.FEWEST


def test_a_question_suits_who_comes() -> None:
    def asked(instrument: Instrument, first: int, last: int, **given: Any) -> bool:
        audience = given.get("audience", Audience.CHILDREN)
        return rules.fits(instrument, audience, given.get("at", Format.CLUB), first, last)

    assert asked(Instrument.AGAIN, 4, 8)
    assert not asked(Instrument.FIVE_FACES, 4, 8), "under ten nearly all pick the best face"
    assert asked(Instrument.SCALE, 8, 12)
    assert not asked(Instrument.AGAIN, 0, 3)
    assert not asked(Instrument.AGAIN, 18, 99)
    assert asked(Instrument.SCALE, 0, 4, audience=Audience.ADULTS)
    assert not asked(Instrument.SEEN, 0, 12, at=Format.HOME_VISIT), "that is about one family"


@given(could=SESSIONS, size=st.integers(1, 12), seed=st.integers(0, 999))
def test_a_draw_is_the_same_again_and_fills_what_there_is_room_for(
    could: set[Candidate], size: int, seed: int
) -> None:
    drawn = draw.sample(could, size, seed)
    assert drawn == draw.sample(sorted(could, key=str), size, seed)
    activities = {one.activity_id for one in drawn}
    assert len(activities) == len(drawn) <= size
    left = {one.activity_id for one in could} - activities
    assert len(drawn) == size or not left, "nobody was left out while there was room"


def test_two_weeks_of_a_year_are_enough() -> None:
    drawn = [date(2031, 3, 3), date(2031, 10, 6)]
    draw.check_drawn(date(2031, 12, 29), drawn)  # its Thursday is in 2032
    with pytest.raises(draw.EnoughWeeks):
        draw.check_drawn(date(2031, 11, 3), drawn)
    with pytest.raises(draw.DrawnAlready):
        draw.check_drawn(drawn[0], drawn)
