"""What was gone through before a school year, and what was taken along."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Retention
from kinderwerk.school_year.rules import Part
from kinderwerk.storage.base import Base, Identified, Owned


class YearStep(Identified, Owned, Base):
    """Somebody said of a part of a school year that it is done."""

    __tablename__ = "year_step"
    __retention__: ClassVar[Retention] = Retention.kept(
        "what was gone through; the names of staff go with their account"
    )
    __table_args__ = (
        UniqueConstraint("organisation_id", "year", "part"),
        CheckConstraint("year BETWEEN 2000 AND 2999", name="plausible"),
    )
    __audited__: ClassVar[bool] = True

    year: Mapped[int]
    part: Mapped[Part]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)


class TakenAlong(Identified, Owned, Base):
    """An activity of which there is a draft for a school year, so that there is one only."""

    __tablename__ = "taken_along"
    __retention__: ClassVar[Retention] = Retention.kept("which activity goes on in which")
    __table_args__ = (
        UniqueConstraint("organisation_id", "year", "source_id"),
        CheckConstraint("year BETWEEN 2000 AND 2999", name="plausible"),
    )
    __audited__: ClassVar[bool] = True

    year: Mapped[int]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), index=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), unique=True)
