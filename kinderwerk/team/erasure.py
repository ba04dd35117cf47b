"""Forgetting what was known of people at work, some time after they left."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Membership
from kinderwerk.core import clock
from kinderwerk.storage.erasing import remove
from kinderwerk.team.models import StaffRecord


def left(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return the records of those whose last role here is over, with the day on which it ended."""
    rows = session.execute(
        select(StaffRecord.id, func.max(Membership.ended_at))
        .join(
            Membership,
            and_(
                Membership.user_id == StaffRecord.user_id,
                Membership.organisation_id == StaffRecord.organisation_id,
            ),
        )
        .where(StaffRecord.organisation_id == organisation_id)
        .group_by(StaffRecord.id)
        .having(func.count(Membership.id) == func.count(Membership.ended_at))
    )
    return {id: clock.to_wall(ended_at).date() for id, ended_at in rows if ended_at}


def forget(session: Session, ids: Collection[UUID]) -> None:
    remove(session, StaffRecord, StaffRecord.id.in_(ids))
