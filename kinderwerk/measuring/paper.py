"""The questions of a session on paper: pictures to point at, and boxes to tick."""

from typing import Any, Final

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core.words import LANGUAGES, N_
from kinderwerk.measuring import queries
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.rules import Order
from kinderwerk.registers import queries as registers

NAME: Final = "questions"
#: Boxes to tick for each step, in two rows.
BOXES: Final = 15


@paper(
    NAME, N_("Questions on paper"), "measuring/paper.html", Action.EDIT, Resource.REGISTER,
    subject=registers.occurrence, languages=tuple(LANGUAGES),
)  # fmt: skip
def questions(session: Session, asker: Actor, occurrence: Any, order: Order) -> Words:
    """Tell what can be asked at a session; nothing of who was there."""
    return {
        "occurrence": occurrence,
        "day": registers.day_of(occurrence),
        "questions": queries.for_session(session, occurrence),
        "boxes": BOXES,
    }
