"""Parenting support of a family that becomes part of another record of it."""

from sqlalchemy.orm import Session

from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import shift
from kinderwerk.support.models import Trajectory


def move(session: Session, merge: Merge) -> None:
    if merge.family_gone:
        shift(session, Trajectory.family_id, merge.family_gone, merge.family)
