"""What a child council talked about, without a child."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.council.rules import LONGEST
from kinderwerk.ideas.deciding import Decided, why_before_told
from kinderwerk.storage.base import Base, Identified, Owned, Versioned


class CouncilPoint(Decided, Identified, Owned, Versioned, Base):
    """A point of an agenda; it is closed only once it was decided, why, and told back."""

    __tablename__ = "council_point"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.CHILD_VOICE)
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        *why_before_told(),
    )
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    once: Mapped[UUID]
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), index=True)
    held_on: Mapped[date]
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), index=True
    )
    idea_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("idea.id", ondelete="SET NULL"), index=True, default=None
    )
    title: Mapped[str] = mapped_column(String(LONGEST))

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id, neighbourhood_id=self.neighbourhood_id,
            author_id=self.author_id,
        )  # fmt: skip
