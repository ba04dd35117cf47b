"""What children propose, and what it takes until an idea is answered."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from kinderwerk.activities.rules import AgeBand
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

LONGEST: Final = 1000


class Standing(Labelled):
    """How far an idea is; it is answered only once it was decided, why, and told back."""

    OPEN = "open", N_("Waits for a decision")
    DECIDED = "decided", N_("Decided, still to tell back")
    ANSWERED = "answered", N_("Told back")


class How(Labelled):
    """How children heard what became of it."""

    SESSION = "session", N_("Said at a session")
    COUNCIL = "council", N_("In the child council")
    WALL = "wall", N_("On the wall or the board")
    LETTER = "letter", N_("In a letter or a picture")


class NotYet(Refusal):
    message = N_("That day is still to come.")
    field = "told_back_on"


class NotDecided(Refusal):
    message = N_("Decide first, and say why. Then it can be told back.")


class BeforeItWasDecided(Refusal):
    message = N_("Nobody can have told it before it was decided.")
    field = "told_back_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """An idea as the child said it, to somebody who wrote it down."""

    words: str
    band: AgeBand | None
    once: UUID
    occurrence_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    words: str
    band: AgeBand | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    decision: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How and when children heard it."""

    how: How
    on: date


def check_answer(answer: Answer, *, decided_on: date | None, today: date) -> None:
    """Refuse to call an idea answered before it was decided, or ahead of time."""
    if decided_on is None:
        raise NotDecided
    if answer.on > today:
        raise NotYet
    if answer.on < decided_on:
        raise BeforeItWasDecided
