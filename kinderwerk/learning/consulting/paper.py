"""The minutes of a consultation on paper."""

from typing import Any, Final

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core.words import N_, STAFF_LANGUAGES
from kinderwerk.learning.consulting import queries, service
from kinderwerk.learning.consulting.rules import Kind, Part
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.rules import Order

NAME: Final = "consultation"


@paper(
    NAME, N_("Minutes of a peer consultation"), "consulting/paper.html", Action.VIEW,
    Resource.CONSULTATION, subject=queries.by_id, languages=STAFF_LANGUAGES, proved=True,
)  # fmt: skip
def minutes(session: Session, asker: Actor, consultation: Any, order: Order) -> Words:
    """Tell what came of it; who said what stands in no minutes."""
    consultation_id = consultation.id
    reading = service.read(session, asker, consultation)
    row = queries.by_id(session, consultation_id)
    names = queries.people(session, list(row.parts))
    return {"consultation": row, "reading": reading, "names": names, "part": Part, "kind": Kind}
