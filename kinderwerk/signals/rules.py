"""What a signal says, how serious it is, and when somebody looks at it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled


class Subject(Labelled):
    CHILD = "child", N_("A child")
    FAMILY = "family", N_("A family")
    GROUP = "group_of_children", N_("A group of children")
    PLACE = "place", N_("A place")
    UNKNOWN = "unknown", N_("Not clear yet")


class Area(Labelled):
    MATERIAL = "material", N_("Money, housing and things")
    HEALTH = "health", N_("Health")
    FAMILY = "family", N_("Upbringing and family")
    SCHOOL_WORK = "school_work", N_("School and work")
    SOCIAL = "social", N_("Friends and neighbourhood")


class Level(Labelled):
    NOTICED = "0", N_("Noticed")
    CONCERN = "1", N_("Concern")
    SERIOUS = "2", N_("Serious concern")
    ACUTE = "3", N_("Now")


class Status(Labelled):
    PASSED_ON = "draft", N_("Passed on")
    OPEN = "open", N_("Open")
    CONSULTED = "consulted", N_("Talked over with a colleague")
    DISCUSSED = "discussed_with_parent", N_("Talked over with the parent")
    HELP_ARRANGED = "help_arranged", N_("Help arranged")
    REFERRED = "referred", N_("Referred")
    MONITORED = "monitored", N_("Keeping an eye on it")
    NO_CONCERN = "closed_no_concern", N_("Closed: no concern after all")
    RESOLVED = "closed_resolved", N_("Closed: solved")
    MOVED = "closed_moved", N_("Closed: moved away")
    REPORTED = "closed_reported", N_("Closed: reported")


class NoteKind(Labelled):
    FACT_OWN = "fact_own", N_("Saw or heard it myself")
    FACT_OTHER = "fact_other", N_("Heard it from someone")
    STATEMENT_CHILD = "statement_child", N_("In the child's own words")
    STATEMENT_PARENT = "statement_parent", N_("In the parent's own words")
    INTERPRETATION = "interpretation", N_("What I think it means")
    AGREEMENT = "agreement", N_("Agreement")
    CORRECTION = "correction", N_("Correction")
    PARENT_REPLY = "parent_reply", N_("The parent's reply")


class Factor(Labelled):
    RISK = "risk", N_("Worrying")
    PROTECTIVE = "protective", N_("Protective")


#: What is told as it happened, as against what somebody makes of it.
FACTS: Final = frozenset(
    {
        NoteKind.FACT_OWN, NoteKind.FACT_OTHER, NoteKind.STATEMENT_CHILD,
        NoteKind.STATEMENT_PARENT,
    }
)  # fmt: skip
#: With these the reader must know from whom it comes.
NEEDS_SOURCE: Final = frozenset({NoteKind.FACT_OTHER})
CLOSED: Final = frozenset({Status.NO_CONCERN, Status.RESOLVED, Status.MOVED, Status.REPORTED})
#: In how many days somebody looks again, by level.
REVIEW_DAYS: Final = {Level.NOTICED: 14, Level.CONCERN: 14, Level.SERIOUS: 3, Level.ACUTE: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to write down; an interpretation cites the fact on which it rests."""

    kind: NoteKind
    text: str
    observed_on: date
    factor: Factor = Factor.RISK
    source: str | None = None
    place: str = ""
    cites_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a worker writes down about a concern: the facts first, what they may mean after."""

    subject: Subject
    child_id: UUID | None
    family_id: UUID | None
    neighbourhood_id: UUID | None
    area: Area
    level: Level
    fact: Note
    interpretation: str | None = None
    protective: str | None = None
    occurrence_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How an open signal goes on: how serious, who carries it, and when somebody looks again."""

    level: Level
    status: Status
    owner_id: UUID
    review_on: date


class NobodyNamed(Refusal):
    message = N_("Choose who this is about.")
    field = "child_id"


class NoFamilyNamed(Refusal):
    message = N_("Choose which family this is about.")
    field = "family_id"


class NoPlaceNamed(Refusal):
    message = N_("Choose the neighbourhood.")
    field = "neighbourhood_id"


class NoSource(Refusal):
    message = N_("Say who told you: name, role and date.")
    field = "source"


class NotYetSeen(Refusal):
    message = N_("What you saw cannot be in the future.")
    field = "observed_on"


class CitesNothing(Refusal):
    message = N_("Choose the fact on which this rests.")
    field = "cites_id"


class ReviewTooFar(Refusal):
    message = N_("At this level somebody looks again within %(days)s days.")
    field = "review_on"


class ReviewInThePast(Refusal):
    message = N_("Choose a day from today on.")
    field = "review_on"


class IsClosed(Refusal):
    message = N_("This signal is closed. Open it again first.")


class TakenOn(Refusal):
    message = N_("A colleague has taken this on already.")


class NobodyToAnswer(Refusal):
    message = N_("Your organisation has nobody yet who can take this on. Tell your supervisor now.")


def check_capture(wish: Capture, today: date) -> None:
    """Refuse a capture that does not say whom or what it is about."""
    if wish.subject is Subject.CHILD and wish.child_id is None:
        raise NobodyNamed
    if wish.subject is Subject.FAMILY and wish.family_id is None:
        raise NoFamilyNamed
    if wish.subject in (Subject.GROUP, Subject.PLACE) and wish.neighbourhood_id is None:
        raise NoPlaceNamed
    check_note(wish.fact, (), today)


def check_note(note: Note, facts: Sequence[UUID], today: date) -> None:
    """Refuse a note from the future, hearsay without a source, or a guess that cites nothing.

    `facts` are the ids of the facts already written down about the same signal.
    """
    if note.observed_on > today:
        raise NotYetSeen
    if note.kind in NEEDS_SOURCE and not note.source:
        raise NoSource
    if note.kind is NoteKind.INTERPRETATION and note.cites_id not in facts:
        raise CitesNothing


def review_day(level: Level, today: date) -> date:
    return today + timedelta(days=REVIEW_DAYS[level])


def check_course(course: Course, today: date) -> None:
    """Refuse to put off looking again for longer than the level allows."""
    if course.review_on < today:
        raise ReviewInThePast
    most = REVIEW_DAYS[course.level]
    if course.level in (Level.SERIOUS, Level.ACUTE) and course.review_on > review_day(
        course.level, today
    ):
        raise ReviewTooFar(days=most)
