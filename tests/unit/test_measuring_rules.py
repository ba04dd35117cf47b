"""What may be asked of whom, and that no two periods together tell of a few."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.activities.rules import Format
from kinderwerk.core.periods import Period
from kinderwerk.measuring import draw, rules, telling
from kinderwerk.measuring.draw import Candidate
from kinderwerk.measuring.rules import Audience, Instrument
from kinderwerk.measuring.telling import Written

SESSIONS = st.sets(
    st.builds(
        lambda n, goal: Candidate(UUID(int=n), UUID(int=n % 8), UUID(int=goal)),
        st.integers(1, 40), st.integers(1, 4),
    )
)  # fmt: skip
#: Of sessions: their day in the year, how much later it was written down, and how many answered.
SIZES = st.lists(
    st.tuples(
        st.integers(0, 364), st.one_of(st.just(0), st.integers(1, 200)), st.integers(1, 8)
    ),
    max_size=12,
)  # fmt: skip


@given(sizes=SIZES)
def test_no_two_looks_differ_by_a_few_answers(sizes: list[tuple[int, int, int]]) -> None:
    """Each session has a column of its own, so that what is told names the sessions it is of.

    Sessions that are told in all the same places cannot be taken apart; who compares days, periods
    and sessions finds such groups, and nothing smaller.
    """
    begins = Period(2031).begins
    written = [
        Written(
            held=begins + timedelta(days=day), day=begins + timedelta(days=day + later),
            counts=tuple(n if column == row else 0 for column in range(len(sizes))),
        )
        for row, (day, later, n) in enumerate(sizes)
    ]  # fmt: skip
    looks = sorted({date(2031, month, 1) for month in range(1, 13)} | {
        one.day + timedelta(days=1) for one in written
    } | {date(2032, 12, 31)})  # fmt: skip
    seen: dict[int, set[tuple[date, Period]]] = {row: set() for row in range(len(sizes))}
    for today in looks:
        for period, counts in telling.told(2031, written, today).items():
            for row, n in enumerate(counts):
                assert n in (0, sizes[row][2])
                if n:
                    assert written[row].day < today
                    assert period in Period.holding(written[row].held)
                    seen[row].add((today, period))
    alike: Counter[frozenset[tuple[date, Period]]] = Counter()
    for row, (_, _, n) in enumerate(sizes):
        if n < rules.FEWEST:
            alike[frozenset(seen[row])] += n
        else:
            assert seen[row], "a session with enough waits for nobody"
    assert all(not where or n >= rules.FEWEST for where, n in alike.items())


def test_what_waits_goes_on_into_the_longer_period() -> None:
    winter, spring = date(2031, 2, 3), date(2031, 5, 7)
    few = [Written(held=day, day=day, counts=(2, 1)) for day in (winter, spring)]
    assert telling.told(2031, few, date(2031, 6, 30)) == {}
    half, year = {Period(2031, "H", 1): (4, 2), Period(2031): (4, 2)}, date(2031, 7, 1)
    assert telling.told(2031, few, year) == half


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
