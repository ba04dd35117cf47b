"""Ideas of children, without the child."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.activities.rules import AgeBand
from kinderwerk.core import ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.ideas.rules import LONGEST, How, Standing
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.base import Base, Identified, Owned, Versioned


class Idea(Identified, Owned, Versioned, Base):
    """What a child proposed, in its own words; whose it was nobody writes down."""

    __tablename__ = "idea"
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
    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)
    said_on: Mapped[date] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(String(LONGEST))
    band: Mapped[AgeBand | None]
    occurrence_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("occurrence.id"), default=None, index=True
    )
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False, index=True
    )
    neighbourhood: Mapped[Neighbourhood | None] = relationship(default=None)
    decision: Mapped[str] = mapped_column(String(LONGEST), default="")
    because: Mapped[str] = mapped_column(String(LONGEST), default="")
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
            organisation_id=self.organisation_id,
            neighbourhood_id=self.neighbourhood_id,
            author_id=self.author_id,
        )
