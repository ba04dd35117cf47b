"""Forgetting what was written in logs. That a session was logged stays, and so do its hours."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kinderwerk.logbook.models import SessionLog
from kinderwerk.storage.erasing import ERASED


def photos(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return photos, with the day of the session that they show."""
    rows = session.execute(
        select(SessionLog.photo_id, SessionLog.held_on).where(
            SessionLog.organisation_id == organisation_id, SessionLog.photo_id.is_not(None)
        )
    )
    return {id: held_on for id, held_on in rows if id}


def let_go_of_photos(session: Session, ids: Collection[UUID]) -> None:
    session.execute(
        update(SessionLog).where(SessionLog.photo_id.in_(ids)).values(photo_id=None),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )


def forget_stories(session: Session, organisation_id: UUID, before: date) -> None:
    """Take away the stories of sessions until that day."""
    session.execute(
        update(SessionLog)
        .where(
            SessionLog.organisation_id == organisation_id,
            SessionLog.held_on <= before,
            SessionLog.story != "",
        )
        .values(story=""),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )
