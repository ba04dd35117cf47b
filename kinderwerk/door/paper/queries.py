"""What can be ticked on a form of paper."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import BY_PARENTS, PRIVATE, SignupKind, State
from kinderwerk.core import clock

MOST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """An activity, or a date of one where each date counts."""

    id: UUID
    title: str
    starts_at: datetime
    per_day: bool


def choices(session: Session, actor: Actor, first: UUID | None = None) -> list[Choice]:
    """Return for what families can be signed up now, `first` before all others, then by date."""
    coming = session.execute(
        select(Activity.id, Occurrence.id, Activity.title, Activity.signup, Occurrence.starts_at)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(
            Activity.organisation_id == actor.organisation_id, Activity.state == State.PUBLISHED,
            Activity.format.not_in(PRIVATE), Activity.signup.in_(BY_PARENTS),
            Occurrence.cancelled_at.is_(None), Occurrence.ends_at > clock.now(),
        )
        .order_by(case((Activity.id == first, 0), else_=1), Occurrence.starts_at, Occurrence.id)
        .limit(MOST_SHOWN * 10)
    )  # fmt: skip
    found: dict[UUID, Choice] = {}
    for activity_id, date_id, title, signup, starts_at in coming:
        per_day = signup is SignupKind.PER_DAY
        id = date_id if per_day else activity_id
        found.setdefault(id, Choice(id, title, starts_at, per_day))
    return list(found.values())[:MOST_SHOWN]
