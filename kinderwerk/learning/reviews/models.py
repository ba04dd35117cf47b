"""Learning reviews: what is counted stands open, what was written is sealed."""

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.learning.reviews.rules import Level, Outcome, Snag, Trap, Trigger
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed

SEALED: Final = (
    "timeline", "helped", "hindered", "child_view", "parent_view", "lesson", "change",
)  # fmt: skip


class LearningReview(Confidential, Owned, Versioned, Base):
    """How something went, without names and without blame; who sees to what was agreed."""

    __tablename__ = "learning_review"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.LEARNING)
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        CheckConstraint(
            "(near_side IS NULL) = (snag IS NULL) AND (far_side IS NULL) = (snag IS NULL)",
            name="whole_interface",
        ),
        CheckConstraint("(outcome IS NULL) = (checked_on IS NULL)", name="checked_by_day"),
    )
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)
    reviewed_on: Mapped[date] = mapped_column(index=True)
    trigger: Mapped[Trigger]
    level: Mapped[Level]
    traps: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    near_side: Mapped[HelpSystem | None] = mapped_column(default=None)
    far_side: Mapped[HelpSystem | None] = mapped_column(default=None)
    snag: Mapped[Snag | None] = mapped_column(default=None)
    check_on: Mapped[date | None] = mapped_column(default=None)
    outcome: Mapped[Outcome | None] = mapped_column(default=None)
    checked_on: Mapped[date | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    timeline: Mapped[bytes] = sealed()
    helped: Mapped[bytes | None] = sealed(optional=True)
    hindered: Mapped[bytes | None] = sealed(optional=True)
    child_view: Mapped[bytes | None] = sealed(optional=True)
    parent_view: Mapped[bytes | None] = sealed(optional=True)
    lesson: Mapped[bytes | None] = sealed(optional=True)
    change: Mapped[bytes | None] = sealed(optional=True)

    @property
    def trapped(self) -> list[Trap]:
        return [Trap(one) for one in self.traps]

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id, author_id=self.author_id, owner_id=self.owner_id
        )
