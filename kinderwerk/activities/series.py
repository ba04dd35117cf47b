"""When an activity takes place: a local rule, and the instants that it stands for. Pure."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from kinderwerk.activities.repeating import Rule
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

Key = TypeVar("Key", bound=Hashable)
LONGEST_STAY: Final = timedelta(days=31)
LONGEST_SERIES: Final = timedelta(days=731)
MOST_DATES: Final = 500
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


class TooManyDates(Refusal):
    message = N_("That is more than %(most)d dates. Choose an earlier last day.")
    field = "ends_on"


class NothingToSkip(Refusal):
    message = N_("On %(day)s there is nothing to skip: it falls on another weekday.")
    field = "skipped"


class ExtraOutside(Refusal):
    message = N_("%(day)s lies before the first day or after the last one.")
    field = "extra"


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


@dataclass(frozen=True, slots=True)
class Told:
    """A day of the rule, and what becomes of it: `holiday` and `skipped` say why it falls out."""

    day: date
    slot: Slot
    holiday: str = ""
    skipped: bool = False
    extra: bool = False

    @property
    def takes_place(self) -> bool:
        return not self.holiday and not self.skipped


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """From a day on it begins and ends at other times."""

    since: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Once, from the first day at `starts` to the last day at `ends`; or by a rule between the two.

    `skipped` days are taken out by hand and `extra` ones put in; `closed` are holidays, each with
    its name. Times are wall times in `zone`; from the day of a turn on they are others.
    """

    begins_on: date
    ends_on: date
    starts: time
    ends: time
    rule: Rule | None = None
    skipped: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    closed: Mapping[date, str] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    zone: str = clock.AMSTERDAM.key

    def check(self) -> None:
        """Refuse a rule that gives no date, or one that does not exist."""
        self.check_days()
        if self.ends <= self.starts and (self.rule or self.begins_on == self.ends_on):
            raise EndsBeforeItStarts
        if self.rule is None:
            return
        self.rule.check()
        self._check_exceptions()
        days = list(islice(self.days(), MOST_DATES + 1))
        if not days:
            raise NoDates
        if len(days) > MOST_DATES:
            raise TooManyDates(most=MOST_DATES)

    def check_days(self) -> None:
        """Refuse a first and a last day between which there can be nothing."""
        if self.ends_on < self.begins_on:
            raise LastDayTooEarly
        if not FIRST_YEAR <= self.begins_on.year <= self.ends_on.year <= LAST_YEAR:
            raise NoSuchYear
        if self.ends_on - self.begins_on > (LONGEST_SERIES if self.rule else LONGEST_STAY):
            raise TooLong

    def _check_exceptions(self) -> None:
        for day in sorted(self.extra):
            if not self.begins_on <= day <= self.ends_on:
                raise ExtraOutside(day=day.strftime("%d-%m-%Y"))
        possible = set(self._possible())
        for day in sorted(self.skipped - possible):
            if self.begins_on <= day <= self.ends_on:
                raise NothingToSkip(day=day.strftime("%d-%m-%Y"))

    def days(self) -> Iterator[date]:
        """Yield the days on which it begins."""
        return (one.day for one in self.told() if one.takes_place)

    def told(self) -> Iterator[Told]:
        """Yield every day that the rule gives, also those that fall out."""
        for day in self._possible():
            extra = day in self.extra
            yield Told(
                day, self.slot(day), holiday="" if extra else self.closed.get(day, ""),
                skipped=day in self.skipped, extra=extra,
            )  # fmt: skip

    def _possible(self) -> Iterable[date]:
        if self.rule is None:
            return (self.begins_on,)
        return sorted({*self.rule.days(self.begins_on, self.ends_on), *self.extra})

    def times(self, day: date) -> tuple[time, time]:
        """Return from when to when it is on that day, by the clock on the wall."""
        turned = max((turn for turn in self.turns if turn.since <= day), default=None)
        return (turned.starts, turned.ends) if turned else (self.starts, self.ends)

    def slots(self) -> Sequence[Slot]:
        return [one.slot for one in self.told() if one.takes_place]

    def slot(self, day: date) -> Slot:
        """Return the instants of the date that begins on that day.

        A wall time that the clock skips is moved on by what is skipped; of one that comes twice
        the first is meant, as calendars do.
        """
        zone = ZoneInfo(self.zone)
        last = self.ends_on if self.rule is None else day
        begins, over = self.times(day)
        starts, ends = datetime.combine(day, begins), datetime.combine(last, over)
        starts_at = starts.replace(tzinfo=zone).astimezone(UTC)
        ends_at = ends.replace(tzinfo=zone).astimezone(UTC)
        return Slot(starts_at, ends_at if ends_at > starts_at else starts_at + (ends - starts))

    def after(self, times: int) -> "Series":
        """Return the series that ends when it has taken place so many times."""
        days = list(islice(self.days(), times))
        if len(days) < times:
            raise TooLong
        return replace(self, ends_on=days[-1])


@dataclass(frozen=True, slots=True)
class Until:
    """How a series ends: on its last day, after so many times, or before the summer holidays."""

    times: int | None = None
    summer: bool = False


#: On the last day that was named.
AS_PLANNED: Final = Until()


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
