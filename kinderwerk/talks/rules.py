"""When a child can ask for a talk, who reads it, and who hears of danger until somebody acts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

LONGEST: Final = 2000
#: After so long without a message the key opens nothing any more.
EXPIRES: Final = timedelta(days=30)
#: In so long somebody says that they saw an alert; else the next one hears of it.
TO_SEE: Final = timedelta(minutes=15)
#: An assessment holds for a year; then somebody looks again whether this is still safe to offer.
ASSESSED_FOR: Final = timedelta(days=366)
#: Never a channel of two: whoever is chosen, and a second one who can read along.
PEOPLE: Final = 2
#: In how many minutes of duty somebody reads what a child wrote, as the page tells it.
TERMS: Final = (15, 30, 60, 120)
DAY: Final = 24 * 60


class Why(Labelled):
    """Why a talk goes past the line, to the confidential advisers."""

    ABOUT_STAFF = "about_staff", N_("It is about somebody who works here")
    SOMEBODY_ELSE = "somebody_else", N_("The child would rather talk to somebody else")
    NOT_RIGHT = "not_right", N_("The child says that something does not feel right")


class AlertKind(Labelled):
    """Why somebody has to look now; it never says what was written."""

    DANGER = "danger", N_("Look at this now")
    UNREAD = "unread", N_("Nobody has read this in time")


class Lack(Labelled):
    """What is still needed before children can ask for a talk."""

    KEEPERS = "keepers", N_("Two people who answer, each with training on record")
    HOURS = "hours", N_("Hours in which two of them are there at the same time")
    ASSESSMENT = "assessment", N_("An assessment that somebody confirmed in the last year")
    CONFIDANTS = (
        "confidants",
        N_("Two confidential advisers, for what is about people who work here"),
    )


@dataclass(frozen=True, slots=True)
class Duty:
    """When somebody is there, in minutes of a day of the week (Monday is 0) on the wall."""

    user_id: UUID
    weekday: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What an organisation has to offer talks with: who, when, and whether somebody looked at it.

    `trained` are those whose training is on record and who still work here; who is `away` today
    counts as not there.
    """

    opened: bool
    assessed_on: date | None
    trained: frozenset[UUID]
    duties: tuple[Duty, ...]
    confidants: tuple[UUID, ...]
    away: frozenset[UUID] = frozenset()

    def lacks(self, today: date) -> list[Lack]:
        """Return what is missing, whoever may have said that it is open."""
        fresh = self.assessed_on and self.assessed_on <= today <= self.assessed_on + ASSESSED_FOR
        missing = {
            Lack.KEEPERS: len(self.trained) < PEOPLE,
            Lack.HOURS: not self.hours,
            Lack.ASSESSMENT: not fresh,
            Lack.CONFIDANTS: len(set(self.confidants)) < PEOPLE,
        }
        return [lack for lack, is_missing in missing.items() if is_missing]

    @property
    def hours(self) -> list[tuple[int, int, int]]:
        """Return when two are there together: day of the week, and from when until when."""
        held = [duty for duty in self.duties if duty.user_id in self.trained]
        return [
            span
            for weekday in range(7)
            for span in _together([duty for duty in held if duty.weekday == weekday], weekday)
        ]

    def there(self, wall: datetime) -> frozenset[UUID]:
        """Return who of the trained is on duty at this moment."""
        minute = wall.hour * 60 + wall.minute
        return frozenset(
            duty.user_id
            for duty in self.duties
            if duty.weekday == wall.weekday() and duty.begins <= minute < duty.ends
        ) & (self.trained - self.away)

    def is_open(self, wall: datetime) -> bool:
        """Tell whether a child can send something now."""
        return self.opened and not self.lacks(wall.date()) and len(self.there(wall)) >= PEOPLE

    def beside(self, about: UUID | None) -> list[UUID]:
        """Return who takes what goes past the line: those who are there first."""
        able = [one for one in dict.fromkeys(self.confidants) if one != about]
        return sorted(able, key=lambda one: one in self.away)

    def can_go_beside(self, about: UUID | None) -> bool:
        able = self.beside(about)
        return len(able) >= PEOPLE and able[0] not in self.away

    def next_hours(self, wall: datetime) -> tuple[int, int] | None:
        """Return in how many days, and at which minute of that day, two are there again."""
        minute = wall.hour * 60 + wall.minute
        ahead = [
            ((weekday - wall.weekday()) % 7, begins)
            for weekday, begins, _ in self.hours
            if weekday != wall.weekday() or begins > minute
        ]
        later = [(7, begins) for weekday, begins, _ in self.hours if weekday == wall.weekday()]
        return min([*ahead, *later], default=None)


