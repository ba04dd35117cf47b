"""Drafts that came out of a table or a calendar: what became of them, and taking them back."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from kinderwerk.activities.models import (
    Activity,
    ActivityGoal,
    ActivityPartner,
    ActivityStaff,
    Occurrence,
)
from kinderwerk.activities.rules import State
from kinderwerk.imports import queries
from kinderwerk.imports.kinds import Called

MOST: Final = 200
#: What a draft consists of; whatever else points at it, or at one of its dates, came since.
PARTS: Final[tuple[Any, ...]] = (ActivityGoal, ActivityStaff, ActivityPartner, Occurrence)
DEED: Final = "activities.taken_back"


def touched(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Return which of them somebody changed, published or used, or one date of which."""
    changed = or_(Activity.state != State.DRAFT, Activity.template != "")
    found = queries.used(session, Activity, ids, changed, besides=PARTS)
    dates = {
        id: activity_id
        for id, activity_id in session.execute(
            select(Occurrence.id, Occurrence.activity_id).where(Occurrence.activity_id.in_(ids))
        )
    }
    called_off = select(Occurrence.activity_id).where(
        Occurrence.activity_id.in_(ids), Occurrence.cancel_reason != ""
    )
    found |= set(session.scalars(called_off))
    return found | {dates[id] for id in queries.pointed_at(session, Occurrence, dates)}


def called(session: Session, ids: Collection[UUID]) -> Sequence[Called]:
    wanted = select(Activity.id, Activity.title).where(Activity.id.in_(ids))
    rows = session.execute(wanted.order_by(Activity.title, Activity.id))
    return [Called(id, title, "activities.detail") for id, title in rows]


def remove(session: Session, ids: Sequence[UUID]) -> Sequence[UUID]:
    for part in PARTS:
        session.execute(
            delete(part).where(part.activity_id.in_(ids)),
            execution_options={"audited": DEED, "synchronize_session": False},
        )
    return queries.remove(session, Activity, ids, DEED)
