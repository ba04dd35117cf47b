"""Certificates of good conduct: when one counts, when it is renewed, and what else is still to do.

The certificate itself is never kept: only that it was asked for, seen, by whom and when.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.retention import Span
from kinderwerk.core.words import N_, Labelled

#: How long before it is due somebody hears of it.
SOON: Final = timedelta(days=90)
OF_AGE: Final = Span(18 * 12)
#: What people learn here unless the organisation says otherwise.
#: By which name training for lessons at schools is on record.
GUEST_LESSON: Final = N_("Giving a guest lesson")
TRAININGS: Final = (
    N_("First aid for children"), N_("Reporting code"), N_("Dealing with worries about a child"),
    N_("Dealing with a group"), N_("Fire and leaving the building"), GUEST_LESSON,
    N_("Another training"),
)  # fmt: skip
MOST_TRAININGS: Final = 40
LONGEST_TRAINING: Final = 80


class Screening(Labelled):
    """By which rules an organisation asks for certificates of good conduct."""

    NL_VOG = "nl_vog", N_("VOG: again after 3 years")
    DE_EFZ = "de_efz", N_("Extended certificate: again after 5 years, shown within 3 months")


class Kind(Labelled):
    STAFF = "staff", N_("Employed")
    VOLUNTEER = "volunteer", N_("Volunteer")
    INTERN = "intern", N_("Intern")


class Word(Labelled):
    """What is written down of a certificate."""

    MISSING = "missing", N_("Not asked for yet")
    REQUESTED = "requested", N_("Applied for")
    SEEN = "seen", N_("Seen")
    NOT_NEEDED = "not_needed", N_("Not needed here: another law sees to it")


class State(Labelled):
    """How it stands today."""

    NOT_NEEDED = "not_needed", N_("Not needed")
    MISSING = "missing", N_("Not asked for yet")
    REQUESTED = "requested", N_("Applied for")
    VALID = "valid", N_("Seen")
    RENEW_SOON = "renew_soon", N_("To be renewed soon")
    OVERDUE = "overdue", N_("To be renewed now")
    REFUSED = "refused", N_("Certificate refused")


class Step(Labelled):
    """What a newcomer goes through."""

    INTAKE = "intake", N_("A first talk")
    REFERENCES = "references", N_("References were asked")
    CERTIFICATE = "certificate", N_("Certificate of good conduct seen")
    CODE = "code", N_("Code of conduct signed")
    CONFIDANT = "confidant", N_("Knows the confidential adviser")
    TRAINING = "training", N_("A first training")


class Half(Labelled):
    """Part of a day on which somebody can."""

    MORNING = "morning", N_("morning")
    AFTERNOON = "afternoon", N_("afternoon")
    EVENING = "evening", N_("evening")


@dataclass(frozen=True, slots=True)
class Terms:
    """For how long a certificate is good, and how old it may be when it is shown."""

    good_for: Span
    shown_within: Span | None = None


TERMS: Final[Mapping[Screening, Terms]] = MappingProxyType(
    {
        Screening.NL_VOG: Terms(Span(36)),
        Screening.DE_EFZ: Terms(Span(60), shown_within=Span(3)),
    }
)


class NoDay(Refusal):
    message = N_("Say on which day it was issued, and on which day you saw it.")
    field = "issued_on"


class SeenBefore(Refusal):
    message = N_("It was seen on the day it was issued at the earliest, and today at the latest.")
    field = "seen_on"


class TooOld(Refusal):
    message = N_("It was older than three months when it was shown. Ask for a new one.")
    field = "issued_on"


class OnlyForStaff(Refusal):
    message = N_("Only for people who are employed another law can see to it.")
    field = "word"


class TooManyTrainings(Refusal):
    message = N_("Write down at most %(most)d trainings, each in at most %(longest)d characters.")
    field = "trainings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a coordinator writes down of somebody."""

    kind: Kind
    register_number: str = ""
    of_age_on: date | None = None
    word: Word = Word.MISSING
    requested_on: date | None = None
    issued_on: date | None = None
    seen_on: date | None = None
    profile: str = ""
    code_version: str = ""
    code_signed_on: date | None = None
    confidant_known: bool = False
    intake_on: date | None = None
    references_on: date | None = None
    contract_ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What somebody tells of themselves."""

    phone: str = ""
    halves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    kind: str
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRules:
    """What an organisation asks of its people; no trainings: the usual ones."""

    screening: Screening
    give_back_hours: int
    trainings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """Something of a person that ends soon, or ended: a training, or the contract."""

    what: str
    on: date


#: What a contract is called among what ends.
CONTRACT: Final = N_("Contract")


def check_rules(wish: TeamRules) -> None:
    if len(wish.trainings) > MOST_TRAININGS or any(
        len(one) > LONGEST_TRAINING for one in wish.trainings
    ):
        raise TooManyTrainings(most=MOST_TRAININGS, longest=LONGEST_TRAINING)


def ending(
    trainings: Iterable[Training],
    contract_ends_on: date | None,
    today: date,
    until: date | None = None,
) -> list[Ending]:
    """Return what ends until a day, or soon; a training that was done again does not end.

    Of a contract that is over nobody has to hear any more.
    """
    until = until or today + SOON
    lasts: dict[str, date] = {}
    for one in trainings:
        lasts[one.kind] = max(lasts.get(one.kind, date.min), one.until or date.max)
    found = [Ending(kind, day) for kind, day in lasts.items() if day <= until]
    if contract_ends_on and today <= contract_ends_on <= until:
        found.append(Ending(CONTRACT, contract_ends_on))
    return sorted(found, key=lambda one: one.on)


def check(wish: Wish, screening: Screening, today: date) -> None:
    if wish.word is Word.NOT_NEEDED and wish.kind is not Kind.STAFF:
        raise OnlyForStaff
    if wish.word is not Word.SEEN:
        return
    if wish.issued_on is None or wish.seen_on is None:
        raise NoDay
    if not wish.issued_on <= wish.seen_on <= today:
        raise SeenBefore
    within = TERMS[screening].shown_within
    if within and wish.seen_on > within.after(wish.issued_on):
        raise TooOld


def counts(word: Word) -> bool:
    """Tell whether this is enough to come near the names of children."""
    return word in (Word.SEEN, Word.NOT_NEEDED)


def renew_on(issued_on: date, screening: Screening) -> date:
    return TERMS[screening].good_for.after(issued_on)


def state(word: Word, issued_on: date | None, screening: Screening, today: date) -> State:
    if word is not Word.SEEN or issued_on is None:
        return {
            Word.NOT_NEEDED: State.NOT_NEEDED, Word.REQUESTED: State.REQUESTED,
        }.get(word, State.MISSING)  # fmt: skip
    due = renew_on(issued_on, screening)
    if due <= today:
        return State.OVERDUE
    return State.RENEW_SOON if due - today <= SOON else State.VALID
