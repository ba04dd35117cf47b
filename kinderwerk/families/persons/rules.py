"""Whom a family names for a child, and for how long."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

MOST: Final = 8


class ForNothing(Refusal):
    message = N_("Say whether we may call this person, or whether they may pick the child up.")
    field = "calls"


class NoNumber(Refusal):
    message = N_("To call this person we need a number.")
    field = "phone"


class OverAlready(Refusal):
    message = N_("That day is over. Leave it empty if it holds for good.")
    field = "picks_up_until"


class Enough(Refusal):
    message = N_("There are %(most)d people here already. Take somebody away first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody near to a child."""

    name: str
    phone: str = ""
    relation: str = ""
    calls: bool = False
    picks_up: bool = False
    picks_up_until: date | None = None


def check(person: Person, there: int, today: date) -> None:
    if there >= MOST:
        raise Enough(most=MOST)
    if not (person.calls or person.picks_up):
        raise ForNothing
    if person.calls and not person.phone:
        raise NoNumber
    if person.picks_up_until and person.picks_up_until < today:
        raise OverAlready
