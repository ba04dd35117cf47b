"""Children of whom somebody asked that what is kept is not used for now, or not counted."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, select
from sqlalchemy.orm import Session

from kinderwerk.families.limiting import Limit, Limited
from kinderwerk.families.models import Child, ChildLimit

#: Who is in no report: whatever is limited is not counted.
UNCOUNTED: Final[Select[Any]] = select(ChildLimit.child_id)


def usable() -> ColumnElement[bool]:
    """Hold for children of whom what is kept may be used; lists to choose from show no others.

    What protects a child, and the register of an activity to which it comes, go on. An overview
    keeps the row and does not name the child; the page itself still does.
    """
    kept = ChildLimit.child_id == Child.id, ChildLimit.how == Limit.KEPT_ONLY
    return ~exists().where(*kept).correlate(Child)


def uncounted(session: Session, organisation_id: UUID) -> frozenset[UUID]:
    here = UNCOUNTED.where(ChildLimit.organisation_id == organisation_id)
    return frozenset(session.scalars(here))


def of(session: Session, child_ids: Collection[UUID]) -> Mapping[UUID, Limit]:
    """Return how far the use of each is limited; who is missing is free."""
    rows = session.execute(
        select(ChildLimit.child_id, ChildLimit.how).where(ChildLimit.child_id.in_(child_ids))
    )
    return {child_id: limit for child_id, limit in rows}


def check_free(session: Session, child_ids: Collection[UUID]) -> None:
    if of(session, child_ids):
        raise Limited


def put(session: Session, children: Collection[Child], limit: Limit | None) -> None:
    """Limit the use of what is kept of these children, or end that; who counts puts it right."""
    session.execute(
        delete(ChildLimit).where(ChildLimit.child_id.in_([child.id for child in children])),
        execution_options={"audited": "child.limited", "synchronize_session": False},
    )
    if limit:
        session.add_all(
            ChildLimit(organisation_id=child.organisation_id, child_id=child.id, how=limit)
            for child in children
        )
