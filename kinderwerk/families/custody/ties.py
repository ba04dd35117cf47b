"""What belongs to a child in features above, by id: messages about it are found by these.

@tied
def of_child(session: Session, child_id: UUID) -> Iterable[UUID]: ...
"""

from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

Tie = Callable[[Session, UUID], Iterable[UUID]]
TIES: Final[list[Tie]] = []


def tied(tie: Tie) -> Tie:
    TIES.append(tie)
    return tie


def of_child(session: Session, child_id: UUID) -> set[UUID]:
    """Return the ids under which something may be told about this child."""
    return {child_id, *(id for tie in TIES for id in tie(session, child_id))}
