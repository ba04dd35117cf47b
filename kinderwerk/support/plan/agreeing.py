"""Writing down one thing that was agreed, in the unit of work of whoever does."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.storage.sealing import seal
from kinderwerk.support.models import Trajectory
from kinderwerk.support.plan.models import Agreed
from kinderwerk.support.plan.rules import Promise


def agree(session: Session, trajectory: Trajectory, author_id: UUID, wish: Promise) -> Agreed:
    agreement = Agreed(
        organisation_id=trajectory.organisation_id, trajectory_id=trajectory.id,
        author_id=author_id, once=wish.once, doing=wish.doing, due_on=wish.due_on,
        activity_id=wish.activity_id,
    )  # fmt: skip
    seal(session, agreement, text=wish.text or None)
    session.add(agreement)
    return agreement
