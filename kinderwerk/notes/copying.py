"""What helpers must know, in the copy that a family takes away: opened, and that is on record."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from kinderwerk.families.copies import Reader, Row, chapter, coded
from kinderwerk.notes import service
from kinderwerk.notes.rules import Food, Support

coded(does_not_eat=Food, asked_for=Support)


@chapter("what_helpers_know")
def what_helpers_know(session: Session, reader: Reader) -> Iterable[Row]:
    for id, child in reader.children.items():
        told = service.read_own(session, reader.actor, child)
        if told:
            yield {
                "child": reader.name(id), "health": told.medical,
                "does_not_eat": ", ".join(one.value for one in told.food),
                "does_not_eat_else": told.food_else, "what_helps": told.joining,
                "asked_for": ", ".join(one.value for one in told.support),
            }  # fmt: skip
