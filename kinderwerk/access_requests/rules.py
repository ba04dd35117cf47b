"""What a request about somebody's own data goes through, and by when it is answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.access_requests.asking.rules import Asker, Right
from kinderwerk.core.errors import Refusal
from kinderwerk.core.retention import Span
from kinderwerk.core.words import N_, Labelled

#: Within a month, and two more where it is much or difficult (GDPR, article 12).
MONTH: Final = Span(1)
LONGER: Final = Span(3)
#: Whoever answers is reminded once, this long before.
REMINDED: Final = timedelta(days=7)
#: What somebody asked who is no family of ours goes so long after the answer.
STRANGERS: Final = Span(3)
LONGEST: Final = 4000


class Identity(Labelled):
    """How somebody was found to be who they say."""

    NOT_YET = "not_yet", N_("Not checked yet")
    SIGNED_IN = "signed_in", N_("They asked while they were signed in")
    KNOWN = "known", N_("We know them by sight")
    DOCUMENT = "document", N_("Showed a document; we kept no copy")
    CALLED = "called", N_("Called back on the number we had")
    NOT_THEM = "not_them", N_("They are not who they say, or could not show it")


UNPROVED: Final = frozenset({Identity.NOT_YET, Identity.NOT_THEM})


class Safety(Labelled):
    """What answering may do to the child, or to whoever told something."""

    OPEN = "open", N_("Not weighed yet")
    SAFE = "safe", N_("Safe to answer")
    PARTLY = "partly", N_("Safe without some of it")
    UNSAFE = "unsafe", N_("Not safe: it could put somebody in danger")


class Decision(Labelled):
    OPEN = "open", N_("Not decided yet")
    GIVEN = "given", N_("We do what is asked")
    PARTLY = "partly", N_("We do a part of it")
    REFUSED = "refused", N_("It is refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That somebody asked what, of which family, and when."""

    right: Right = Right.ACCESS
    asker: Asker = Asker.PARENT
    family_id: UUID
    asked_by: str
    words: str = ""
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How a request goes on. The safety is None where it is not for this person to weigh."""

    family_id: UUID | None
    identity: Identity
    extended: bool
    why_longer: str
    told_longer_on: date | None
    safety: Safety | None
    why_safety: str
    decision: Decision
    given: str
    withheld: str
    sent_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a request when it is decided."""

    right: Right
    received_on: date
    safety: Safety
    matched: bool


class NotYetAsked(Refusal):
    message = N_("That day is still to come.")
    field = "received_on"


class NotToldWhyLonger(Refusal):
    message = N_("Say why it takes longer: whoever asked is told so within the first month.")
    field = "why_longer"


class NotToldInTime(Refusal):
    message = N_(
        "Only who was told why within the first month can be asked to wait longer: say on which "
        "day that was."
    )
    field = "told_longer_on"


class NobodyKnown(Refusal):
    message = N_("First find out whether they are who they say.")
    field = "identity"


class NotThem(Refusal):
    message = N_("Whoever is not who they say is given nothing, and told nothing.")
    field = "decision"


class NoFamily(Refusal):
    message = N_("Which family is it? Choose it once you know who asks.")
    field = "family_id"


class NotWeighed(Refusal):
    message = N_("Weigh the safety of the child first, in a sentence or two.")
    field = "why_safety"


class NotWeighedYet(Refusal):
    message = N_("The protection officer first weighs whether it is safe to answer.")
    field = "decision"


class NotSafe(Refusal):
    message = N_("You found that it is not safe to give all of it.")
    field = "decision"


class NotToldWhyNot(Refusal):
    message = N_("Say what is left out, and why.")
    field = "withheld"


class NotDecided(Refusal):
    message = N_("Decide first, then send.")
    field = "sent_on"


class NothingCame(Refusal):
    message = N_("Say what came of it.")
    field = "given"


class SentBefore(Refusal):
    message = N_("It cannot be sent before it was asked for, nor in the future.")
    field = "sent_on"


class NotToldBefore(Refusal):
    message = N_("Tell whoever asked before you lift it, and tick that you did.")
    field = "told"


class NobodyChosen(Refusal):
    message = N_("Choose at least one child.")
    field = "children"


def due_on(received_on: date, *, extended: bool) -> date:
    return (LONGER if extended else MONTH).after(received_on)


def reminded_on(due: date) -> date:
    return due - REMINDED


def check_receipt(received_on: date, today: date) -> None:
    if received_on > today:
        raise NotYetAsked


def check_handling(wish: Handling, known: Standing, today: date) -> None:
    """Refuse a decision before it is known who they are, whether it is safe, and why."""
    if wish.extended:
        _check_longer(wish, known, today)
    if wish.safety not in (None, Safety.OPEN) and not wish.why_safety:
        raise NotWeighed
    if wish.family_id and wish.identity in UNPROVED:
        raise NobodyKnown
    if wish.sent_on:
        _check_sent(wish.decision, known.received_on, wish.sent_on, today)
    if wish.decision is not Decision.OPEN:
        _check_decision(wish, known)


def _check_longer(wish: Handling, known: Standing, today: date) -> None:
    if not wish.why_longer:
        raise NotToldWhyLonger
    told, last = wish.told_longer_on, due_on(known.received_on, extended=False)
    if told is None or not known.received_on <= told <= min(today, last):
        raise NotToldInTime


def _check_sent(decision: Decision, asked: date, sent: date, today: date) -> None:
    if decision is Decision.OPEN:
        raise NotDecided
    if not asked <= sent <= today:
        raise SentBefore


def _check_decision(wish: Handling, known: Standing) -> None:
    if wish.identity is Identity.NOT_YET:
        raise NobodyKnown
    if wish.decision is not Decision.GIVEN and not wish.withheld:
        raise NotToldWhyNot
    if wish.identity is Identity.NOT_THEM:
        if wish.decision is not Decision.REFUSED or wish.given:
            raise NotThem
        return
    if known.right is Right.ACCESS:
        _check_safety(wish, wish.safety or known.safety)
    if wish.decision is not Decision.REFUSED and not (known.matched or wish.family_id):
        raise NoFamily
    if wish.sent_on and wish.decision is not Decision.REFUSED and not wish.given:
        raise NothingCame


def _check_safety(wish: Handling, safety: Safety) -> None:
    if safety is Safety.OPEN:
        raise NotWeighedYet if wish.safety is None else NotWeighed
    if safety is not Safety.SAFE and wish.decision is Decision.GIVEN:
        raise NotSafe


def check_lifting(*, told: bool) -> None:
    """Whoever had the use limited is told before that ends (GDPR, article 18, third paragraph)."""
    if not told:
        raise NotToldBefore


def chosen(wanted: Collection[UUID], known: Collection[UUID]) -> list[UUID]:
    found = [child_id for child_id in known if child_id in wanted]
    if not found:
        raise NobodyChosen
    return found
