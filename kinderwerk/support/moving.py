"""Parenting support of a family that becomes part of another record of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import drop, shift
from kinderwerk.support.models import Trajectory
from kinderwerk.support.plan.models import Answer


def move(session: Session, merge: Merge) -> None:
    if merge.family_gone:
        shift(session, Trajectory.family_id, merge.family_gone, merge.family)


def move_answers(session: Session, merge: Merge) -> None:
    """Let what one adult said under two rows stand under the one that stays, once."""
    for old, new in merge.same.items():
        if old != new:
            said = select(Answer.trajectory_id).where(Answer.carer_id == new)
            drop(session, Answer, Answer.carer_id == old, Answer.trajectory_id.in_(said))
            shift(session, Answer.carer_id, old, new)
