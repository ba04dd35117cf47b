"""Editions of the goal report: what was disclosed, frozen, and who agreed to it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.models import Municipality
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.storage.base import Base, Identified, Versioned


class Edition(Identified, Versioned, Base):
    """One per municipality, fixed period and version, with all organisations, levels and goals.

    `content` has been through disclosure control; once released it never changes, and `digest`
    (SHA-256 of its canonical form) shows it. What it was made from is in `Count`. A correction of
    what went out is an edition with the next number, which says why.
    """

    __tablename__ = "report_edition"
    __retention__: ClassVar[Retention] = Retention.kept("counts without persons")
    __table_args__ = (UniqueConstraint("municipality_id", "period", "number"),)
    __audited__: ClassVar[bool] = True

    municipality_id: Mapped[UUID] = mapped_column(
        ForeignKey("municipality.id"), init=False, index=True
    )
    municipality: Mapped[Municipality] = relationship()
    period: Mapped[str] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(default=1, server_default="1")
    corrects_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("report_edition.id"), default=None, index=True
    )
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    seen: Mapped[str] = mapped_column(String(4000), default="")
    thought: Mapped[str] = mapped_column(String(4000), default="")
    agreed: Mapped[str] = mapped_column(String(4000), default="")
    asked: Mapped[str] = mapped_column(String(4000), default="", server_default="")
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    reaction: Mapped[str] = mapped_column(String(4000), default="", server_default="")
    reacted_at: Mapped[datetime | None] = mapped_column(default=None)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True)
    pdf_made_at: Mapped[datetime | None] = mapped_column(default=None)
    agreements: Mapped[list["Agreement"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def facts(self) -> Facts:
        return Facts(municipality_id=self.municipality_id, released=self.released_at is not None)


class Count(Base):
    """The exact counts of one organisation that an edition was made from.

    Later editions are protected against them; no page, file or answer has them.
    """

    __tablename__ = "report_count"
    __retention__: ClassVar[Retention] = Retention.kept("counts without persons")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(
        ForeignKey("report_edition.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    counted: Mapped[dict[str, Any]] = mapped_column(JSON)


class Agreement(Base):
    """An organisation agrees that its figures leave in this edition."""

    __tablename__ = "report_agreement"
    __retention__: ClassVar[Retention] = Retention.kept("who agreed to a report", Whose.STAFF)

    edition_id: Mapped[UUID] = mapped_column(
        ForeignKey("report_edition.id"), primary_key=True, init=False
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
