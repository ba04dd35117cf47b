from datetime import date
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules
from kinderwerk.facts.rules import CellKey, Level, Measure, Place

HERE, GOAL, CHILD = uuid4(), uuid4(), uuid4()
PLACE = Place(uuid4(), uuid4())
A_DAY = date(2031, 5, 14)


def key(measure: Measure, period: str, level: Level, area: UUID = ALL, goal: UUID = ALL) -> CellKey:
    return CellKey(HERE, measure, period, level, area, goal)


def test_a_visit_counts_in_every_period_area_and_goal_in_which_it_lies() -> None:
    made = rules.cells(Measure.VISITS_TALLY, HERE, A_DAY, PLACE, [GOAL], n=7)
    expected = {
        key(Measure.VISITS_TALLY, period, level, area, goal): 7
        for period in ("2031", "2031-H1", "2031-Q2")
        for level, area in (
            (Level.WHOLE, ALL),
            (Level.DISTRICT, PLACE.district_id),
            (Level.NEIGHBOURHOOD, PLACE.neighbourhood_id),
        )
        for goal in (ALL, GOAL)
    }
    assert dict(made.cells) == expected
    assert not made.presences


def test_what_has_no_place_counts_for_the_whole_only() -> None:
    made = rules.cells(Measure.REFERRALS, HERE, A_DAY, None)
    assert {cell.level for cell in made.cells} == {Level.WHOLE}


def test_a_signal_is_never_counted_by_neighbourhood_or_quarter() -> None:
    made = rules.cells(Measure.SIGNALS, HERE, A_DAY, PLACE)
    assert {cell.level for cell in made.cells} == {Level.WHOLE, Level.DISTRICT}
    assert {cell.period for cell in made.cells} == {"2031", "2031-H1"}


def test_a_child_is_counted_as_itself_and_as_a_visit() -> None:
    made = rules.child(HERE, CHILD, A_DAY, PLACE, [GOAL])
    assert {cell.measure for cell in made.cells} == {Measure.VISITS_NAMED}
    assert len(made.cells) == len(rules.different(made.presences)) == 3 * 3 * 2
    assert {one.child_id for one in made.presences} == {CHILD}
    assert {one.quarter for one in made.presences} == {"2031-Q2"}


def test_a_child_without_a_known_home_is_different_in_the_whole_only() -> None:
    made = rules.child(HERE, CHILD, A_DAY, None)
    assert {level for *_, level, _, _ in rules.different(made.presences)} == {Level.WHOLE}


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_lies_in_one_quarter_one_half_and_one_year(day: date) -> None:
    for period in Period.holding(day):
        assert period.begins <= day <= period.ends
        assert Period.read(str(period)) == period
        assert period.previous.ends < period.begins
        assert {q.begins for q in period.quarters} >= {period.begins}
