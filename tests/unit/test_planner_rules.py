"""The planner's warnings: the same whatever the order, and more hands never make it worse."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.activities.rules import Format
from kinderwerk.activities.series import Slot
from kinderwerk.places.opening import HalfADay, Opening, check
from kinderwerk.planner import ratios
from kinderwerk.planner.ratios import PRESETS, Crossed, NoRow, Preset, Risk, Row, Table
from kinderwerk.planner.rules import Hand, Kind, Planned, Terms, overlap, warnings

NOW = datetime(2031, 5, 12, 6, tzinfo=UTC)
WEDNESDAY = datetime(2031, 5, 14, 12, tzinfo=UTC)  # 14:00 on the wall
NSPCC, BUURT = PRESETS[Preset.NSPCC], PRESETS[Preset.BUURT]
TERMS = Terms(table=NSPCC)

people = st.builds(
    Hand,
    id=st.integers(1, 4).map(lambda n: UUID(int=n)),
    name=st.just("Somebody"),
    checked=st.booleans(),
    counts=st.booleans(),
)
slots = st.builds(
    lambda start, length: Slot(
        WEDNESDAY + timedelta(minutes=30 * start),
        WEDNESDAY + timedelta(minutes=30 * (start + length)),
    ),
    st.integers(0, 12),
    st.integers(1, 6),
)
children = st.dictionaries(st.integers(0, 18), st.integers(0, 40))


def planned(n: int = 1, **given: object) -> Planned:
    usual: dict[str, object] = {
        "id": UUID(int=n), "activity_id": UUID(int=n), "title": f"Date {n}",
        "format": Format.CLUB, "slot": Slot(WEDNESDAY, WEDNESDAY + timedelta(hours=2)),
        "crew": (Hand(id=UUID(int=901), name="Ann"), Hand(id=UUID(int=902), name="Bo")),
    }  # fmt: skip
    return Planned(**usual | given)  # type: ignore[arg-type]


weeks = st.lists(
    st.tuples(slots, st.lists(people, max_size=3, unique_by=lambda one: one.id), children,
              st.integers(0, 3), st.booleans()),
    max_size=7,
).map(
    lambda rows: [
        planned(n, slot=slot, crew=tuple(crew), expected=expected, off=off,
                venue_id=UUID(int=700 + venue) if venue else None)
        for n, (slot, crew, expected, venue, off) in enumerate(rows, 1)
    ]
)  # fmt: skip


def kinds(*dates: Planned, terms: Terms = TERMS) -> list[Kind]:
    return [one.kind for one in warnings(dates, terms, NOW).get(dates[0].id, ())]


@given(weeks, st.randoms(use_true_random=False))
def test_the_order_of_the_dates_does_not_matter(week: list[Planned], chance: object) -> None:
    told = {id: {one.mark for one in found} for id, found in warnings(week, TERMS, NOW).items()}
    chance.shuffle(week)  # type: ignore[attr-defined]
    again = {id: {one.mark for one in found} for id, found in warnings(week, TERMS, NOW).items()}
    assert told == again


@given(weeks)
def test_two_dates_in_one_place_at_one_time_warn_each_other(week: list[Planned]) -> None:
    found = warnings(week, TERMS, NOW)
    for one in week:
        others = sum(
            one.venue_id is not None and one.venue_id == other.venue_id and not one.off
            and not other.off and one is not other and overlap(one.slot, other.slot)
            for other in week
        )  # fmt: skip
        told = [each for each in found.get(one.id, ()) if each.kind is Kind.VENUE_TWICE]
        assert len(told) == others


@given(weeks, slots)
def test_one_more_adult_who_counts_never_makes_them_fewer(week: list[Planned], slot: Slot) -> None:
    helper = Hand(id=UUID(int=999), name="One more")
    one = planned(50, slot=slot, crew=(), expected={6: 20})
    few = [each for each in warnings([one], TERMS, NOW)[one.id] if each.kind is Kind.FEW_ADULTS]
    more = planned(50, slot=slot, crew=(helper,), expected={6: 20})
    assert few
    assert few[0].values["there"] + 1 == more.there
    assert few[0].values["needed"] == more.needed(NSPCC)


@given(children, st.integers(0, 18), st.integers(0, 3))
def test_more_children_more_risk_or_a_wish_never_need_fewer_adults(
    expected: dict[int, int], age: int, asked: int
) -> None:
    for table in PRESETS.values():
        alone = table.needed(expected, frozenset())
        more = expected | {age: expected.get(age, 0) + 1}
        assert 2 <= alone <= table.needed(more, frozenset())
        assert alone <= table.needed(expected, frozenset({Risk.WATER}))
        assert table.needed(expected, frozenset(), asked) == alone + asked


@pytest.mark.parametrize(
    ("table", "expected", "risks", "needed"),
    [
        (NSPCC, {}, (), 2),
        (NSPCC, {5: 12, 10: 8}, (), 3),
        (NSPCC, {5: 13, 10: 8}, (), 4),
        (NSPCC, {5: 3, 10: 4}, (), 2),
        (BUURT, {5: 8, 10: 12}, (), 2),
        (BUURT, {10: 24}, (), 2),
        (BUURT, {10: 24}, (Risk.OUTING,), 4),
        (BUURT, {10: 24}, (Risk.OUTING, Risk.WATER), 6),
        (BUURT, {10: 24}, (Risk.CAMP,), 5),
        (BUURT, {30: 24}, (Risk.CAMP,), 2),
    ],
)
def test_parts_of_an_adult_add_up_over_the_ages_before_they_are_rounded(
    table: Table, expected: dict[int, int], risks: tuple[Risk, ...], needed: int
) -> None:
    assert table.needed(expected, frozenset(risks)) == needed


def test_a_table_of_ones_own_has_rows_that_do_not_overlap() -> None:
    ratios.check([Row(4, 6, 8), Row(7, 12, 12)])
    with pytest.raises(NoRow):
        ratios.check([])
    with pytest.raises(Crossed) as crossed:
        ratios.check([Row(4, 6, 8), Row(6, 12, 12)])
    assert crossed.value.field == "from_1"


def test_what_touches_is_not_at_the_same_time() -> None:
    first = planned(1, venue_id=UUID(int=7))
    after = Slot(first.slot.ends_at, first.slot.ends_at + timedelta(hours=1))
    assert kinds(first, planned(2, venue_id=UUID(int=7), slot=after)) == []


def test_what_is_called_off_or_over_is_nothing_to_look_at() -> None:
    one, off = planned(1, venue_id=UUID(int=7)), planned(2, venue_id=UUID(int=7), off=True)
    assert kinds(one, off) == kinds(off, one) == []
    assert not warnings([planned(1, crew=())], TERMS, WEDNESDAY + timedelta(hours=2))


def test_whoever_has_no_certificate_is_told_and_does_not_count() -> None:
    extra = Hand(id=UUID(int=2), name="Bo", checked=False, counts=False)
    crew = (Hand(id=UUID(int=1), name="Ann"), extra)
    assert kinds(planned(crew=crew)) == [Kind.FEW_ADULTS, Kind.UNCHECKED]


def test_a_meeting_without_children_needs_nobody() -> None:
    assert kinds(planned(format=Format.NETWORK, crew=())) == []
    assert kinds(planned(ages=(18, 99), crew=())) == []


def test_a_venue_is_closed_before_it_opens_after_it_closes_and_on_other_days() -> None:
    def at(opens: int, closes: int, day: int = 2) -> list[Kind]:
        return kinds(planned(opening=Opening({day: (time(opens), time(closes))})))

    assert at(14, 16) == at(12, 0) == kinds(planned(opening=Opening())) == []
    assert at(15, 18) == at(9, 15) == at(9, 18, day=3) == [Kind.CLOSED]


@given(st.dictionaries(st.integers(0, 6), st.integers(0, 22)))
def test_opening_hours_are_read_as_they_were_written(days: dict[int, int]) -> None:
    opening = Opening({day: (time(hour), time(hour + 1)) for day, hour in days.items()})
    assert Opening.read(opening.written()) == opening


def test_half_a_day_is_no_opening_time() -> None:
    with pytest.raises(HalfADay) as refused:
        check({3: (time(9), None)})
    assert refused.value.field == "opens_3"


def test_a_day_off_and_somebody_away_are_told() -> None:
    day = date(2031, 5, 14)
    away = {UUID(int=901): [(day, day)], UUID(int=902): [(date(2031, 5, 15), date(2031, 5, 20))]}
    terms = Terms(table=NSPCC, days_off={day: "Holiday"}, away=away)
    assert kinds(planned(), terms=terms) == [Kind.HOLIDAY, Kind.AWAY]


def test_no_school_matters_only_to_what_goes_with_school() -> None:
    terms = Terms(table=NSPCC, no_school={date(2031, 5, 14): "Spring"})
    assert kinds(planned(), terms=terms) == [Kind.HOLIDAY]
    assert kinds(planned(format=Format.HOLIDAY), terms=terms) == []


@given(weeks)
def test_a_mark_is_another_one_as_soon_as_the_circumstances_are(week: list[Planned]) -> None:
    for found in warnings(week, TERMS, NOW).values():
        assert len({one.mark for one in found}) == len(found)
    fewer = planned(1, crew=(), expected={5: 13})
    some = planned(1, crew=(Hand(id=UUID(int=1), name="Ann"),), expected={5: 13})
    marks = [warnings([one], TERMS, NOW)[one.id][0].mark for one in (fewer, some)]
    assert marks[0] != marks[1]
