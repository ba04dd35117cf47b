"""What a child council talked about, without a child."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.council.rules import LONGEST
from kinderwerk.ideas.rules import LONGEST as LONGEST_ANSWER
from kinderwerk.ideas.rules import How, Standing
from kinderwerk.storage.base import Base, Identified, Owned, Versioned


class CouncilPoint(Identified, Owned, Versioned, Base):
    """A point of an agenda; it is closed only once it was decided, why, and told back."""

    __tablename__ = "council_point"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.CHILD_VOICE)
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        CheckConstraint(
            "(decided_on IS NULL) = (decision = '') AND (decision = '') = (because = '')",
            name="decided_and_why",
        ),
        CheckConstraint(
            "(told_back_on IS NULL) = (told_back_how IS NULL)"
            " AND (told_back_on IS NULL OR decided_on IS NOT NULL)",
            name="decided_before_told",
        ),
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
    decision: Mapped[str] = mapped_column(String(LONGEST_ANSWER), default="")
    because: Mapped[str] = mapped_column(String(LONGEST_ANSWER), default="")
    decided_on: Mapped[date | None] = mapped_column(default=None)
    told_back_how: Mapped[How | None] = mapped_column(default=None)
    told_back_on: Mapped[date | None] = mapped_column(default=None)

    @property
    def standing(self) -> Standing:
        if self.decided_on is None:
            return Standing.OPEN
        return Standing.DECIDED if self.told_back_on is None else Standing.ANSWERED

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id, neighbourhood_id=self.neighbourhood_id,
            author_id=self.author_id,
        )  # fmt: skip
