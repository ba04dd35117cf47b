"""Who gets a place."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: How many places one form can ask for: a large family for a whole summer.
MOST_AT_ONCE: Final = 200


class Standing(Labelled):
    PLACED = "placed", N_("Has a place")
    WAITING = "waiting", N_("On the waiting list")
    CANCELLED = "cancelled", N_("Cancelled")


class NotOpen(Refusal):
    message = N_("You cannot sign up for this activity now.")


class NothingToSignUpFor(Refusal):
    message = N_("You do not have to sign up for this activity. Just come.")


class Over(Refusal):
    message = N_("This activity is over.")


class DateOver(Refusal):
    message = N_("The activity on %(day)s has begun already. Choose another date.")
    field = "dates"


class DateCancelled(Refusal):
    message = N_("The activity on %(day)s does not go on. Choose another date.")
    field = "dates"


class NoDate(Refusal):
    message = N_("Choose at least one date.")
    field = "dates"


class NoChild(Refusal):
    message = N_("Choose at least one child.")
    field = "children"


class TooYoung(Refusal):
    message = N_("%(name)s is %(age)d on that day. This is for children from %(limit)d years.")
    field = "children"


class TooOld(Refusal):
    message = N_("%(name)s is %(age)d on that day. This is for children up to %(limit)d years.")
    field = "children"


class AlreadySignedUp(Refusal):
    message = N_("%(name)s is signed up already.")
    field = "children"


class OfAnotherOrganisation(Refusal):
    message = N_("%(name)s is not known at this organisation yet. Add the child there first.")
    field = "children"


class TooLateToCancel(Refusal):
    message = N_("This activity is over, so there is nothing left to cancel.")


class TooManyAtOnce(Refusal):
    message = N_("That is too much at once. Choose fewer children or dates.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """A wish for places: these children, for the series or for these dates of it.

    `form_id` is the form that says so; `at_door` lets staff sign up while it is going on.
    """

    activity_id: UUID
    child_ids: tuple[UUID, ...]
    occurrence_ids: tuple[UUID, ...] = ()
    form_id: UUID | None = None
    at_door: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """For whom it is, in whole years on the day."""

    youngest: int
    oldest: int

    def check(self, name: str, age: int) -> None:
        if age < self.youngest:
            raise TooYoung(name=name, age=age, limit=self.youngest)
        if age > self.oldest:
            raise TooOld(name=name, age=age, limit=self.oldest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """One date as it stands: when it begins and ends, and whether it goes on."""

    day: date
    starts_at: datetime
    ends_at: datetime
    goes_on: bool

    def check(self, moment: datetime, *, at_door: bool = False) -> None:
        if not self.goes_on:
            raise DateCancelled(day=self.day)
        if moment >= (self.ends_at if at_door else self.starts_at):
            raise DateOver(day=self.day)


def free(capacity: int | None, taken: int, asking: int) -> int:
    """Return how many of those who ask, in the order of the queue, get a place now."""
    return asking if capacity is None else max(0, min(asking, capacity - taken))