def _together(held: Sequence[Duty], weekday: int) -> list[tuple[int, int, int]]:
    edges = sorted({edge for duty in held for edge in (duty.begins, duty.ends)})
    found: list[tuple[int, int, int]] = []
    for begins, ends in pairwise(edges):
        people = {duty.user_id for duty in held if duty.begins <= begins and ends <= duty.ends}
        if len(people) < PEOPLE:
            continue
        if found and found[-1][2] == begins:
            found[-1] = (weekday, found[-1][1], ends)
        else:
            found.append((weekday, begins, ends))
    return found


class Closed(Refusal):
    message = N_("Nobody is here to read it now. Nothing was sent.")


class NobodyBeside(Refusal):
    message = N_("Nobody is here for this now. Nothing was sent. Call one of these numbers.")


class NotShown(Refusal):
    message = N_("This person is not here now. Choose somebody else.")
    field = "keeper_id"


class NothingSaid(Refusal):
    message = N_("Write something, or choose where you want to talk.")
    field = "words"


class TooMany(Refusal):
    message = N_("Very much is coming in now. Wait a while, or call one of these numbers.")


class Gone(Refusal):
    """The same for a key that is wrong, too old, unknown, or tried too often."""

    message = N_("We find nothing with these four pictures.")


class NotTold(Refusal):
    message = N_(
        "Tell the child first what you will do, and why: answer, and tick that you say so."
    )


class SignalAlready(Refusal):
    message = N_("This was written down as a signal already.")


class TalkOver(Refusal):
    message = N_("This talk is over.")


class SamePerson(Refusal):
    message = N_("There are always two different people who can read it.")
    field = "user_id"


class NotTrained(Refusal):
    message = N_("Only colleagues with training on record can take a talk over.")
    field = "user_id"


class BackToFront(Refusal):
    message = N_("The end comes after the beginning.")
    field = "ends"


class NotYet(Refusal):
    message = N_("That day is still to come.")


class Lacking(Refusal):
    message = N_("Something is still missing. Look at the list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a child asks: about whom it is, of whom, in words or at a place; and once only."""

    about_staff: bool
    about_id: UUID | None = None
    keeper_id: UUID | None = None
    words: str = ""
    venue_id: UUID | None = None
    when: str = ""
    once: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a keeper says back; `tells` when it says that others will hear of it."""

    words: str
    venue_id: UUID | None = None
    meet_at: datetime | None = None
    tells: bool = False
    once: UUID


def check_asking(asking: Asking) -> None:
    if not asking.words and asking.venue_id is None:
        raise NothingSaid


def check_duty(begins: int, ends: int) -> None:
    if not 0 <= begins < ends <= DAY:
        raise BackToFront


def pair(
    chosen: UUID | None, there: Collection[UUID], shown: Collection[UUID],
    busy: Mapping[UUID, int],
) -> tuple[UUID, UUID]:  # fmt: skip
    """Return who answers and who reads along, two different people: the least busy first.

    `there` are on duty, `shown` of them those whom a child may choose.
    """

    def turn(one: UUID) -> tuple[int, UUID]:
        return (busy.get(one, 0), one)

    if len(set(there)) < PEOPLE:
        raise Closed
    if chosen is not None and chosen not in set(there) & set(shown):
        raise NotShown
    keeper = chosen or min(there, key=turn)
    return keeper, min((one for one in there if one != keeper), key=turn)


def ladder(
    keeper: UUID, second: UUID, there: Collection[UUID], officers: Sequence[UUID],
    coordinators: Sequence[UUID], *, past_line: bool = False,
) -> list[list[UUID]]:  # fmt: skip
    """Return who hears of an alert, step by step; the last step comes again until somebody saw it.

    No step is only the one whom the child chose. What goes past the line stays past it.
    """
    if past_line:
        return [[keeper, second]]
    others = [one for one in dict.fromkeys(there) if one not in (keeper, second)]
    first = [keeper, second, *(others[:1] if second not in there else ())]
    steps = [first, *([one] for one in others if one not in first)]
    above = [one for one in dict.fromkeys([*officers, *coordinators]) if one != keeper]
    steps += [[one] for one in above if one not in (second, *others)]
    return [*steps, above or [keeper, second]]


def rung(steps: Sequence[Sequence[UUID]], number: int) -> Sequence[UUID]:
    return steps[min(number, len(steps) - 1)]


def ends_alert(keeper: UUID, by: UUID, *, past_line: bool) -> bool:
    """Tell whether the alert stops when this person says they saw it.

    Whoever was chosen never stops it alone: it may be about them.
    """
    return past_line or by != keeper


def is_overdue(waiting_since: datetime | None, minutes: int, now: datetime) -> bool:
    return waiting_since is not None and now >= waiting_since + timedelta(minutes=minutes)


def is_expired(last_at: datetime, now: datetime) -> bool:
    return now >= last_at + EXPIRES
