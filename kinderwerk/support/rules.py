"""What parents ask, and how help goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.support.plan.rules import Doing, Promise

#: How long whoever wrote down a short contact can still put it right.
CORRECTABLE: Final = timedelta(days=2)
#: So long the last tap at the door can be taken back right there.
JUST_NOW: Final = timedelta(minutes=15)
#: Further back a day is a slip of the finger.
LONGEST_AGO: Final = timedelta(days=366)
#: What one tap says at the door.
TAPPED: Final = (5, 10, 15, 30)
#: How long a talk took, as people say it.
MINUTES: Final = (5, 10, 15, 20, 30, 45, 60, 90)
SHORT: Final = 10
#: When somebody asks again how it goes, unless they agreed otherwise; and the latest they can.
FOLLOW_UP: Final = timedelta(days=28)
LATEST: Final = timedelta(days=92)
#: So many days before the day of following up it is worth a thought.
NEAR: Final = timedelta(days=3)


class Topic(Labelled):
    SLEEP = "sleep", N_("Sleeping and eating")
    BEHAVIOUR = "behaviour", N_("Listening and arguing")
    SCHOOL = "school", N_("School and learning")
    SCREENS = "screens", N_("Phone and screens")
    MONEY = "money", N_("Money and forms")
    SEPARATION = "separation", N_("Divorce and conflict")
    GROWING_UP = "growing_up", N_("Growing up and the body")
    STRESS = "stress", N_("Feeling overburdened")
    PLAYING = "playing", N_("Playing and free time")
    OTHER = "other", N_("Something else")


class Channel(Labelled):
    AT_ACTIVITY = "at_activity", N_("At an activity")
    STREET = "street", N_("In the street or playground")
    SCHOOL = "school", N_("At school")
    HOME = "home", N_("At home")
    PHONE = "phone", N_("By phone or message")
    OFFICE = "office", N_("At our place")


class Helped(Labelled):
    LISTENED = "listened", N_("Listened")
    ADVICE = "advice", N_("Gave advice")
    INFORMATION = "information", N_("Gave information")
    PRACTICAL = "practical", N_("Helped with something practical")
    POINTED_ON = "pointed_on", N_("Pointed to someone else")


class Status(Labelled):
    RUNNING = "running", N_("Running")
    ENDED = "ended", N_("Rounded off")
    STOPPED = "stopped", N_("Stopped by the family")
    PASSED_ON = "passed_on", N_("Passed on to a partner")


#: A trajectory that no longer runs has no day of following up.
OVER: Final = frozenset({Status.ENDED, Status.STOPPED, Status.PASSED_ON})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortContact:
    """A talk of some minutes; nothing in it can point at anybody.

    Who only counted it did not say what they did. `once` is the mark of the form, which may be
    sent twice.
    """

    topic: Topic
    helped: Helped | None
    channel: Channel
    minutes: int
    held_on: date
    neighbourhood_id: UUID | None
    once: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AimWish:
    """What the family wants, in their own words, and where they stand from 0 to 10."""

    text: str
    scale_start: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a trajectory begins: with a question, perhaps with a first aim."""

    family_id: UUID
    topic: Topic
    question: str
    aim: AimWish | None
    began_on: date
    follow_up_on: date
    once: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What was said and agreed, and when somebody asks again."""

    held_on: date
    channel: Channel
    minutes: int
    text: str
    agreed: str | None
    follow_up_on: date
    once: UUID
    doing: Doing = Doing.TOGETHER
    agreed_by: date | None = None

    @property
    def promise(self) -> Promise:
        """What was agreed, for the plan; by the day on which somebody asks, if no other."""
        return Promise(
            text=self.agreed or "", doing=self.doing, due_on=self.agreed_by or self.follow_up_on,
            activity_id=None, once=self.once,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a running trajectory goes on."""

    topic: Topic
    began_on: date
    owner_id: UUID
    follow_up_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a trajectory ended, and where the family stands now with each aim."""

    status: Status
    scales: Mapping[UUID, int | None]


class NotYetHeld(Refusal):
    message = N_("That day is still to come. Write it down when you have talked.")
    field = "held_on"


class TooLongAgo(Refusal):
    message = N_("That is more than a year ago. Check the day.")
    field = "held_on"


class TooLateToCorrect(Refusal):
    message = N_("This was written down more than two days ago. It stays as it is.")


class NotYetBegun(Refusal):
    message = N_("It cannot begin in the future.")
    field = "began_on"


class BegunTooLongAgo(Refusal):
    message = N_("That is more than a year ago. Check the day.")
    field = "began_on"


class FollowUpInThePast(Refusal):
    message = N_("Choose a day from today on.")
    field = "follow_up_on"


class FollowUpTooFar(Refusal):
    message = N_("Ask again within %(days)s days.")
    field = "follow_up_on"


class IsOver(Refusal):
    message = N_("This trajectory is over. Open it again first.")


def check_held(held_on: date, today: date) -> None:
    if held_on > today:
        raise NotYetHeld
    if today - held_on > LONGEST_AGO:
        raise TooLongAgo


def check_begun(began_on: date, today: date) -> None:
    if began_on > today:
        raise NotYetBegun
    if today - began_on > LONGEST_AGO:
        raise BegunTooLongAgo


def check_follow_up(day: date, today: date) -> None:
    """Refuse a day that is over, or so far away that nobody remembers what it was about."""
    if day < today:
        raise FollowUpInThePast
    if day - today > LATEST:
        raise FollowUpTooFar(days=LATEST.days)


def check_correctable(written_at: datetime, now: datetime) -> None:
    if not correctable(written_at, now):
        raise TooLateToCorrect


def correctable(written_at: datetime, now: datetime) -> bool:
    return now - written_at <= CORRECTABLE


def follow_up(today: date) -> date:
    return today + FOLLOW_UP
