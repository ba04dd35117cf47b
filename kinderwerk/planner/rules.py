"""What somebody should look at in a plan before the day comes: it warns, and never forbids."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from kinderwerk.activities.rules import PRIVATE, Format
from kinderwerk.activities.series import Slot
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.places.opening import Opening
from kinderwerk.planner.ratios import Risk, Table

LONGEST_REASON: Final = 300
OF_AGE: Final = 18
#: What is made for holidays, or has nothing to do with school.
FREE_TIME: Final = PRIVATE | {Format.HOLIDAY, Format.CAMP, Format.OUTING, Format.EVENT}


class By(Labelled):
    """Whose week a grid shows."""

    PERSON = "person", N_("By person")
    TEAM = "team", N_("By neighbourhood")
    VENUE = "venue", N_("By venue")


class Kind(Labelled):
    """What can be wrong with a date."""

    VENUE_TWICE = "venue_twice", N_("The venue is taken")
    PERSON_TWICE = "person_twice", N_("Somebody is in two places")
    FEW_ADULTS = "few_adults", N_("Too few adults")
    UNCHECKED = "unchecked", N_("No certificate seen")
    CLOSED = "closed", N_("The venue is closed")
    HOLIDAY = "holiday", N_("Holiday")
    AWAY = "away", N_("Somebody is away")


class NoReason(Refusal):
    message = N_("Say in a few words why it can go on like this.")
    field = "reason"


class NoSuchWarning(Refusal):
    message = N_("That warning is no longer there.")


class LookFirst(Refusal):
    message = N_("Look at what this means, and press once more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody who is there on a date; whether they count as an adult is said by `staffing`."""

    id: UUID
    name: str
    checked: bool = True
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A date as the planner knows it. Without a title: this reader may not know what it is.

    `expected` are the children by age, `asked` the adults that families ask for besides.
    """

    id: UUID
    activity_id: UUID
    title: str | None
    slot: Slot
    format: Format
    zone: str = clock.AMSTERDAM.key
    off: bool = False
    draft: bool = False
    mine: bool = False
    theme: str | None = None
    venue_id: UUID | None = None
    venue: str | None = None
    team_id: UUID | None = None
    opening: Opening = field(default_factory=Opening)
    water: bool = False
    ages: tuple[int, int] = (4, 12)
    expected: Mapping[int, int] = field(default_factory=dict)
    asked: int = 0
    crew: tuple[Hand, ...] = ()

    @property
    def starts(self) -> datetime:
        return clock.to_wall(self.slot.starts_at, ZoneInfo(self.zone))

    @property
    def ends(self) -> datetime:
        return clock.to_wall(self.slot.ends_at, ZoneInfo(self.zone))

    @property
    def risks(self) -> frozenset[Risk]:
        found = {Format.OUTING: Risk.OUTING, Format.CAMP: Risk.CAMP}.get(self.format)
        return frozenset({one for one in (found, Risk.WATER if self.water else None) if one})

    @property
    def with_children(self) -> bool:
        return self.format not in PRIVATE and self.ages[0] < OF_AGE

    @property
    def children(self) -> int:
        return sum(self.expected.values())

    @property
    def there(self) -> int:
        """How many adults are there who count."""
        return sum(one.counts for one in self.crew)

    def needed(self, table: Table) -> int:
        return table.needed(self.expected, self.risks, self.asked) if self.with_children else 0

    def at(self, slot: Slot) -> "Planned":
        return replace(self, slot=slot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn:
    """Something to look at. Its mark is another one as soon as the circumstances are others."""

    kind: Kind
    message: str
    values: Mapping[str, Any]
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """By what an organisation judges its plans: the table of adults, its days off by name, and who
    is away from when until when.
    """

    table: Table
    days_off: Mapping[date, str] = field(default_factory=dict)
    no_school: Mapping[date, str] = field(default_factory=dict)
    away: Mapping[UUID, Sequence[tuple[date, date]]] = field(default_factory=dict)

    def day_off(self, day: date, format: Format) -> str | None:
        """Return what is free about a day for such an activity, if anything is."""
        school = None if format in FREE_TIME else self.no_school.get(day)
        return self.days_off.get(day) or school


def warnings(dates: Sequence[Planned], terms: Terms, now: datetime) -> dict[UUID, list[Warn]]:
    """Return for each date that is still to come what somebody should look at, if anything."""
    held = [one for one in dates if not one.off]
    at_venue = _meetings(held, lambda one: [one.venue_id] if one.venue_id else [])
    of_person = _meetings(held, lambda one: [hand.id for hand in one.crew])
    told = {
        one.id: [
            *_venue_twice(one, at_venue[one.id]), *_person_twice(one, of_person[one.id]),
            *_few_adults(one, terms.table), *_unchecked(one), *_closed(one),
            *_holiday(one, terms), *_away(one, terms),
        ]
        for one in held
        if one.slot.ends_at > now
    }  # fmt: skip
    return {id: found for id, found in told.items() if found}


def overlap(one: Slot, other: Slot) -> bool:
    """Tell whether two times share a moment; one may begin when the other ends."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _meetings(
    dates: Iterable[Planned], of: Callable[[Planned], Iterable[Hashable]]
) -> Mapping[UUID, list[Planned]]:
    """Return for each date the others that take place meanwhile and share something with it."""
    by_key: dict[Hashable, list[Planned]] = defaultdict(list)
    for one in dates:
        for key in of(one):
            by_key[key].append(one)
    found: dict[UUID, dict[UUID, Planned]] = defaultdict(dict)
    for sharing in by_key.values():
        sharing.sort(key=lambda one: one.slot)
        for place, one in enumerate(sharing):
            for other in sharing[place + 1 :]:
                if other.slot.starts_at >= one.slot.ends_at:
                    break
                found[one.id][other.id], found[other.id][one.id] = other, one
    return defaultdict(list, {id: list(others.values()) for id, others in found.items()})


