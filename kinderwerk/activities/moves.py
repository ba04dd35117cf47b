"""What a change of plans means for families, kept until they are told: how it was before.

Whoever keeps sign-ups tells them a little later, so that several changes in a row become one
message with the newest truth in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.activities.models import Activity, Occurrence, PlanChange
from kinderwerk.activities.rules import State
from kinderwerk.activities.series import Slot
from kinderwerk.core import clock
from kinderwerk.messages.service import ask_for

#: Work that is due when families are to be told of a change; its subject is the change.
CHANGED: Final = "activities.changed"
#: How long whoever changes a plan has time to change it again.
WHILE: Final = timedelta(minutes=5)


def matters(activity: Activity) -> bool:
    """Tell whether anybody may count on this plan."""
    return activity.state is State.PUBLISHED and activity.signup.by_parents


def standing(activity: Activity, dates: Iterable[Occurrence]) -> dict[str, Any]:
    """Return what a family has to know of a plan: when it is, where, what it costs and takes."""
    now = clock.now()
    coming = [one for one in dates if one.cancelled_at is None and one.starts_at > now]
    return {
        "dates": {
            str(one.id): [one.starts_at.isoformat(), one.ends_at.isoformat()] for one in coming
        },
        "place": place(activity, coming),
        "bring": activity.bring,
        "price_cents": activity.price_cents,
    }


def place(activity: Activity, coming: Iterable[Occurrence]) -> str:
    """Return where it is, and on which days it is elsewhere."""
    venue = activity.venue
    usual = ", ".join(filter(None, (venue.name, venue.address))) if venue else ""
    elsewhere = (
        f"{clock.to_wall(one.starts_at):%d-%m}: {one.venue.name}" for one in coming if one.venue
    )
    return "; ".join(filter(None, (usual, *elsewhere)))


def slots(was: dict[str, Any]) -> dict[UUID, Slot]:
    """Return the dates that stood, by their id."""
    return {
        UUID(id): Slot(datetime.fromisoformat(starts), datetime.fromisoformat(ends))
        for id, (starts, ends) in was["dates"].items()
    }


def starts_before(
    session: Session, dates: Sequence[Occurrence]
) -> Mapping[UUID, Sequence[datetime]]:
    """Return when dates would have started before they moved, the first plan first."""
    now_at = {one.id: one.starts_at for one in dates}
    changes = select(PlanChange.was).where(
        PlanChange.activity_id.in_({one.activity_id for one in dates})
    )
    found: defaultdict[UUID, list[datetime]] = defaultdict(list)
    for was in session.scalars(changes.order_by(PlanChange.created_at, PlanChange.id)):
        for id, slot in slots(was).items():
            if id in now_at and slot.starts_at not in (now_at[id], *found[id]):
                found[id].append(slot.starts_at)
    return found


def of_activity(session: Session, activity_id: UUID) -> list[Occurrence]:
    dates = select(Occurrence).where(Occurrence.activity_id == activity_id)
    return list(session.scalars(dates.order_by(Occurrence.starts_at)))


def note(session: Session, activity: Activity, was: dict[str, Any]) -> None:
    """Have families told of what is different now, in the unit of work of who changed it.

    Until they are told, what they know stays what it was before the first change.
    """
    session.flush()
    if standing(activity, of_activity(session, activity.id)) == was or not matters(activity):
        return
    change = session.scalar(
        select(PlanChange).where(
            PlanChange.activity_id == activity.id, PlanChange.told_at.is_(None)
        )
    )
    if change is None:
        change = PlanChange(
            organisation_id=activity.organisation_id, activity_id=activity.id, was=was
        )
        session.add(change)
        session.flush()
    ask_for(session, CHANGED, change.id, clock.now() + WHILE)
