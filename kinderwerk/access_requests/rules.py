"""What an access request goes through, and by when it is answered."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.retention import Span
from kinderwerk.core.words import N_, Labelled

#: Within a month, and two more where it is much or difficult (GDPR, article 12).
MONTH: Final = Span(1)
LONGER: Final = Span(3)
LONGEST: Final = 4000


class Identity(Labelled):
    """How somebody was found to be who they say."""

    NOT_YET = "not_yet", N_("Not checked yet")
    KNOWN = "known", N_("We know them by sight")
    DOCUMENT = "document", N_("Showed a document; we kept no copy")
    CALLED = "called", N_("Called back on the number we had")


class Safety(Labelled):
    """What answering may do to the child, or to whoever told something."""

    OPEN = "open", N_("Not weighed yet")
    SAFE = "safe", N_("Safe to answer")
    PARTLY = "partly", N_("Safe without some of it")
    UNSAFE = "unsafe", N_("Not safe: it could put somebody in danger")


class Decision(Labelled):
    OPEN = "open", N_("Not decided yet")
    GIVEN = "given", N_("All of it is given")
    PARTLY = "partly", N_("A part of it is given")
    REFUSED = "refused", N_("It is refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That somebody asked: who, of which family, and when."""

    family_id: UUID
    asked_by: str
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How a request goes on."""

    identity: Identity
    extended: bool
    why_longer: str
    safety: Safety
    why_safety: str
    decision: Decision
    given: str
    withheld: str
    sent_on: date | None


class NotYetAsked(Refusal):
    message = N_("That day is still to come.")
    field = "received_on"


class NotToldWhyLonger(Refusal):
    message = N_("Say why it takes longer: whoever asked is told so within the first month.")
    field = "why_longer"


class NobodyKnown(Refusal):
    message = N_("First find out whether they are who they say.")
    field = "identity"


class NotWeighed(Refusal):
    message = N_("Weigh the safety of the child first, in a sentence or two.")
    field = "why_safety"


class NotSafe(Refusal):
    message = N_("You found that it is not safe to give all of it.")
    field = "decision"


class NotToldWhyNot(Refusal):
    message = N_("Say what is left out, and why.")
    field = "withheld"


class NotDecided(Refusal):
    message = N_("Decide first, then send.")
    field = "sent_on"


class SentBefore(Refusal):
    message = N_("It cannot be sent before it was asked for, nor in the future.")
    field = "sent_on"


def due_on(received_on: date, *, extended: bool) -> date:
    return (LONGER if extended else MONTH).after(received_on)


def check_receipt(wish: Receipt, today: date) -> None:
    if wish.received_on > today:
        raise NotYetAsked


def check_handling(wish: Handling, received_on: date, today: date) -> None:
    """Refuse a decision before it is known who they are, whether it is safe, and why."""
    if wish.extended and not wish.why_longer:
        raise NotToldWhyLonger
    if wish.sent_on and wish.decision is Decision.OPEN:
        raise NotDecided
    if wish.sent_on and not received_on <= wish.sent_on <= today:
        raise SentBefore
    if wish.decision is not Decision.OPEN:
        _check_decision(wish)


def _check_decision(wish: Handling) -> None:
    if wish.identity is Identity.NOT_YET:
        raise NobodyKnown
    if wish.safety is Safety.OPEN or not wish.why_safety:
        raise NotWeighed
    if wish.safety is not Safety.SAFE and wish.decision is Decision.GIVEN:
        raise NotSafe
    if wish.decision is not Decision.GIVEN and not wish.withheld:
        raise NotToldWhyNot
