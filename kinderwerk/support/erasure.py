"""Forgetting parenting support. How many families had it goes on counting."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.storage.erasing import remove
from kinderwerk.support import queries
from kinderwerk.support.concern.models import Checked
from kinderwerk.support.models import Aim, Trajectory, TrajectoryNote, TrajectoryShare
from kinderwerk.support.plan.models import Agreed, Answer


def ended(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    rows = session.execute(
        select(Trajectory.id, Trajectory.ended_at).where(
            Trajectory.organisation_id == organisation_id, Trajectory.ended_at.is_not(None)
        )
    )
    return {id: clock.to_wall(at).date() for id, at in rows if at}


def families_in(session: Session, organisation_id: UUID) -> set[UUID]:
    kept = select(Trajectory.family_id).where(Trajectory.organisation_id == organisation_id)
    return set(session.scalars(kept))


def forget(session: Session, ids: Collection[UUID]) -> None:
    """Take trajectories away, with every word of them; their count stays."""
    found = session.scalars(select(Trajectory).where(Trajectory.id.in_(ids))).all()
    facts.freeze(session, facts_rules.total(queries.counted(session, found)))
    remove(session, TrajectoryNote, TrajectoryNote.trajectory_id.in_(ids))
    remove(session, Agreed, Agreed.trajectory_id.in_(ids))
    remove(session, Answer, Answer.trajectory_id.in_(ids))
    remove(session, Checked, Checked.trajectory_id.in_(ids))
    remove(session, Aim, Aim.trajectory_id.in_(ids))
    remove(session, TrajectoryShare, TrajectoryShare.trajectory_id.in_(ids))
    remove(session, Trajectory, Trajectory.id.in_(ids))


def forget_carers(session: Session, carer_ids: Collection[UUID]) -> None:
    """Take away what these adults said of the help."""
    remove(session, Answer, Answer.carer_id.in_(carer_ids))
