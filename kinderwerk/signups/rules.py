"""Who gets a place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: How many places one form can ask for: a large family for a whole summer.
MOST_AT_ONCE: Final = 200
#: How long a family may think about a place that came free, unless its organisation says
#: otherwise; shorter when the date is near.
OFFER_LASTS: Final = timedelta(hours=48)
OFFER_HOURS: Final = range(1, 24 * 14 + 1)
OFFER_LASTS_AT_LEAST: Final = timedelta(minutes=30)
#: Between these hours nobody has to answer; who is offered a place late may sleep on it.
NIGHT: Final = time(21), time(9)
#: Whoever lets an offer pass comes at the end of the line, and the next time leaves it.
MISSED_AT_MOST: Final = 1

T = TypeVar("T")


class Standing(Labelled):
    ENTERED = "entered", N_("In the draw")
    PLACED = "placed", N_("Has a place")
    OFFERED = "offered", N_("Place offered")
    WAITING = "waiting", N_("On the waiting list")
    CANCELLED = "cancelled", N_("Cancelled")

    @property
    def holds(self) -> bool:
        """Tell whether nobody else can have the place."""
        return self in (Standing.PLACED, Standing.OFFERED)


class NotOpen(Refusal):
    message = N_("You cannot sign up for this activity now.")


class OpensLater(Refusal):
    message = N_("You can sign up from %(moment)s.")


class ClosedSince(Refusal):
    message = N_("Signing up was possible until %(moment)s. It is closed now.")


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
    message = N_("%(name)s is not known at this organisation yet.")
    field = "children"


class TooLateToCancel(Refusal):
    message = N_("This activity is over, so there is nothing left to cancel.")


class NoPlaceThen(Refusal):
    message = N_("There is no place to miss then.")


class OfferOver(Refusal):
    message = N_("This place went to somebody else, because the time to answer was over.")


class OutOfHours(Refusal):
    message = N_("Choose at least %(least)d and at most %(most)d hours.")
    field = "hours"


class TooManyAtOnce(Refusal):
    message = N_("That is too much at once. Choose fewer children or dates.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """A wish for places: these children, for the series or for these dates of it.

    `form_id` is the form that says so; `at_door` lets staff sign up while it is going on.
    `together`: all of these children get a place, or all wait. `careful`: refuse what clashes with
    a place that a child has elsewhere. `quiet`: whoever signs up says so itself.
    """

    activity_id: UUID
    child_ids: tuple[UUID, ...]
    occurrence_ids: tuple[UUID, ...] = ()
    form_id: UUID | None = None
    at_door: bool = False
    together: bool = False
    careful: bool = False
    quiet: bool = False


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


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when families can sign up; None: from the start, until it begins."""

    opens_at: datetime | None
    closes_at: datetime | None

    def check(self, moment: datetime) -> None:
        if self.opens_at and moment < self.opens_at:
            raise OpensLater(moment=self.opens_at)
        if self.closes_at and moment >= self.closes_at:
            raise ClosedSince(moment=self.closes_at)


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


def seated(room: int, line: Iterable[tuple[T, ...]]) -> list[T]:
    """Return who of a line gets a place, in turn. Those in one tuple come together or not at all.

    Whom there is not enough room for keeps waiting, and holds up nobody who waits behind.
    """
    chosen: list[T] = []
    for party in line:
        if len(party) <= room - len(chosen):
            chosen += party
    return chosen


def answer_by(moment: datetime, starts_at: datetime, lasts: timedelta = OFFER_LASTS) -> datetime:
    """Return until when a family may answer an offer, all three by the clock on the wall.

    About half of the time that is left is spent waiting, so that others can still be asked.
    """
    lasts = min(lasts, (starts_at - moment) / 2)
    until = min(moment + max(lasts, OFFER_LASTS_AT_LEAST), max(starts_at, moment))
    evening, morning = NIGHT
    if morning <= until.time() < evening:
        return until
    day = until.date() + timedelta(days=until.time() >= evening)
    awake = datetime.combine(day, morning, tzinfo=until.tzinfo)
    return awake if awake <= starts_at - OFFER_LASTS_AT_LEAST else until
