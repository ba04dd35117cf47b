"""When activities take place: right across clock changes, and careful with what stands."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.activities import series
from kinderwerk.activities.repeating import Rule
from kinderwerk.activities.series import Series, Standing, changes

HERE = ZoneInfo("Europe/Amsterdam")
A_WEDNESDAY = date(2031, 5, 14)


def weekly(begins_on: date, ends_on: date, weekday: int = 2, **given: object) -> Series:
    usual = {"starts": time(14), "ends": time(16), "rule": Rule.weekly(weekday)}
    return Series(begins_on=begins_on, ends_on=ends_on, **usual | given)  # type: ignore[arg-type]


def walls(rule: Series) -> list[tuple[str, str]]:
    return [
        (
            f"{one.starts_at.astimezone(HERE):%Y-%m-%d %H:%M}",
            f"{one.ends_at.astimezone(HERE):%H:%M}",
        )
        for one in rule.slots()
    ]


def test_the_wall_time_stays_when_the_clock_changes() -> None:
    spring = weekly(date(2031, 3, 26), date(2031, 4, 2)).slots()
    autumn = weekly(date(2031, 10, 22), date(2031, 10, 29)).slots()
    assert [one.starts_at.hour for one in spring] == [13, 12]
    assert [one.starts_at.hour for one in autumn] == [12, 13]


def test_a_skipped_hour_is_moved_on_and_of_a_double_hour_the_first_is_meant() -> None:
    gap = weekly(date(2031, 3, 30), date(2031, 3, 30), 6, starts=time(2, 30), ends=time(4))
    fold = weekly(date(2031, 10, 26), date(2031, 10, 26), 6, starts=time(2, 30), ends=time(4))
    assert gap.slots()[0].starts_at == datetime(2031, 3, 30, 1, 30, tzinfo=UTC)
    assert fold.slots()[0].starts_at == datetime(2031, 10, 26, 0, 30, tzinfo=UTC)
    assert fold.slots()[0].ends_at - fold.slots()[0].starts_at == timedelta(hours=2, minutes=30)


def test_an_activity_inside_the_skipped_hour_still_lasts() -> None:
    gap = weekly(date(2031, 3, 30), date(2031, 3, 30), 6, starts=time(2, 30), ends=time(3))
    (slot,) = gap.slots()
    assert slot.ends_at - slot.starts_at == timedelta(minutes=30)


def test_a_night_away_ends_by_the_clock_on_the_wall() -> None:
    stay = Series(
        begins_on=date(2031, 3, 29), ends_on=date(2031, 3, 30), starts=time(20), ends=time(8)
    )
    assert walls(stay) == [("2031-03-29 20:00", "08:00")]
    assert stay.slots()[0].ends_at - stay.slots()[0].starts_at == timedelta(hours=11)


def test_a_leap_day_is_a_day() -> None:
    leap = weekly(date(2032, 2, 22), date(2032, 3, 7), 6)
    assert [day for day, _ in walls(leap)] == [
        "2032-02-22 14:00", "2032-02-29 14:00", "2032-03-07 14:00",
    ]  # fmt: skip


def test_a_series_goes_on_over_new_year() -> None:
    rule = weekly(date(2031, 12, 24), date(2032, 1, 7), skipped=frozenset({date(2031, 12, 24)}))
    assert [day for day, _ in walls(rule)] == ["2031-12-31 14:00", "2032-01-07 14:00"]


DAYS = st.dates(date(2025, 1, 1), date(2039, 12, 31))
TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
ZONES = st.sampled_from(["Europe/Amsterdam", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])


@st.composite
def rules(draw: st.DrawFn) -> Series:
    begins_on = draw(DAYS)
    starts, ends = sorted(draw(st.lists(TIMES, min_size=2, max_size=2, unique=True)))
    weeks = draw(st.integers(0, 30))
    ends_on = begins_on + timedelta(days=7 * weeks + draw(st.integers(6, 12)))
    weekday = draw(st.integers(0, 6))
    rule = weekly(begins_on, ends_on, weekday, starts=starts, ends=ends, zone=draw(ZONES))
    skipped = draw(st.sets(st.sampled_from(list(rule.days())), max_size=4))
    return weekly(
        begins_on, ends_on, weekday, starts=starts, ends=ends, zone=rule.zone,
        skipped=frozenset(skipped),
    )  # fmt: skip


@given(rules())
def test_every_date_lies_where_the_rule_says(rule: Series) -> None:
    zone = ZoneInfo(rule.zone)
    slots = rule.slots()
    assert list(slots) == sorted(set(slots))
    for slot in slots:
        wall = slot.starts_at.astimezone(zone)
        assert slot.ends_at > slot.starts_at
        assert rule.begins_on <= wall.date() <= rule.ends_on
        assert rule.rule
        assert wall.weekday() in rule.rule.weekdays
        assert wall.date() not in rule.skipped
        exists = wall.replace(fold=0).astimezone(UTC) == slot.starts_at
        assert not exists or wall.time() == rule.starts or _jumps(rule, wall.date())


def _jumps(rule: Series, day: date) -> bool:
    """Tell whether the clock jumps forward in the night of that day."""
    zone = ZoneInfo(rule.zone)
    before = datetime.combine(day, time(), zone).utcoffset()
    return before != datetime.combine(day, time(12), zone).utcoffset()


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[int, Standing], datetime]:
    """Dates of an earlier rule, of which some have sign-ups, at some moment."""
    rule = draw(rules())
    slots = rule.slots()
    bound = draw(st.lists(st.booleans(), min_size=len(slots), max_size=len(slots)))
    standing = {n: Standing(slot, bound[n]) for n, slot in enumerate(slots)}
    moment = draw(st.datetimes(datetime(2024, 12, 1), datetime(2040, 6, 1)))
    if slots and draw(st.booleans()):
        moment = draw(st.sampled_from(slots)).starts_at.replace(tzinfo=None)
    return standing, moment.replace(tzinfo=UTC)


def applied(standing: Mapping[int, Standing], result: series.Changes[int]) -> dict[int, Standing]:
    after = {key: one for key, one in standing.items() if key not in result.dropped}
    after |= {key: Standing(slot, after[key].bound) for key, slot in result.moved.items()}
    return after | {1000 + n: Standing(slot) for n, slot in enumerate(result.added)}


@given(rules(), histories())
def test_what_has_passed_or_has_signups_stays(
    rule: Series, history: tuple[dict[int, Standing], datetime]
) -> None:
    standing, now = history
    result = changes(rule, standing, now)
    after = applied(standing, result)
    for key, one in standing.items():
        if one.bound or one.slot.starts_at <= now:
            assert after[key] == one
    assert sorted([*result.moved, *result.dropped, *result.kept]) == sorted(standing)


@given(rules(), histories())
def test_every_coming_day_of_the_rule_is_there_once(
    rule: Series, history: tuple[dict[int, Standing], datetime]
) -> None:
    standing, now = history
    after = applied(standing, changes(rule, standing, now))
    zone = ZoneInfo(rule.zone)
    days = [one.slot.starts_at.astimezone(zone).date() for one in after.values()]
    for slot in rule.slots():
        if slot.starts_at > now:
            assert days.count(slot.starts_at.astimezone(zone).date()) >= 1
    free = [one.slot for one in after.values() if not one.bound and one.slot.starts_at > now]
    assert set(free) <= set(rule.slots())
    assert len(free) == len(set(free))


@given(rules(), histories())
def test_applying_a_rule_twice_changes_nothing_more(
    rule: Series, history: tuple[dict[int, Standing], datetime]
) -> None:
    standing, now = history
    again = changes(rule, applied(standing, changes(rule, standing, now)), now)
    assert (again.moved, again.dropped, again.added) == ({}, [], [])


def test_nothing_new_is_made_in_the_past_once_something_took_place() -> None:
    standing = {"a": Standing(weekly(A_WEDNESDAY, A_WEDNESDAY).slots()[0])}
    thursdays = weekly(A_WEDNESDAY - timedelta(days=30), A_WEDNESDAY + timedelta(days=8), 3)
    now = datetime(2031, 5, 16, tzinfo=UTC)
    result = changes(thursdays, standing, now)
    assert result.kept == ["a"]
    assert [slot.starts_at.date() for slot in result.added] == [date(2031, 5, 22)]


def test_what_was_done_before_it_was_planned_can_be_written_down() -> None:
    now = datetime(2031, 6, 1, tzinfo=UTC)
    assert len(changes(weekly(A_WEDNESDAY, A_WEDNESDAY), {}, now).added) == 1


@pytest.mark.parametrize(
    ("given_", "refusal"),
    [
        ({"ends": time(13)}, series.EndsBeforeItStarts),
        ({"ends": time(14)}, series.EndsBeforeItStarts),
        ({"ends_on": date(2031, 5, 1)}, series.LastDayTooEarly),
        ({"ends_on": date(2035, 5, 1)}, series.TooLong),
        ({"begins_on": date(1, 1, 1)}, series.NoSuchYear),
        ({"ends_on": date(9999, 1, 1)}, series.NoSuchYear),
        ({"begins_on": date(2031, 5, 15), "ends_on": date(2031, 5, 20)}, series.NoDates),
        ({"skipped": frozenset({A_WEDNESDAY})}, series.NoDates),
        ({"skipped": frozenset({date(2031, 5, 15)})}, series.NothingToSkip),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    given_: dict[str, object], refusal: type[Exception]
) -> None:
    usual = {"begins_on": A_WEDNESDAY, "ends_on": A_WEDNESDAY + timedelta(days=6)}
    with pytest.raises(refusal):
        weekly(**usual | given_).check()  # type: ignore[arg-type]
