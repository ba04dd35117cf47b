"""Messages that wait to be sent, and work that waits to be done."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import clock
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.messages.rules import Channel, Fate
from kinderwerk.storage.base import Base, Confidential, Owned, Serial


class Message(Base):
    """What is to be told to whom: a template and ids. The text is made when sent, never kept.

    `key` makes telling the same thing twice impossible. `reader_id` is who is told, in words of the
    feature that tells, and `about_id` what it is about: a date, or what a worker wrote.
    """

    __tablename__ = "message"
    __retention__: ClassVar[Retention] = Retention.by(Whose.ANYBODY, Line.OUTBOX)
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True, init=False)
    created_at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now)
    key: Mapped[str] = mapped_column(String(120))
    template: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8))
    subject_ids: Mapped[dict[str, Any]] = mapped_column(JSON)
    organisation_id: Mapped[UUID | None] = mapped_column(index=True, default=None)
    due_at: Mapped[datetime] = mapped_column(default_factory=clock.now, index=True)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    failed_at: Mapped[datetime | None] = mapped_column(default=None)
    dropped_at: Mapped[datetime | None] = mapped_column(default=None)  # nothing to tell any more
    failure: Mapped[str | None] = mapped_column(String(120), default=None)
    channel: Mapped[Channel] = mapped_column(
        default=Channel.MAIL, server_default=text(f"'{Channel.MAIL.value}'")
    )
    reader_id: Mapped[UUID | None] = mapped_column(default=None, index=True)
    about_id: Mapped[UUID | None] = mapped_column(default=None, index=True)
    held_at: Mapped[datetime | None] = mapped_column(default=None)  # until somebody lets it go
    bounced_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)

    @property
    def fate(self) -> Fate:
        told: tuple[tuple[datetime | None, Fate], ...] = (
            (self.bounced_at, Fate.BOUNCED), (self.sent_at, Fate.SENT),
            (self.dropped_at, Fate.DROPPED), (self.failed_at, Fate.FAILED),
            (self.held_at, Fate.HELD),
        )  # fmt: skip
        return next((fate for at, fate in told if at), Fate.WAITING)


class Mailbox(Confidential, Owned, Base):
    """How often what an organisation sent to an address came back; from `silent_at` on it rests."""

    __tablename__ = "mailbox"
    __retention__: ClassVar[Retention] = Retention.by(Whose.ANYBODY, Line.OUTBOX)
    __table_args__ = (UniqueConstraint("organisation_id", "address"),)

    address: Mapped[str] = mapped_column(String(254))
    bounces: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    silent_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class DueWork(Base):
    """Something a worker does once its time has come; doing it twice does no harm."""

    __tablename__ = "due_work"
    __retention__: ClassVar[Retention] = Retention.kept("work that waits, named by ids")
    __table_args__ = (UniqueConstraint("kind", "subject"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    run_at: Mapped[datetime] = mapped_column(default_factory=clock.now, index=True)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(120), default=None)
