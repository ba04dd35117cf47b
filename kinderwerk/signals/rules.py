"""What a signal says, how serious it is, and when somebody looks at it again."""

import re
from collections.abc import Mapping, Sequence
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
    IN_CODE = "in_meldcode", N_("In the reporting code")
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
    DOCUMENT = "document", N_("From a document")
    INTERPRETATION = "interpretation", N_("What I think it means")
    HYPOTHESIS = "hypothesis", N_("What it could be instead")
    AGREEMENT = "agreement", N_("Agreement")
    DECISION = "decision", N_("Decision")
    CONTACT_ATTEMPT = "contact_attempt", N_("Tried to reach somebody")
    CORRECTION = "correction", N_("Correction")
    PARENT_REPLY = "parent_reply", N_("The parent's reply")


class Factor(Labelled):
    RISK = "risk", N_("Worrying")
    PROTECTIVE = "protective", N_("Protective")


class Sign(Labelled):
    """What can play a part, by part of life; no list of signs ever proves anything."""

    HOUSING = "housing", N_("Housing")
    MATERIAL_CARE = "material_care", N_("Clothes, food and things")
    MONEY = "money", N_("Money")
    UNSAFE_NEIGHBOURHOOD = "unsafe_neighbourhood", N_("Unsafe neighbourhood")
    NO_FIXED_HOME = "no_fixed_home", N_("No fixed home")
    PHYSICAL = "physical", N_("Body and pain")
    HYGIENE_FOOD = "hygiene_food", N_("Washing and eating")
    SLEEP = "sleep", N_("Sleep")
    MENTAL = "mental", N_("Mood and fear")
    SEXUAL_DEVELOPMENT = "sexual_development", N_("Sexual development")
    SUBSTANCE = "substance", N_("Alcohol, drugs, gaming")
    DEVELOPMENT_DELAY = "development_delay", N_("Development")
    PARENTING_STRESS = "parenting_stress", N_("Strain of bringing up")
    CONFLICT_DIVORCE = "conflict_divorce", N_("Quarrel or separation")
    VIOLENCE = "violence", N_("Violence")
    NEGLECT = "neglect", N_("Care and attention")
    ILLNESS_ADDICTION_PARENT = "illness_addiction_parent", N_("Health of a parent")
    YOUNG_CARER = "young_carer", N_("Caring for somebody at home")
    LOSS = "loss", N_("Loss and grief")
    ABSENCE = "absence", N_("Being there")
    RESULTS = "results", N_("Results")
    BEHAVIOUR = "behaviour", N_("Behaviour in the group")
    CONFLICT_TEACHER = "conflict_teacher", N_("Contact with the teacher")
    NO_PLACE = "no_place", N_("No place at school or work")
    BULLYING = "bullying", N_("Bullying")
    LONELY = "lonely", N_("Friends, or none")
    WRONG_FRIENDS = "wrong_friends", N_("Friends who do no good")
    ONLINE = "online", N_("Online")
    NUISANCE = "nuisance", N_("Nuisance")
    CRIME = "crime", N_("Crime")
    RADICAL = "radical", N_("Radical ideas")
    EXPLOITATION = "exploitation", N_("Exploitation")


SIGNS: Final[Mapping[Area, tuple[Sign, ...]]] = {
    Area.MATERIAL: (
        Sign.HOUSING, Sign.MATERIAL_CARE, Sign.MONEY, Sign.UNSAFE_NEIGHBOURHOOD,
        Sign.NO_FIXED_HOME,
    ),
    Area.HEALTH: (
        Sign.PHYSICAL, Sign.HYGIENE_FOOD, Sign.SLEEP, Sign.MENTAL, Sign.SEXUAL_DEVELOPMENT,
        Sign.SUBSTANCE, Sign.DEVELOPMENT_DELAY,
    ),
    Area.FAMILY: (
        Sign.PARENTING_STRESS, Sign.CONFLICT_DIVORCE, Sign.VIOLENCE, Sign.NEGLECT,
        Sign.ILLNESS_ADDICTION_PARENT, Sign.YOUNG_CARER, Sign.LOSS,
    ),
    Area.SCHOOL_WORK: (
        Sign.ABSENCE, Sign.RESULTS, Sign.BEHAVIOUR, Sign.CONFLICT_TEACHER, Sign.NO_PLACE,
    ),
    Area.SOCIAL: (
        Sign.BULLYING, Sign.LONELY, Sign.WRONG_FRIENDS, Sign.ONLINE, Sign.NUISANCE, Sign.CRIME,
        Sign.RADICAL, Sign.EXPLOITATION,
    ),
}  # fmt: skip
#: What plays a part, and how: something can worry in one way and protect in another.
Signs = frozenset[tuple[Sign, Factor]]

