"""Whom children and parents can call, by country: cards to cut out, or one to hang up.

Numbers and hours change: each line says on which day somebody checked it.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import current_app
from sqlalchemy.orm import Session

from kinderwerk import paths
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core.words import N_, Labelled, Translated
from kinderwerk.families import queries as families
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.rules import Order

FILE: Final = "helplines.toml"
#: After so long somebody has to look whether a number still answers.
CHECKED_FOR: Final = timedelta(days=183)


class Country(Labelled):
    NL = "nl", N_("The Netherlands")
    DE = "de", N_("Germany")


class Card(Labelled):
    CARDS = "cards", N_("Four cards on A4, to cut out")
    A4 = "a4", N_("One on A4, to hang up")


@dataclass(frozen=True, slots=True)
class Helpline:
    """A number to call; the most urgent ones are `urgent`."""

    country: Country
    name: str
    number: str
    urgent: bool
    checked_on: date
    words: Translated


def every() -> tuple[Helpline, ...]:
    """Return the lines of this installation: its own file beside its settings, or ours."""
    own = Path(current_app.instance_path, FILE)
    return _read(own if own.is_file() else paths.PACKAGE / "papers" / FILE)


@cache
def _read(path: Path) -> tuple[Helpline, ...]:
    with path.open("rb") as file:
        found = tomllib.load(file)["line"]
    return tuple(
        Helpline(
            Country(one["country"]), one["name"], one["number"], one.get("urgent", False),
            one["checked_on"], one["words"],
        )
        for one in found
    )  # fmt: skip


def of(country: Country) -> Sequence[Helpline]:
    return [one for one in every() if one.country is country]


@paper(
    "helplines", N_("Helpline card"), "papers/helplines.html", Action.LIST, Resource.ACTIVITY,
    subject=families.organisation,
)  # fmt: skip
def card(session: Session, asker: Actor, organisation: Any, order: Order) -> Words:
    lines = of(Country(order.choices.get("country") or Country.NL))
    size = Card(order.choices.get("size") or Card.CARDS)
    return {
        "organisation": organisation,
        "lines": lines,
        "checked_on": min(one.checked_on for one in lines),
        "copies": 4 if size is Card.CARDS else 1,
        "card": size,
    }
