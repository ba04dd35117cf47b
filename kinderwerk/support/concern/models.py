"""Child checks within a trajectory; the words are sealed."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Owned, sealed
from kinderwerk.support.concern.rules import Finding
from kinderwerk.support.models import Written


class Checked(Written, Confidential, Owned, Base):
    """That somebody looked whether the children are safe, and what it came to."""

    __tablename__ = "support_check"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "support_trajectory")
    __table_args__ = (
        CheckConstraint("children_count BETWEEN 0 AND 99", name="children_count"),
        UniqueConstraint("author_id", "once"),
    )
    __audited__: ClassVar[bool] = True

    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("support_trajectory.id"), index=True)
    held_on: Mapped[date]
    finding: Mapped[Finding]
    children_count: Mapped[int | None] = mapped_column(default=None)
    care_shared: Mapped[bool | None] = mapped_column(default=None)
    ages: Mapped[bytes | None] = sealed(optional=True)
    said: Mapped[bytes] = sealed()
