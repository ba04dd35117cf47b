"""Shifts: what somebody wishes, who counts, and until when one gives a shift back."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.activities.duties import Duty
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

#: How many shifts are opened at once, at most.
MOST: Final = 8
#: How far ahead people see what they can take.
AHEAD: Final = timedelta(days=60)


class Taken(Refusal):
    message = N_("Somebody else was just before you. Thank you for wanting to help!")


class ThereAlready(Refusal):
    message = N_("This person is there already.")
    field = "user_id"


class YouAreThere(Refusal):
    message = N_("You are there on that date already.")


class NotAlone(Refusal):
    message = N_("You can come along as soon as a colleague is there too.")


class Begun(Refusal):
    message = N_("That date has begun, is over or does not go on.")


class TooLate(Refusal):
    message = N_(
        "It begins in less than %(hours)d hours. Please call a colleague, so that nobody waits."
    )


class NotThere(Refusal):
    message = N_("You are not there on that date.")


class UnknownPerson(Refusal):
    message = N_("This person does not work here any more.")
    field = "user_id"


class HalfTheHours(Refusal):
    message = N_("Say both times, or neither.")
    field = "ends"


class HoursTheWrongWay(Refusal):
    message = N_("It ends after it begins.")
    field = "ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A place to fill on one date: by somebody, or, without a person, by whoever wants to.

    Hours are said only where they are other than those of the session.
    """

    duty: Duty
    user_id: UUID | None = None
    starts: time | None = None
    ends: time | None = None
    places: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is there on a date; without a name it is an open shift.

    Whose certificate nobody has seen comes along as an extra, whatever was planned. Only grown-ups
    with a certificate count as those who look after children.
    """

    user_id: UUID | None
    shift_id: UUID | None
    name: str
    planned: Duty
    checked: bool = True
    grown_up: bool = True
    starts: time | None = None
    ends: time | None = None

    @property
    def open(self) -> bool:
        return self.user_id is None

    @property
    def duty(self) -> Duty:
        return self.planned if self.checked or self.open else Duty.EXTRA

    @property
    def counts(self) -> bool:
        return not self.open and self.checked and self.grown_up and self.duty is not Duty.EXTRA


def check(post: Post) -> None:
    if (post.starts is None) != (post.ends is None):
        raise HalfTheHours
    if post.starts and post.ends and post.ends <= post.starts:
        raise HoursTheWrongWay


def check_coming(starts_at: datetime, now: datetime, *, off: bool) -> None:
    if off or starts_at <= now:
        raise Begun


def in_time(starts_at: datetime, now: datetime, hours: int) -> bool:
    return now <= starts_at - timedelta(hours=hours)


def check_in_time(starts_at: datetime, now: datetime, hours: int) -> None:
    if not in_time(starts_at, now, hours):
        raise TooLate(hours=hours)


def usual(*, leads: bool) -> Duty:
    """Return what somebody does who is always there."""
    return Duty.LEADS if leads else Duty.HELPS
