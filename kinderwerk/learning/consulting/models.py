"""Consultations, who sits in them, what was said, and how long an organisation takes for what."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.learning.consulting.rules import Kind, Part, Phase, Standing
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed


class Consultation(Confidential, Owned, Versioned, Base):
    """A case that colleagues think about together, without a name in it.

    `beat` grows with all that happens in the room, so that every browser there knows when to look.
    Once its term is over the words and the people go, and that it was held stays.
    """

    __tablename__ = "consultation"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.PEER)
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        CheckConstraint("(standing = 'running') = (phase IS NOT NULL)", name="phase_while_running"),
        CheckConstraint(
            "(phase IS NULL) = (phase_began_at IS NULL)"
            " AND (phase IS NULL) = (phase_minutes IS NULL)",
            name="phase_on_the_clock",
        ),
    )
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)
    held_at: Mapped[datetime] = mapped_column(index=True)
    standing: Mapped[Standing] = mapped_column(default=Standing.PLANNED)
    phase: Mapped[Phase | None] = mapped_column(default=None)
    phase_began_at: Mapped[datetime | None] = mapped_column(default=None)
    phase_minutes: Mapped[int | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    signal_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("signal.id"), default=None, index=True
    )
    first_step_on: Mapped[date | None] = mapped_column(default=None)
    first_step_done_on: Mapped[date | None] = mapped_column(default=None)
    forgotten_on: Mapped[date | None] = mapped_column(default=None)
    beat: Mapped[int] = mapped_column(default=0)
    case_text: Mapped[bytes | None] = sealed(optional=True)
    key_question: Mapped[bytes | None] = sealed(optional=True)
    first_step: Mapped[bytes | None] = sealed(optional=True)
    seats: Mapped[list["ConsultationSeat"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def parts(self) -> dict[UUID, Part]:
        """Return who sits here today, and what they do."""
        return {seat.user_id: seat.part for seat in self.seats}

    def holds(self, part: Part) -> UUID | None:
        return next((seat.user_id for seat in self.seats if seat.part is part), None)

    @property
    def mark(self) -> str:
        """What is another one as soon as anything here changed."""
        return f"{self.version}.{self.beat}"

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id,
            author_id=self.author_id,
            owner_id=self.holds(Part.BRINGER),
            readers=frozenset(self.parts),
        )


class ConsultationSeat(Owned, Base):
    """Somebody who was invited, and what they do; whoever leaves has no seat any more."""

    __tablename__ = "consultation_seat"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "consultation")

    consultation_id: Mapped[UUID] = mapped_column(
        ForeignKey("consultation.id"), primary_key=True, init=False
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id"), primary_key=True, index=True
    )
    part: Mapped[Part]


class Contribution(Confidential, Owned, Base):
    """One thing that somebody said in its phase."""

    __tablename__ = "contribution"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "consultation")
    __audited__: ClassVar[bool] = True

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[Kind]
    chosen: Mapped[bool] = mapped_column(default=False)
    text: Mapped[bytes] = sealed()
    feeling: Mapped[bytes | None] = sealed(optional=True)
    answer: Mapped[bytes | None] = sealed(optional=True)


class PhaseMinutes(Owned, Base):
    """How long an organisation takes for a phase, where that is not as usual."""

    __tablename__ = "phase_minutes"
    __retention__: ClassVar[Retention] = Retention.kept("how the organisation works")
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 60", name="bearable"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    phase: Mapped[Phase] = mapped_column(primary_key=True)
    minutes: Mapped[int]