#: What is told as it happened, as against what somebody makes of it.
FACTS: Final = frozenset(
    {
        NoteKind.FACT_OWN, NoteKind.FACT_OTHER, NoteKind.STATEMENT_CHILD,
        NoteKind.STATEMENT_PARENT, NoteKind.DOCUMENT,
    }
)  # fmt: skip
#: With these the reader must know from whom it comes.
NEEDS_SOURCE: Final = frozenset({NoteKind.FACT_OTHER, NoteKind.DOCUMENT})
#: In these a word that weighs is worth a second look; what people said themselves stays as it is.
PLAINLY_TOLD: Final = frozenset({NoteKind.FACT_OWN, NoteKind.FACT_OTHER})
#: Words that weigh rather than tell, in the languages in which people here write.
WEIGHING: Final = re.compile(
    r"""\b(
        agressie\w* | verwaarlo\w* | waarschijnlijk\w* | lijkt | leek | manipul\w* | mishandel\w*
        | aandacht\W+vra\w+ | vraagt\W+(?:\w+\W+)?aandacht | vermoed\w* | kennelijk | blijkbaar
        | altijd | nooit | typisch\w* | onverantwoord\w* | asociaal | asociale | hysterisch\w*
        | aggressi\w* | vernachlässig\w* | wahrscheinlich\w* | scheint | misshandel\w*
        | vermut\w* | offenbar | offensichtlich | immer | niemals | verantwortungslos\w*
        | probabl[ey] | seem(?:s|ed) | neglect\w* | abus(?:e|ed|ive) | obviously | always | never
        | attention.seeking
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
CLOSED: Final = frozenset({Status.NO_CONCERN, Status.RESOLVED, Status.MOVED, Status.REPORTED})
#: Where a signal does not come by hand.
BY_ITSELF: Final = frozenset({Status.PASSED_ON, Status.IN_CODE})
#: In how many days somebody looks again, by level.
REVIEW_DAYS: Final = {Level.NOTICED: 14, Level.CONCERN: 14, Level.SERIOUS: 3, Level.ACUTE: 0}
#: Within how many days somebody completes what was written down in a hurry.
COMPLETE_WITHIN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to write down; an interpretation cites the fact on which it rests.

    With `source_why` the family is not to know from whom it comes, for that reason.
    """

    kind: NoteKind
    text: str
    observed_on: date
    factor: Factor = Factor.RISK
    source: str | None = None
    source_why: str | None = None
    place: str = ""
    cites_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a worker writes down about a concern: the facts first, what they may mean after.

    `more` is what stood somewhere else already, each with where it comes from.
    """

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
    more: tuple[Note, ...] = ()


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


class NobodyToShield(Refusal):
    message = N_("Say from whom it comes, or leave the reason empty.")
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


class Completed(Refusal):
    message = N_("This was completed already.")


class NotAnother(Refusal):
    message = N_("Choose another signal, one that is not joined to this one yet.")
    field = "other_id"


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
    for note in (wish.fact, *wish.more):
        check_note(note, (), today)


def check_note(note: Note, facts: Sequence[UUID], today: date) -> None:
    """Refuse a note from the future, hearsay without a source, or a guess that cites nothing.

    `facts` are the ids of the facts already written down about the same signal.
    """
    if note.observed_on > today:
        raise NotYetSeen
    if note.kind in NEEDS_SOURCE and not note.source:
        raise NoSource
    if note.source_why and not note.source:
        raise NobodyToShield
    if note.kind is NoteKind.INTERPRETATION and note.cites_id not in facts:
        raise CitesNothing


def review_day(level: Level, today: date, *, unfinished: bool = False) -> date:
    """Return when somebody looks again; what is unfinished is not left lying for long."""
    days = REVIEW_DAYS[level]
    return today + timedelta(days=min(days, COMPLETE_WITHIN) if unfinished else days)


def weighing(kind: NoteKind, text: str) -> list[str]:
    """Return the words of a fact that weigh rather than tell, each once, as they stand there."""
    if kind not in PLAINLY_TOLD:
        return []
    found: dict[str, str] = {}
    for one in WEIGHING.finditer(text):
        found.setdefault(one.group(0).casefold(), one.group(0))
    return list(found.values())


def written(signs: Signs) -> str:
    """Return signs as one line of text, always in the same order."""
    return " ".join(sorted(f"{factor.value}:{sign.value}" for sign, factor in signs))


def ticked(line: str | None) -> Signs:
    """Read signs back; what is none of ours any more is passed over."""
    factors, signs = {one.value: one for one in Factor}, {one.value: one for one in Sign}
    pairs = (one.partition(":") for one in (line or "").split())
    return frozenset(
        (signs[sign], factors[factor])
        for factor, _, sign in pairs
        if factor in factors and sign in signs
    )


def check_course(course: Course, today: date) -> None:
    """Refuse to put off looking again for longer than the level allows."""
    if course.review_on < today:
        raise ReviewInThePast
    most = REVIEW_DAYS[course.level]
    if course.level in (Level.SERIOUS, Level.ACUTE) and course.review_on > review_day(
        course.level, today
    ):
        raise ReviewTooFar(days=most)
