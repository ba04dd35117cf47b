"""Terms, holds, and wishes to be forgotten."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.retention import TERMS, Ending, Line, Span, Unit
from kinderwerk.core.words import N_, Labelled

#: What would go is shown this long before it goes, also right after a term was confirmed.
PREVIEW: Final = timedelta(days=30)
LONGEST: Final = {Unit.MONTHS: 600, Unit.DAYS: 3660}
HOLD_LASTS_AT_MOST: Final = timedelta(days=3 * 366)
#: The log of who saw what may be kept longer than proposed, never shorter.
AT_LEAST: Final = frozenset({Line.TRAIL, Line.TRAIL_SENSITIVE})
#: What goes by itself as it was built, whatever is confirmed.
AS_BUILT: Final = frozenset({Line.OFFLINE, Line.IMPORT_UNDO})


class HoldReason(Labelled):
    COMPLAINT = "complaint", N_("A complaint is being handled")
    CLAIM = "claim", N_("A claim or a case in court")
    INSPECTION = "inspection", N_("An inspection or an investigation")
    FAMILY = "family", N_("The family asked for it")
    HELP = "help", N_("Help is still going on")


class ErasureReason(Labelled):
    ASKED = "asked", N_("The parents asked for it")
    MISTAKE = "mistake", N_("It was entered by mistake")
    TWICE = "twice", N_("The family is here twice")


class TooLong(Refusal):
    message = N_("That is longer than anybody may need it.")
    field = "amount"


class TooShort(Refusal):
    message = N_("The log is kept at least as long as proposed.")
    field = "amount"


class AsBuilt(Refusal):
    message = N_("Telephones keep to what is proposed here; it cannot be otherwise.")
    field = "amount"


class HoldTooLong(Refusal):
    message = N_("Choose a day within three years; it can be held again then.")
    field = "until"


class HoldOver(Refusal):
    message = N_("Choose a day that is still to come.")
    field = "until"


class AlreadyAsked(Refusal):
    message = N_("This was asked already, and will be done tonight.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What an organisation decides about one line."""

    amount: int
    unit: Unit
    ending: Ending

    @property
    def span(self) -> Span:
        return Span(self.amount, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldWish:
    reason: HoldReason
    until: date


def proposal(line: Line) -> Confirmation:
    term = TERMS[line]
    return Confirmation(amount=term.span.amount, unit=term.span.unit, ending=term.ending)


def check(line: Line, wish: Confirmation, today: date) -> None:
    if wish.amount > LONGEST[wish.unit]:
        raise TooLong
    if line in AT_LEAST and wish.span.before(today) > TERMS[line].span.before(today):
        raise TooShort
    if line in AS_BUILT and wish != proposal(line):
        raise AsBuilt


def check_hold(wish: HoldWish, today: date) -> None:
    if wish.until <= today:
        raise HoldOver
    if wish.until > today + HOLD_LASTS_AT_MOST:
        raise HoldTooLong


def begins(confirmed_on: date) -> date:
    """Return from when a line that was confirmed (or changed) takes anything away."""
    return confirmed_on + PREVIEW
