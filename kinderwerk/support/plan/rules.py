"""What a family and a worker agree, and what the family says of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: Beyond that nobody remembers what was agreed.
FURTHEST: Final = timedelta(days=366)


class Doing(Labelled):
    FAMILY = "family", N_("The family")
    WORKER = "worker", N_("The worker")
    TOGETHER = "together", N_("Together")


class Settled(Labelled):
    """What became of something that was agreed."""

    OPEN = "open", N_("Still to do")
    DONE = "done", N_("Done")
    NOT_DONE = "not_done", N_("It did not work out")


class DidHelp(Labelled):
    YES = "yes", N_("Yes")
    A_LITTLE = "a_little", N_("A little")
    NO = "no", N_("No")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something small that somebody does by a day, or a course to which somebody goes."""

    text: str
    doing: Doing
    due_on: date
    activity_id: UUID | None
    once: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a carer says of the help, in their own words if they want to."""

    helped: DidHelp
    words: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A trajectory as the carers see it who are named on it, and nobody else."""

    id: UUID
    facts: Facts


class NothingAgreed(Refusal):
    message = N_("Write down what was agreed, or choose a course.")
    field = "text"


class DayIsOver(Refusal):
    message = N_("Choose a day from today on.")
    field = "due_on"


class DayTooFar(Refusal):
    message = N_("Choose a day within a year.")
    field = "due_on"


def check_promise(wish: Promise, today: date) -> None:
    if not wish.text and wish.activity_id is None:
        raise NothingAgreed
    if wish.due_on < today:
        raise DayIsOver
    if wish.due_on - today > FURTHEST:
        raise DayTooFar
