"""The directory of partners. Professionals and organisations, never families."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import clock
from kinderwerk.core.retention import Retention
from kinderwerk.partners import rules
from kinderwerk.partners.rules import Agreement, HelpSystem, PartnerType
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.base import Base, Identified, Owned, Versioned


class Partner(Identified, Owned, Versioned, Base):
    """Somebody to whom people are referred. `source_key` is its number in a list that is imported.

    A waiting time is worth only as much as the day on which somebody asked, `checked_on`. Nothing
    about anybody goes there without an agreement that holds; `agreement` says where it is kept.
    """

    __tablename__ = "partner"
    __retention__: ClassVar[Retention] = Retention.kept("where one can be referred to")
    __table_args__ = (
        UniqueConstraint("organisation_id", "source_key"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_point"),
        CheckConstraint("age_to >= age_from", name="ages"),
        CheckConstraint(
            "agreed_until IS NULL OR (agreed_from IS NOT NULL AND agreed_until >= agreed_from)",
            name="agreement_days",
        ),
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
    languages: Mapped[list[str]] = mapped_column(
        JSON, default_factory=list, server_default=text("'[]'")
    )
    agreed_from: Mapped[date | None] = mapped_column(default=None)
    agreed_until: Mapped[date | None] = mapped_column(default=None)
    agreement: Mapped[str] = mapped_column(String(200), default="", server_default="")
    contacts: Mapped[list["PartnerContact"]] = relationship(
        default_factory=list, back_populates="partner", order_by="PartnerContact.created_at",
        cascade="all, delete-orphan",
    )  # fmt: skip
    source_key: Mapped[str | None] = mapped_column(String(64), default=None)
    retired: Mapped[bool] = mapped_column(default=False)

    @property
    def agreed(self) -> Agreement:
        """How the agreement to share data stands today."""
        return rules.agreement(self.agreed_from, self.agreed_until, clock.today())

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class PartnerContact(Identified, Owned, Base):
    """Somebody to ask for at a partner: their work, and nothing else of them."""

    __tablename__ = "partner_contact"
    __retention__: ClassVar[Retention] = Retention.kept("whom one asks for at a partner")
    __audited__: ClassVar[bool] = True

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id"), init=False, index=True)
    partner: Mapped[Partner] = relationship(back_populates="contacts")
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
