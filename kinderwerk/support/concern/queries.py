"""Reading child checks. What is sealed stays shut; `support.service.read` opens it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.support.concern.models import Checked


def checks(session: Session, trajectory_id: UUID) -> Sequence[Checked]:
    """Return the child checks in a trajectory, the newest first."""
    return session.scalars(
        select(Checked)
        .where(Checked.trajectory_id == trajectory_id)
        .order_by(Checked.held_on.desc(), Checked.created_at.desc())
    ).all()
