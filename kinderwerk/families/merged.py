"""That two records were one child, and that two that look alike are not."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from typing_extensions import override

from kinderwerk.core import clock
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.storage.base import Base, Owned


class MergedChild(Owned, Base):
    """Where a record went that was the same child, so that old addresses lead on.

    `told` is what that record said and the child's own does not; `undecided` are the ties of
    adults who could open one of the two and whom nobody has let see both yet.
    """

    __tablename__ = "merged_child"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __audited__: ClassVar[bool] = True

    gone_id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), index=True)
    by_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now)
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    undecided: Mapped[list[str]] = mapped_column(JSON)

    @property
    @override
    def audited_as(self) -> UUID:
        return self.gone_id


class DifferentChildren(Owned, Base):
    """Two records that look alike, of two children; the smaller id first."""

    __tablename__ = "different_children"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")

    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), primary_key=True, index=True)
    by_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now)


def now_known_as(session: Session, child_id: UUID) -> UUID:
    """Return under which id a child is known: another one if its record was merged."""
    found = session.scalar(select(MergedChild.child_id).where(MergedChild.gone_id == child_id))
    return found or child_id


def ids_of(session: Session, child_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return under which ids something may be kept about these children, with their own."""
    rows = session.execute(
        select(MergedChild.gone_id, MergedChild.child_id).where(MergedChild.child_id.in_(child_ids))
    )
    return {id: id for id in child_ids} | {gone: kept for gone, kept in rows}
