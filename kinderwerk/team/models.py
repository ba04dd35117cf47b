"""What is kept of somebody at work in one organisation; never the certificate itself."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed
from kinderwerk.team.rules import Kind, Word


class StaffRecord(Confidential, Owned, Versioned, Base):
    """One person's. `of_age_on` is only known of who is not eighteen yet.

    What came out where a certificate was refused is sealed; the record says no more than that
    none was seen.
    """

    __tablename__ = "staff_record"
    __retention__: ClassVar[Retention] = Retention.by(Whose.STAFF, Line.CRIMINAL_RECORD)
    __table_args__ = (UniqueConstraint("organisation_id", "user_id"),)
    __audited__: ClassVar[bool] = True

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[Kind]
    register_number: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    of_age_on: Mapped[date | None] = mapped_column(default=None)
    word: Mapped[Word] = mapped_column(default=Word.MISSING)
    requested_on: Mapped[date | None] = mapped_column(default=None)
    issued_on: Mapped[date | None] = mapped_column(default=None)
    seen_on: Mapped[date | None] = mapped_column(default=None)
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    profile: Mapped[str] = mapped_column(String(80), default="")
    outcome: Mapped[bytes | None] = sealed(optional=True)
    code_version: Mapped[str] = mapped_column(String(40), default="")
    code_signed_on: Mapped[date | None] = mapped_column(default=None)
    confidant_known: Mapped[bool] = mapped_column(default=False)
    intake_on: Mapped[date | None] = mapped_column(default=None)
    references_on: Mapped[date | None] = mapped_column(default=None)
    contract_ends_on: Mapped[date | None] = mapped_column(default=None)
    halves: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    trainings: Mapped[list[Any]] = mapped_column(JSON, default_factory=list)
