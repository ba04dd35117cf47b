"""Who runs what is still to come: it goes to colleagues when somebody leaves."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.carrying import Load, Move
from kinderwerk.activities import queries
from kinderwerk.activities.models import Activity, ActivityStaff, Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.words import N_


def _to_come(user_id: UUID, organisation_id: UUID) -> ColumnElement[bool]:
    return and_(
        Activity.organisation_id == organisation_id,
        exists().where(ActivityStaff.activity_id == Activity.id, ActivityStaff.user_id == user_id),
        exists().where(
            Occurrence.activity_id == Activity.id, Occurrence.cancelled_at.is_(None),
            Occurrence.starts_at > clock.now(),
        ),
    )  # fmt: skip


def carried(session: Session, user_id: UUID, organisation_id: UUID) -> int:
    counted = select(func.count()).select_from(Activity)
    return session.scalar(counted.where(_to_come(user_id, organisation_id))) or 0


def hand_over(session: Session, actor: Actor, move: Move) -> list[UUID]:
    theirs = select(Activity).where(_to_come(move.leaving_id, move.organisation_id))
    rows = session.scalars(theirs.with_for_update()).all()
    for activity in rows:
        staff = [one for one in activity.staff if one.user_id != move.leaving_id]
        if move.heir_id not in {one.user_id for one in staff}:
            staff.append(ActivityStaff(user_id=move.heir_id))
        activity.staff, activity.version = staff, activity.version + 1
        audit.record(session, actor, "activity.handed_over", activity.id, to=move.heir_id)
    return [move.heir_id] * len(rows)


LOAD: Final = Load(
    "activities", N_("Activities still to come"), frozenset(queries.RUNNING), carried, hand_over
)
