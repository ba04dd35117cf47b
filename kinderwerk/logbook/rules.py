"""What is written down after a session, by whom, and what the hours of people at work count for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kinderwerk.activities.rules import Format
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import Contribution, Measure, Place
from kinderwerk.registers.rules import Box, Crowd, Number

LONGEST_STORY: Final = 2000
#: Nobody works longer than that on one day.
DAY: Final = 24 * 60
#: What getting ready and clearing up takes, until somebody says otherwise.
PREPARATION: Final = 30
QUARTER: Final = 15
LONGEST_DAY: Final = 14 * 60
WORKING_DAY: Final = 8 * 60
#: Of their time social workers spend so much on administration, and find so much acceptable
#: (survey of Movisie among some 200 of them, 2022), in percents.
USUAL_ADMINISTRATION: Final = 37
ACCEPTABLE_ADMINISTRATION: Final = 19
#: Over how long one's own share is told.
LOOKING_BACK: Final = timedelta(weeks=13)


class HourKind(Labelled):
    CONTACT = "contact", N_("With children")
    PARENTS = "parents", N_("With parents")
    PREPARATION = "preparation", N_("Preparation")
    OUTREACH = "outreach", N_("On the street")
    NETWORK = "network", N_("With partners")
    ADMINISTRATION = "administration", N_("Administration")
    TRAINING = "training", N_("Training")
    TRAVEL = "travel", N_("On the way")

    @property
    def measure(self) -> Measure:
        return Measure(f"minutes_{self.value}")


class Seen(Labelled):
    """Whether a goal could be seen at a session."""

    YES = "yes", N_("Yes")
    A_LITTLE = "a_little", N_("A little")
    NO = "no", N_("No")


class ChildrenOn(Labelled):
    """Whether children are on a photo; one with children is not kept."""

    NO = "no", N_("No, no child at all")
    YES = "yes", N_("Yes")


#: What the time at a session counts as, where it is not time with children.
MAINLY: Final[Mapping[Format, HourKind]] = MappingProxyType(
    {
        Format.OUTREACH: HourKind.OUTREACH,
        Format.NETWORK: HourKind.NETWORK,
        Format.HOME_VISIT: HourKind.PARENTS,
        Format.PARENT_COURSE: HourKind.PARENTS,
    }
)


class NotBegun(Refusal):
    message = N_("You can write the log once the session has begun.")


class CalledOff(Refusal):
    message = N_("This session did not go on, so there is nothing to log.")


class TooLong(Refusal):
    message = N_("A day has 24 hours.")
    field = "minutes"


class NotYet(Refusal):
    message = N_("You can write down hours until today.")
    field = "day"


class ChildOnIt(Refusal):
    message = N_("There is a child on it, so we did not keep it. Choose a photo without children.")
    field = "seen"


class NoPicture(Refusal):
    message = N_("Choose a photo.")
    field = "picture"


@dataclass(frozen=True, slots=True)
class Spent:
    """Time of one person on one kind of work."""

    user_id: UUID
    kind: HourKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What somebody has on the screen of a log; `page` is the same as long as it is that screen.

    Of numbers and goals only what was changed is written, beside what stood there before; of what
    was only proposed nothing is written until the log is `finished`.
    """

    page: UUID
    version: int
    note: str = ""
    story: str = ""
    seen: Mapping[UUID, Seen] = field(default_factory=dict)
    boxes: Mapping[Box, Number] = field(default_factory=dict)
    minutes: Mapping[Spent, int] = field(default_factory=dict)
    crowd: Crowd | None = None
    finished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """How long in all somebody was at one kind of work on a day, besides sessions."""

    day: date
    kind: HourKind
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPhoto:
    content: bytes
    alt: str
    seen: ChildrenOn


def check_begun(*, starts_at: datetime, now: datetime, called_off: bool) -> None:
    if called_off:
        raise CalledOff
    if starts_at > now:
        raise NotBegun


def check_hours(wish: Hours, today: date) -> None:
    if wish.day > today:
        raise NotYet
    if not 0 <= wish.minutes <= DAY:
        raise TooLong


def check_photo(wish: LogPhoto) -> None:
    """Refuse a photo with children before anything of it is read."""
    if wish.seen is ChildrenOn.YES:
        raise ChildOnIt
    if not wish.content:
        raise NoPicture


def proposed(
    format: Format, length: timedelta, people: Sequence[UUID]
) -> dict[Spent, int]:  # fmt: skip
    """Return what everybody who runs a session was probably busy with, in minutes."""
    mainly = MAINLY.get(format, HourKind.CONTACT)
    minutes = min(DAY, round(length.total_seconds() / 60))
    return {
        Spent(person, kind): n
        for person in people
        for kind, n in ((mainly, minutes), (HourKind.PREPARATION, PREPARATION))
    }


def contribution(
    organisation_id: UUID, day: date, kind: HourKind, minutes: int, place: Place | None
) -> Contribution:
    """Return what time adds to the counts: minutes, where the session was or for the whole area."""
    if not minutes:
        return facts.nothing()
    return facts.cells(kind.measure, organisation_id, day, place, n=minutes)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Worked:
    """How long somebody, or everybody together, was at each kind of work, in minutes."""

    minutes: Mapping[HourKind, int]

    @property
    def together(self) -> int:
        return sum(self.minutes.values())

    def share(self, kind: HourKind) -> int | None:
        """Return whole percents, of at least a day's work."""
        whole = self.together
        return round(100 * self.minutes.get(kind, 0) / whole) if whole >= WORKING_DAY else None
