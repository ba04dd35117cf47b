"""Attendance in the copy that a family takes away, as the page of the family shows it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from kinderwerk.families.copies import Reader, Row, chapter, coded
from kinderwerk.registers import queries
from kinderwerk.registers.rules import Presence

coded(presence=Presence)


@chapter("attendance")
def attendance(session: Session, reader: Reader) -> Iterable[Row]:
    for id, child in reader.children.items():
        for visit in queries.of_child(session, id):
            yield {
                "child": child.first_name, "activity": visit.title,
                "date": visit.starts_at.isoformat(), "presence": visit.presence.value,
                "arrived": _moment(visit.arrived_at),
                "left": _moment(visit.left_at), "left_with": visit.left_with,
            }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
