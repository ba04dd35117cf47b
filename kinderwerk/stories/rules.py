"""What it takes until a story may leave the organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.naming import named_in
from kinderwerk.core.words import N_, Labelled
from kinderwerk.families.consents import rules as consents

LONGEST: Final = 2000
LONGEST_REASON: Final = 500
#: So many stories stand in a report at most.
MOST_TOLD: Final = 3


class Standing(Labelled):
    """How far a story is."""

    WAITING = "waiting", N_("Waits for a second person")
    RELEASED = "released", N_("Released")
    REFUSED = "refused", N_("Refused")


class NamesInside(Refusal):
    message = N_("A story is told without names, and there are names in it: %(places)s")
    field = "words"


class NotYet(Refusal):
    message = N_("Choose a day that has been.")
    field = "day"


class NotRead(Refusal):
    message = N_("The family has to read these words first, or hear them.")


class NotAgreed(Refusal):
    message = N_("Not everybody who is asked has said yes, so this story is not told.")


class WrongGoal(Refusal):
    message = N_("Choose one of your own goals.")
    field = "goal_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A story as somebody writes it down, and the child whom it is about."""

    words: str
    child_id: UUID
    once: UUID
    goal_id: UUID | None = None
    occurrence_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    words: str
    goal_id: UUID | None


def check_words(words: str, names: Iterable[str]) -> None:
    """Refuse words in which somebody is named who could be recognised by it, and show where."""
    if found := list(named_in(words, names)):
        raise NamesInside(places="; ".join(found))


def check_read(day: date, *, told_on: date, today: date) -> None:
    if not told_on <= day <= today:
        raise NotYet


def check_release(read_on: date | None, agreed: consents.Standing) -> None:
    """Refuse to release what the family has not read, or not agreed to."""
    if read_on is None:
        raise NotRead
    if agreed is not consents.Standing.AGREED:
        raise NotAgreed
