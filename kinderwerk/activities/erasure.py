"""Forgetting photos: those of an activity were made to announce it, and go some time after it."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kinderwerk.activities.models import Activity
from kinderwerk.files import service as files
from kinderwerk.storage.erasing import ERASED


def shown(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return photos, with the last day of the activity that they show."""
    rows = session.execute(
        select(Activity.photo_id, Activity.ends_on).where(
            Activity.organisation_id == organisation_id, Activity.photo_id.is_not(None)
        )
    )
    return {id: ends_on for id, ends_on in rows if id}


def forget_photos(session: Session, ids: Collection[UUID]) -> None:
    session.execute(
        update(Activity).where(Activity.photo_id.in_(ids)).values(photo_id=None),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )
    files.forget(session, ids)
