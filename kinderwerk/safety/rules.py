"""What an incident says, who may know of it, and how long one has to decide about a breach."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled


class IncidentKind(Labelled):
    INJURY = "injury", N_("Somebody was hurt")
    NEAR_MISS = "near_miss", N_("It nearly went wrong")
    MISSING_CHILD = "missing_child", N_("A child was missing")
    AGGRESSION = "aggression", N_("Aggression")
    BULLYING = "bullying", N_("Bullying")
    BOUNDARY = "boundary_violation", N_("Somebody crossed a boundary")
    PROPERTY = "property", N_("Something broke or was stolen")
    MEDICAL = "medical", N_("Somebody fell ill")
    TRANSPORT = "transport", N_("On the way")
    DATA_BREACH = "data_breach", N_("Data got lost, or into wrong hands")


class Severity(Labelled):
    PLASTER = "1", N_("A plaster")
    FIRST_AID = "2", N_("First aid, parents told")
    DOCTOR = "3", N_("A doctor")
    HOSPITAL = "4", N_("Hospital or 112")


class Help(Labelled):
    NONE = "none", N_("No doctor")
    DOCTOR = "doctor", N_("A doctor")
    AMBULANCE = "ambulance", N_("112")


class Cause(Labelled):
    THING = "thing", N_("A thing or play equipment")
    GROUND = "ground", N_("Floor, ground or building")
    PLAY = "play", N_("Wild or rough play")
    QUARREL = "quarrel", N_("A quarrel")
    SUPERVISION = "supervision", N_("Too little supervision")
    TRAFFIC = "traffic", N_("Traffic")
    WEATHER = "weather", N_("Weather or water")
    HEALTH = "health", N_("Illness or allergy")
    WAY_OF_WORKING = "way_of_working", N_("Our way of working")
    OTHER = "other", N_("Something else")


class Status(Labelled):
    OPEN = "open", N_("Open")
    CLOSED = "closed", N_("Closed")


class Risk(Labelled):
    """What a data breach may do to the people whose data they are."""

    UNKNOWN = "unknown", N_("Not weighed yet")
    NONE = "none", N_("Not likely a risk for anybody")
    SOME = "some", N_("A risk")
    HIGH = "high", N_("A high risk")


class Decision(Labelled):
    OPEN = "open", N_("Not decided yet")
    REPORTED = "reported", N_("Reported to the supervisory authority")
    NOT_REPORTED = "not_reported", N_("Not reported")


class PeopleTold(Labelled):
    NOT_YET = "not_yet", N_("Not yet")
    TOLD = "told", N_("Told")
    NOT_NEEDED = "not_needed", N_("Not needed")


LONGEST: Final = 4000
#: What happens seldom stands behind a fold, so that the form fits on a telephone.
RARE: Final = (
    IncidentKind.BULLYING, IncidentKind.PROPERTY, IncidentKind.TRANSPORT, IncidentKind.DATA_BREACH,
)  # fmt: skip
#: From here on the coordinator is told at once.
ALERTING: Final = frozenset({Severity.DOCTOR, Severity.HOSPITAL})
#: How long there is to report a data breach (GDPR, article 33), since somebody knew of it.
CLOCK: Final = timedelta(hours=72)
#: After how long the privacy officer is reminded, as long as nothing is decided.
REMINDERS: Final = (timedelta(hours=24), timedelta(hours=48), timedelta(hours=66))
#: A place at which this happened so often in a year asks for a look.
LOOK_AGAIN: Final = 2
YEAR: Final = timedelta(days=365)


class NotYet(Refusal):
    message = N_("What happened cannot be in the future.")
    field = "happened_at"


class NobodyToAnswer(Refusal):
    message = N_(
        "Your organisation has no confidential adviser who can take this on. Tell the board, or"
        " call %(name)s: %(number)s. Nothing was kept."
    )


class NotToldWhy(Refusal):
    message = N_("Say why, in a few sentences: this is what the supervisory authority asks for.")
    field = "why"


class NotWeighed(Refusal):
    message = N_("Weigh the risk first.")
    field = "risk"


class IsClosed(Refusal):
    message = N_("This is closed. Open it again first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What somebody writes down at once, with a telephone in the hand."""

    kind: IncidentKind
    severity: Severity
    happened_at: datetime
    what: str
    once: UUID
    by_staff: bool = False
    child_ids: tuple[UUID, ...] = ()
    staff_ids: tuple[UUID, ...] = ()
    occurrence_id: UUID | None = None
    venue_id: UUID | None = None
    first_aid: str = ""
    help: Help = Help.NONE
    parents_told: bool = False

    @property
    def past_line(self) -> bool:
        """Tell whether it goes past the line: somebody who works here crossed a boundary."""
        return self.by_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is sealed of an incident."""

    what: str = ""
    injury: str = ""
    first_aid: str = ""
    parents_by: str = ""
    witness: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What is filled in later, when there is time to look into it."""

    severity: Severity
    help: Help
    cause: Cause | None
    parents_at: datetime | None
    insurer_on: date | None
    owner_id: UUID | None
    check_on: date | None
    words: Words
    child_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """How a data breach goes on: what was done, how bad it is, and what was decided."""

    contained: str
    contained_at: datetime | None
    risk: Risk
    people: PeopleTold
    decision: Decision
    why: str


def check_capture(wish: Capture, now: datetime) -> None:
    if wish.happened_at > now + timedelta(minutes=5):  # clocks of telephones differ
        raise NotYet


def check_settling(wish: Settling) -> None:
    """Refuse a decision without its weighing and its reason."""
    if wish.decision is not Decision.OPEN:
        if wish.risk is Risk.UNKNOWN:
            raise NotWeighed
        if not wish.why:
            raise NotToldWhy


def reminders_due(known_at: datetime, now: datetime) -> list[timedelta]:
    """Return the reminders whose moment has come."""
    return [after for after in REMINDERS if known_at + after <= now]
