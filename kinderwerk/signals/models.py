"""Signals and what was written about them. The words are sealed."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.shares import Share, readers
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.families.models import Child, Family
from kinderwerk.places.models import Neighbourhood
from kinderwerk.signals.rules import Area, Factor, Level, NoteKind, Status, Subject
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed


class Signal(Confidential, Owned, Versioned, Base):
    """A concern with an owner and a day on which somebody looks again, as long as it is open.

    It is `unfinished` when it was written down in a hurry; `escalated_on` is the day of review of
    which the protection officer was told that it had passed.
    """

    __tablename__ = "signal"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.SIGNAL_LOW)
    __table_args__ = (
        CheckConstraint(
            "status LIKE 'closed%' OR (owner_id IS NOT NULL AND review_on IS NOT NULL)",
            name="open_is_owned",
        ),
        CheckConstraint("(subject = 'child') = (child_id IS NOT NULL)", name="child_named"),
        CheckConstraint("(subject = 'family') = (family_id IS NOT NULL)", name="family_named"),
    )
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    subject: Mapped[Subject]
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey("child.id"), init=False, index=True)
    child: Mapped[Child | None] = relationship(default=None)
    family_id: Mapped[UUID | None] = mapped_column(ForeignKey("family.id"), init=False, index=True)
    family: Mapped[Family | None] = relationship(default=None)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False
    )
    neighbourhood: Mapped[Neighbourhood | None] = relationship(default=None)
    occurrence_id: Mapped[UUID | None] = mapped_column(ForeignKey("occurrence.id"), default=None)
    area: Mapped[Area]
    level: Mapped[Level]
    status: Mapped[Status] = mapped_column(default=Status.OPEN, index=True)
    observed_on: Mapped[date]
    review_on: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    unfinished: Mapped[bool] = mapped_column(default=False, server_default=false(), sort_order=91)
    escalated_on: Mapped[date | None] = mapped_column(default=None, sort_order=91)
    signs: Mapped[bytes | None] = sealed(optional=True)
    shares: Mapped[list["SignalShare"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )
    notes: Mapped[list["SignalNote"]] = relationship(
        default_factory=list, back_populates="signal", order_by="SignalNote.created_at"
    )

    @property
    def facts(self) -> Facts:
        whole = self.child.family if self.child else self.family
        return Facts(
            organisation_id=self.organisation_id,
            neighbourhood_id=self.neighbourhood_id,
            author_id=self.author_id,
            owner_id=self.owner_id,
            readers=readers(self.shares),
            family=whole.circle if whole else frozenset(),
        )


class SignalShare(Share):
    """Someone who was let in, by whom, why and until when."""

    __tablename__ = "signal_share"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "signal")
    __table_args__ = (UniqueConstraint("signal_id", "user_id"),)

    signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id"), init=False)


class SignalNote(Confidential, Owned, Base):
    """One thing written down. An interpretation cites the fact on which it rests."""

    __tablename__ = "signal_note"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "signal")
    __table_args__ = (
        CheckConstraint("kind != 'interpretation' OR cites_id IS NOT NULL", name="cites_a_fact"),
    )
    __audited__: ClassVar[bool] = True

    signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id"), init=False, index=True)
    signal: Mapped[Signal] = relationship(back_populates="notes")
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[NoteKind]
    factor: Mapped[Factor] = mapped_column(default=Factor.RISK)
    text: Mapped[bytes] = sealed()
    source: Mapped[bytes | None] = sealed(optional=True)
    source_why: Mapped[bytes | None] = sealed(optional=True)
    observed_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(120), default="")
    cites_id: Mapped[UUID | None] = mapped_column(ForeignKey("signal_note.id"), default=None)


class SignalLink(Confidential, Owned, Base):
    """Two signals belong together, says the protection officer; read from both sides."""

    __tablename__ = "signal_link"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "signal")
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("one_id != other_id", name="two"),
    )
    __audited__: ClassVar[bool] = True

    one_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id"), index=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    why: Mapped[bytes] = sealed()
