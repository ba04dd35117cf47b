"""Devices that hold lists, and what each of them told."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Membership, User
from kinderwerk.core import clock
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.offline.rules import LASTS, Kind, Outcome
from kinderwerk.storage.base import Base, Confidential, Owned


class RegisterDevice(Confidential, Owned, Base):
    """A browser that holds lists for one person; its key opens those and nothing else.

    With an `occurrence_id` it is a tablet that several people share, for that session alone.
    `slow` is by how many seconds its clock was behind ours when it last called.
    """

    __tablename__ = "register_device"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.STAFF, "offline.tidy")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    user: Mapped[User] = relationship(init=False, viewonly=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    membership: Mapped[Membership] = relationship(init=False, viewonly=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60), default="")
    occurrence_id: Mapped[UUID | None] = mapped_column(ForeignKey("occurrence.id"), default=None)
    last_seen_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    slow: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and clock.now() < self.last_seen_at + LASTS

    @property
    def actor(self) -> Actor:
        """Return who acts: the person in the role in which the device was set up, or in none."""
        held = self.membership
        return Actor(self.user_id, held.held if held.ended_at is None else None)


class RegisterChange(Confidential, Owned, Base):
    """One thing that a device told, and what became of it, so that telling it twice does nothing.

    `turn` is that of the child's mark afterwards. The words about a child who walked in are never
    kept here.
    """

    __tablename__ = "register_change"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.FAMILY, "offline.tidy")
    __table_args__ = (UniqueConstraint("device_id", "client_id"),)

    device_id: Mapped[UUID] = mapped_column(ForeignKey("register_device.id"))
    device: Mapped[RegisterDevice] = relationship(init=False, viewonly=True)
    client_id: Mapped[UUID]
    seq: Mapped[int]
    occurrence_id: Mapped[UUID | None] = mapped_column(ForeignKey("occurrence.id"), index=True)
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey("child.id"), index=True)
    kind: Mapped[Kind]
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    told_at: Mapped[datetime]
    at: Mapped[datetime]
    turn: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Outcome]
    why: Mapped[str] = mapped_column(String(300), default="")
    stood: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    settled_by_id: Mapped[UUID | None] = mapped_column(default=None)
