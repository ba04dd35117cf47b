"""Reading plans. What is sealed stays shut; `service` opens it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, lazyload

from kinderwerk.access.vocabulary import Actor, Facts
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import Format, State
from kinderwerk.confided import queries as confided
from kinderwerk.confided.rules import Kind
from kinderwerk.core import clock
from kinderwerk.families.models import Carer
from kinderwerk.support.models import Trajectory
from kinderwerk.support.plan.models import Agreed, Answer
from kinderwerk.support.plan.rules import Plan, Settled


def by_id(session: Session, trajectory_id: UUID) -> Plan:
    """Return a trajectory for the carers who are named on it; for anybody else it is not there."""
    trajectory = session.get_one(Trajectory, trajectory_id)
    seeing = confided.seeing(session, Kind.SUPPORT, trajectory_id)
    return Plan(trajectory.id, Facts(organisation_id=trajectory.organisation_id, carers=seeing))


def mine(session: Session, actor: Actor) -> Sequence[tuple[UUID, UUID]]:
    """Return the plans that this person sees, each with its organisation."""
    ids = confided.open_to(session, actor.id, Kind.SUPPORT)
    if not ids:
        return []
    wanted = select(Trajectory.id, Trajectory.organisation_id).where(Trajectory.id.in_(ids))
    return [
        (id, where) for id, where in session.execute(wanted.order_by(Trajectory.began_on.desc()))
    ]


def agreements(session: Session, trajectory_id: UUID) -> Sequence[Agreed]:
    """Return what was agreed, what is still to be done first."""
    return session.scalars(
        select(Agreed)
        .where(Agreed.trajectory_id == trajectory_id)
        .options(joinedload(Agreed.activity).options(lazyload("*")))
        .order_by(Agreed.settled != Settled.OPEN, Agreed.due_on, Agreed.id)
    ).all()


def agreement(
    session: Session, trajectory_id: UUID, agreement_id: UUID, *, lock: bool = False
) -> Agreed:
    """Return something agreed in this trajectory; what belongs to another is not there."""
    wanted = select(Agreed).where(Agreed.id == agreement_id, Agreed.trajectory_id == trajectory_id)
    return session.scalars(wanted.with_for_update() if lock else wanted).one()


def overdue(session: Session, trajectory_ids: Sequence[UUID], today: date) -> dict[UUID, int]:
    """Return how much of what was agreed in each of these is past its day."""
    rows = session.execute(
        select(Agreed.trajectory_id, func.count())
        .where(
            Agreed.trajectory_id.in_(trajectory_ids),
            Agreed.settled == Settled.OPEN,
            Agreed.due_on < today,
        )
        .group_by(Agreed.trajectory_id)
    )
    return {id: many for id, many in rows}


def answers(session: Session, trajectory_id: UUID) -> Sequence[Answer]:
    return session.scalars(
        select(Answer).where(Answer.trajectory_id == trajectory_id).order_by(Answer.answered_on)
    ).all()


def carer_of(session: Session, actor: Actor, trajectory_id: UUID) -> Carer | None:
    """Return as whom of those who are named somebody sees a plan."""
    named = confided.named(session, Kind.SUPPORT, trajectory_id)
    mine = (one.carer for one in named if one.sees and one.carer.user_id == actor.id)
    return next(mine, None)


def courses(session: Session, organisation_id: UUID) -> Sequence[Activity]:
    """Return the courses for parents in the programme that are not over yet."""
    return session.scalars(
        select(Activity)
        .where(
            Activity.organisation_id == organisation_id,
            Activity.format == Format.PARENT_COURSE,
            Activity.state == State.PUBLISHED,
            Activity.ends_on >= clock.today(),
        )
        .options(lazyload("*"))
        .order_by(Activity.begins_on, Activity.id)
    ).all()
