"""Whom children and parents can call, by country: cards to cut out, or one to hang up."""

from typing import Any

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.rules import Country
from kinderwerk.core.words import N_, Labelled
from kinderwerk.families import queries as families
from kinderwerk.helplines import queries
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.rules import Order


class Card(Labelled):
    CARDS = "cards", N_("Four cards on A4, to cut out")
    A4 = "a4", N_("One on A4, to hang up")


@paper(
    "helplines", N_("Helpline card"), "papers/helplines.html", Action.LIST, Resource.ACTIVITY,
    subject=families.organisation,
)  # fmt: skip
def card(session: Session, asker: Actor, organisation: Any, order: Order) -> Words:
    country = Country(order.choices.get("country") or Country.NETHERLANDS)
    lines = [one for one in queries.of(session, organisation.id, country) if one.number]
    size = Card(order.choices.get("size") or Card.CARDS)
    return {
        "organisation": organisation,
        "lines": lines,
        "checked_on": min(one.checked_on for one in lines),
        "copies": 4 if size is Card.CARDS else 1,
        "card": size,
    }
