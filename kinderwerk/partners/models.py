"""The directory of partners. Professionals and organisations, never families."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core.retention import Retention
from kinderwerk.partners.rules import HelpSystem, PartnerType
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.base import Base, Identified, Owned, Versioned


class Partner(Identified, Owned, Versioned, Base):
    """Somebody to whom people are referred. `source_key` is its number in a list that is imported.

    A waiting time is worth only as much as the day on which somebody asked, `checked_on`.
    """

    __tablename__ = "partner"
    __retention__: ClassVar[Retention] = Retention.kept("where one can be referred to")
    __table_args__ = (
        UniqueConstraint("organisation_id", "source_key"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_point"),
        CheckConstraint("age_to >= age_from", name="ages"),
        CheckConstraint("waiting_weeks IS NULL OR checked_on IS NOT NULL", name="waiting_checked"),
    )
    __audited__: ClassVar[bool] = True

    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[PartnerType]
    help_system: Mapped[HelpSystem]
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False, index=True
    )
    neighbourhood: Mapped[Neighbourhood | None] = relationship(default=None)
    latitude: Mapped[float | None] = mapped_column(Float, default=None)
    longitude: Mapped[float | None] = mapped_column(Float, default=None)
    works_in: Mapped[str] = mapped_column(String(160), default="")
    age_from: Mapped[int | None] = mapped_column(default=None)
    age_to: Mapped[int | None] = mapped_column(default=None)
    how_to_reach: Mapped[str] = mapped_column(String(1000), default="")
    waiting_weeks: Mapped[int | None] = mapped_column(default=None)
    checked_on: Mapped[date | None] = mapped_column(default=None)
    source_key: Mapped[str | None] = mapped_column(String(64), default=None)
    retired: Mapped[bool] = mapped_column(default=False)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)
