"""When an activity takes place: a local rule, and the instants that it stands for. Pure."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

Key = TypeVar("Key", bound=Hashable)
WEEK: Final = timedelta(days=7)
LONGEST_STAY: Final = timedelta(days=31)
LONGEST_SERIES: Final = timedelta(days=731)
FIRST_YEAR, LAST_YEAR = 2000, 2199


class EndsBeforeItStarts(Refusal):
    message = N_("It ends before it starts.")
    field = "ends"


class LastDayTooEarly(Refusal):
    message = N_("The last day is before the first.")
    field = "ends_on"


class TooLong(Refusal):
    message = N_("Plan a stay for at most a month, and a series for at most two years.")
    field = "ends_on"


class NoSuchYear(Refusal):
    message = N_("That year cannot be right.")
    field = "begins_on"


class NoDates(Refusal):
    message = N_("No date is left. Look at the weekday, the first and the last day.")
    field = "ends_on"


class NothingToSkip(Refusal):
    message = N_("On %(day)s there is nothing to skip: it falls on another weekday.")
    field = "skipped"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One time at which it takes place, as instants in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A date as it stands; `bound` once children have places on it."""

    slot: Slot
    bound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Once, from the first day at `starts` to the last day at `ends`; or weekly between the two.

    `weekday` is 0 for Monday, None for once. Times are wall times in `zone`.
    """

    begins_on: date
    ends_on: date
    starts: time
    ends: time
    weekday: int | None = None
    skipped: frozenset[date] = frozenset()
    zone: str = clock.AMSTERDAM.key

    def check(self) -> None:
        """Refuse a rule that gives no date, or one that does not exist."""
        if not FIRST_YEAR <= self.begins_on.year <= self.ends_on.year <= LAST_YEAR:
            raise LastDayTooEarly if self.ends_on < self.begins_on else NoSuchYear
        if self.ends_on < self.begins_on:
            raise LastDayTooEarly
        weekly = self.weekday is not None
        if self.ends_on - self.begins_on > (LONGEST_SERIES if weekly else LONGEST_STAY):
            raise TooLong
        if self.ends <= self.starts and (weekly or self.begins_on == self.ends_on):
            raise EndsBeforeItStarts
        for day in sorted(self.skipped):
            if weekly and self.begins_on <= day <= self.ends_on and day.weekday() != self.weekday:
                raise NothingToSkip(day=day.strftime("%d-%m-%Y"))
        if next(self.days(), None) is None:
            raise NoDates

    def days(self) -> Iterator[date]:
        """Yield the days on which it begins."""
        if self.weekday is None:
            yield self.begins_on
            return
        day = self.begins_on + timedelta(days=(self.weekday - self.begins_on.weekday()) % 7)
        while day <= self.ends_on:
            if day not in self.skipped:
                yield day
            day += WEEK

    def slots(self) -> Sequence[Slot]:
        return [self.slot(day) for day in self.days()]

    def slot(self, day: date) -> Slot:
        """Return the instants of the date that begins on that day.

        A wall time that the clock skips is moved on by what is skipped; of one that comes twice
        the first is meant, as calendars do.
        """
        zone = ZoneInfo(self.zone)
        last = self.ends_on if self.weekday is None else day
        starts, ends = datetime.combine(day, self.starts), datetime.combine(last, self.ends)
        starts_at = starts.replace(tzinfo=zone).astimezone(UTC)
        ends_at = ends.replace(tzinfo=zone).astimezone(UTC)
        return Slot(starts_at, ends_at if ends_at > starts_at else starts_at + (ends - starts))


@dataclass(frozen=True, slots=True)
class Changes(Generic[Key]):
    """What becomes of the dates that stood: moved, dropped or kept as they are; and new ones."""

    moved: Mapping[Key, Slot]
    dropped: Sequence[Key]
    kept: Sequence[Key]
    added: Sequence[Slot]


def changes(series: Series, standing: Mapping[Key, Standing], now: datetime) -> Changes[Key]:
    """Work out what a changed rule does to the dates that stand.

    Dates that have begun and dates on which children have places stay as they are. Another date
    moves to the time that the rule now gives for its day, or goes. Once something has taken
    place, no new date is made in the past.
    """
    zone = ZoneInfo(series.zone)
    wanted = {_day(slot, zone): slot for slot in series.slots()}
    began = any(one.slot.starts_at <= now for one in standing.values())
    moved: dict[Key, Slot] = {}
    dropped: list[Key] = []
    kept: list[Key] = []
    covered: set[date] = set()
    for key, one in _fixed_first(standing.items(), now):
        day = _day(one.slot, zone)
        slot = wanted.get(day)
        if one.bound or one.slot.starts_at <= now:
            kept.append(key)
        elif slot is None or day in covered:
            dropped.append(key)
            continue
        elif slot == one.slot:
            kept.append(key)
        else:
            moved[key] = slot
        covered.add(day)
    added = [
        slot
        for day, slot in wanted.items()
        if day not in covered and (slot.starts_at > now or not began)
    ]
    return Changes(moved, dropped, kept, added)


def _fixed_first(
    standing: Iterable[tuple[Key, Standing]], now: datetime
) -> list[tuple[Key, Standing]]:
    return sorted(
        standing,
        key=lambda pair: (not (pair[1].bound or pair[1].slot.starts_at <= now), pair[1].slot),
    )


def _day(slot: Slot, zone: ZoneInfo) -> date:
    return slot.starts_at.astimezone(zone).date()
