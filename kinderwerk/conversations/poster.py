"""The poster for the neighbourhood: what its children talk about."""

from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.conversations import queries
from kinderwerk.conversations.rules import Told
from kinderwerk.core.errors import Withheld
from kinderwerk.core.words import N_
from kinderwerk.helplines import queries as helplines
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.look import code
from kinderwerk.papers.rules import Order
from kinderwerk.places.models import Neighbourhood

NAME: Final = "talked_about"


def told(session: Session, asker: Actor, area: Neighbourhood) -> Told | None:
    if asker.organisation_id is None:
        return None
    return queries.told(session, asker.organisation_id, area.id)


@paper(
    NAME, N_("What children here talk about"), "conversations/poster.html", Action.LIST,
    Resource.CONVERSATION, subject=queries.neighbourhood,
)  # fmt: skip
def sheet(session: Session, asker: Actor, area: Any, order: Order) -> Words:
    found = told(session, asker, area)
    if found is None:
        raise Withheld("too few talks to tell of")
    address = url_for(
        "conversations.told", organisation=asker.organisation_id, neighbourhood=area.id,
        _external=True,
    )  # fmt: skip
    return {
        "area": area,
        "told": found,
        "organisation": session.get_one(Organisation, asker.organisation_id),
        "line": helplines.for_children(session, asker.organisation_id),
        "qr_code": code(address),
    }
