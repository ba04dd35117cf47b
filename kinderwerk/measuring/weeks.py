"""Reading weeks of measuring: what can be drawn, what was, and what is still to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Activity, ActivityGoal, Occurrence
from kinderwerk.activities.rules import State
from kinderwerk.core import clock
from kinderwerk.goals.models import Goal
from kinderwerk.measuring import queries
from kinderwerk.measuring.draw import WEEK, Candidate
from kinderwerk.measuring.models import Drawn, Measurement, Question, Week
from kinderwerk.staffing.queries import stands


def by_id(session: Session, week_id: UUID) -> Week:
    return session.get_one(Week, week_id)


def weeks(session: Session, organisation_id: UUID | None) -> Sequence[Week]:
    """Return the weeks of an organisation, the newest first."""
    return session.scalars(
        select(Week)
        .where(Week.organisation_id == organisation_id)
        .order_by(Week.monday.desc())
        .limit(10)
    ).all()


def candidates(session: Session, organisation_id: UUID, monday: date) -> list[Candidate]:
    """Return the sessions of a week at which something can still be asked, for each goal."""
    rows = session.execute(
        select(Occurrence, Question)
        .join(Occurrence.activity)
        .join(ActivityGoal, ActivityGoal.activity_id == Activity.id)
        .join(Question, Question.goal_id == ActivityGoal.goal_id)
        .where(
            Occurrence.organisation_id == organisation_id, Occurrence.cancelled_at.is_(None),
            Activity.state == State.PUBLISHED, Question.put_away.is_(False),
            Occurrence.starts_at >= clock.midnight(monday), Occurrence.ends_at > clock.now(),
            Occurrence.starts_at < clock.midnight(monday + WEEK),
        )
        .options(joinedload(Occurrence.activity))
    ).unique()  # fmt: skip
    fitting = {
        Candidate(held.id, held.activity_id, question.goal_id)
        for held, question in rows
        if queries.suits(question, held.activity)
    }
    return sorted(fitting, key=lambda one: (one.occurrence_id, one.goal_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A session of a week of measuring: why it is in it, and whether it was asked."""

    occurrence_id: UUID
    title: str
    starts_at: datetime
    goal: str
    called_off: bool
    measured: bool

    @property
    def waits(self) -> bool:
        return not self.measured and not self.called_off and self.starts_at <= clock.now()


def turns(session: Session, week_id: UUID) -> list[Turn]:
    return [_turn(*row) for row in session.execute(_drawn().where(Drawn.week_id == week_id))]


def to_do(session: Session, actor: Actor) -> list[Turn]:
    """Return the sessions drawn of late at which this person was, and nothing was asked yet."""
    rows = session.execute(
        _drawn().where(
            stands(actor.id), Drawn.organisation_id == actor.organisation_id,
            Occurrence.starts_at <= clock.now(),
            Occurrence.starts_at >= clock.now() - 2 * WEEK,
        )
    )  # fmt: skip
    return [one for one in (_turn(*row) for row in rows) if one.waits]


def _drawn() -> Any:
    measured = exists().where(Measurement.occurrence_id == Occurrence.id)
    return (
        select(
            Occurrence.id, Activity.title, Occurrence.starts_at, Goal.title,
            Occurrence.cancelled_at, measured,
        )
        .select_from(Drawn)
        .join(Occurrence, Occurrence.id == Drawn.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Goal, Goal.id == Drawn.goal_id)
        .order_by(Occurrence.starts_at, Activity.title)
    )  # fmt: skip


def _turn(
    id: UUID, title: str, starts_at: datetime, goal: str, cancelled: datetime | None, measured: bool
) -> Turn:
    return Turn(
        occurrence_id=id, title=title, starts_at=starts_at, goal=goal,
        called_off=cancelled is not None, measured=measured,
    )  # fmt: skip
