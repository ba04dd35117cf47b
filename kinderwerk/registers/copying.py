"""Attendance in the copy that a family takes away, as the page of the family shows it."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from kinderwerk.families.copies import Reader, Row, chapter
from kinderwerk.registers import queries


@chapter("attendance")
def attendance(session: Session, reader: Reader) -> Iterable[Row]:
    for id, child in reader.children.items():
        for visit in queries.of_child(session, id):
            yield {
                "child": child.first_name, "activity": visit.title,
                "date": visit.starts_at.isoformat(), "presence": visit.presence.value,
            }  # fmt: skip