def _venue_twice(one: Planned, others: Iterable[Planned]) -> Iterable[Warn]:
    for other in others:
        yield _warn(
            Kind.VENUE_TWICE,
            N_("%(venue)s is taken from %(starts)s to %(ends)s: %(other)s."),
            {"venue": one.venue, **_told(other)}, one.venue_id, other.id,
        )  # fmt: skip


def _person_twice(one: Planned, others: Iterable[Planned]) -> Iterable[Warn]:
    for other in others:
        there = {hand.id for hand in other.crew}
        for hand in one.crew:
            if hand.id in there:
                yield _warn(
                    Kind.PERSON_TWICE,
                    N_("%(name)s is elsewhere from %(starts)s to %(ends)s: %(other)s."),
                    {"name": hand.name, **_told(other)}, hand.id, other.id,
                )  # fmt: skip


def _few_adults(one: Planned, table: Table) -> Iterable[Warn]:
    needed = one.needed(table)
    if one.there < needed:
        yield _warn(
            Kind.FEW_ADULTS,
            N_("%(needed)d adults are needed for those expected, and %(there)d count."),
            {"needed": needed, "there": one.there}, needed, one.there,
        )  # fmt: skip


def _unchecked(one: Planned) -> Iterable[Warn]:
    for hand in one.crew if one.with_children else ():
        if not hand.checked:
            yield _warn(
                Kind.UNCHECKED,
                N_("Nobody has seen a certificate of good conduct of %(name)s: extra, not alone."),
                {"name": hand.name}, hand.id,
            )  # fmt: skip


def _closed(one: Planned) -> Iterable[Warn]:
    if one.opening.holds(one.starts, one.ends):
        return
    hours = one.opening.on(one.starts)
    values: dict[str, Any] = {"venue": one.venue}
    if hours is None:
        yield _warn(Kind.CLOSED, N_("%(venue)s is closed that day."), values, one.starts.weekday())
        return
    values |= {"opens": f"{hours[0]:%H:%M}", "closes": f"{hours[1]:%H:%M}"}
    yield _warn(
        Kind.CLOSED, N_("%(venue)s is open from %(opens)s to %(closes)s."), values, *hours
    )  # fmt: skip


def _holiday(one: Planned, terms: Terms) -> Iterable[Warn]:
    day, last = one.starts.date(), one.ends.date()
    while day <= last:
        if name := terms.day_off(day, one.format):
            values = {"day": day, "name": name}
            yield _warn(Kind.HOLIDAY, N_("%(day)s is a day off: %(name)s."), values, day)
            return
        day += timedelta(days=1)


def _away(one: Planned, terms: Terms) -> Iterable[Warn]:
    first, last = one.starts.date(), one.ends.date()
    for hand in one.crew:
        if any(since <= last and until >= first for since, until in terms.away.get(hand.id, ())):
            values = {"name": hand.name}
            yield _warn(Kind.AWAY, N_("%(name)s said not to be there then."), values, hand.id)


def _told(other: Planned) -> dict[str, Any]:
    return {
        "other": other.title, "starts": f"{other.starts:%H:%M}", "ends": f"{other.ends:%H:%M}",
    }  # fmt: skip


def _warn(kind: Kind, message: str, values: Mapping[str, Any], *about: object) -> Warn:
    mark = sha256("|".join(map(str, (kind.value, *about))).encode()).hexdigest()[:32]
    return Warn(kind=kind, message=message, values=values, mark=mark)


def check_reason(reason: str) -> str:
    if not reason.strip():
        raise NoReason
    return reason.strip()


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
