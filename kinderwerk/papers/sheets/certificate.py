"""A certificate of taking part, with the name of one child."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities import programme, queries, wording
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import PRIVATE
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.families import queries as families
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.rules import Order
from kinderwerk.registers.models import Attendance
from kinderwerk.registers.rules import Presence
from kinderwerk.web.disclosing import shown


@dataclass(frozen=True, slots=True)
class Part:
    """At what a child was, how often, and when first and last."""

    activity_id: UUID
    title: str
    times: int
    first: datetime
    last: datetime


def taken(session: Session, child_id: UUID) -> Sequence[Part]:
    """Return what a child took part in, the newest first; a talk with one worker is none."""
    rows = session.execute(
        select(
            Activity.id, Activity.title, func.count(), func.min(Occurrence.starts_at),
            func.max(Occurrence.starts_at).label("last"),
        )
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .join(Attendance, Attendance.occurrence_id == Occurrence.id)
        .where(
            Attendance.child_id == child_id, Attendance.presence == Presence.PRESENT,
            Activity.format.not_in(PRIVATE),
        )
        .group_by(Activity.id, Activity.title)
        .order_by(func.max(Occurrence.starts_at).desc(), Activity.id)
    )  # fmt: skip
    return [Part(*row) for row in rows]


@paper(
    "certificate", N_("Certificate"), "papers/certificate.html", Action.EDIT, Resource.CHILD,
    subject=families.child,
)  # fmt: skip
def certificate(session: Session, asker: Actor, child: Any, order: Order) -> Words:
    wanted = order.choices.get("activity")
    part = next(one for one in taken(session, child.id) if str(one.activity_id) == wanted)
    activity = queries.by_id(session, part.activity_id)
    shown("child", [child.id], "printed", of=child.id)
    return {
        "child": child,
        "part": part,
        "activity": activity,
        "title": wording.title(activity, order.language),
        "organiser": programme.organiser(session, activity),
        "today": clock.today(),
    }
