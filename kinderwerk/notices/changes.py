"""Telling families what changed in a plan: one message each, some minutes later."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.activities import moves
from kinderwerk.activities.models import Activity, PlanChange
from kinderwerk.core import clock
from kinderwerk.families.reaching import tell_carer
from kinderwerk.notices.audience import dates_of, live, readers
from kinderwerk.notices.rules import Difference, compare
from kinderwerk.signups import lines
from kinderwerk.storage.work import unit_of_work

DETAILS: Final = ("place", "bring", "price_cents")


def tell(session: Session, change_id: UUID) -> None:
    """Put a message in the outbox for each family that a change concerns; again tells nobody."""
    with unit_of_work(session):
        concerned = select(PlanChange.activity_id).where(PlanChange.id == change_id)
        activity_id = session.scalar(concerned)
        if activity_id is None:
            return
        activity = lines.hold(session, activity_id)
        change = session.get_one(PlanChange, change_id)  # nobody adds to it now
        if change.told_at:
            return
        change.told_at = clock.now()
        found = difference(session, activity, change.was)
        for reader in readers(live(session, activity.id)) if moves.matters(activity) else ():
            if found.of(dates_of(reader.signups)):
                tell_carer(
                    session, reader.carer, key=f"change:{change.id}:{reader.carer.id}",
                    template="notice.changed", about_id=activity.id, change=change.id,
                )  # fmt: skip


def difference(session: Session, activity: Activity, was: dict[str, Any]) -> Difference:
    """Compare what families know with what is so now."""
    dates = moves.of_activity(session, activity.id)
    now = moves.standing(activity, dates)
    known = {id: slot for id, slot in moves.slots(was).items() if slot.starts_at > clock.now()}
    told = {one.id for one in dates if one.cancelled_at and one.cancel_reason}
    begun = {one.id for one in dates if one.starts_at <= clock.now()}
    changed = [name for name in DETAILS if now[name] != was[name]]
    return compare(known, moves.slots(now), told | begun, changed)
