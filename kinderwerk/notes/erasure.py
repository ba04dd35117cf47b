"""Forgetting what helpers had to know."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.notes.models import CareNote
from kinderwerk.storage.erasing import remove


def over(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return what is kept, with the day on which its season ends."""
    rows = session.execute(
        select(CareNote.id, CareNote.until).where(CareNote.organisation_id == organisation_id)
    )
    return {id: until for id, until in rows}


def forget(session: Session, ids: Collection[UUID]) -> None:
    remove(session, CareNote, CareNote.id.in_(ids))


def forget_children(session: Session, child_ids: Collection[UUID]) -> None:
    remove(session, CareNote, CareNote.child_id.in_(child_ids))
