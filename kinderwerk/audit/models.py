"""The audit table and its seals. Rows are added, never changed; triggers see to that.

What a deed was is told in `details` by ids, numbers and names of states, never by words of people.
"""

from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Facts, Role
from kinderwerk.core import clock
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Serial, sealed

#: What a database that knows nothing of terms writes: the longer one.
LONGER: Final = text("true")


class AuditEntry(Base):
    """One deed: who, acting as what and for whom, did what to which row. Ids, never words.

    `membership_id` is the one that was used, None for a parent, a visitor and the system; nobody
    acts in the name of another, so there is no second person. `sensitive` says how long it stays.
    """

    __tablename__ = "audit_entry"
    __retention__: ClassVar[Retention] = Retention.by(Whose.ANYBODY, Line.TRAIL)
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True
    __table_args__ = (
        Index(
            "ix_audit_entry_sensitive", "id",
            sqlite_where=text("sensitive = 1"), postgresql_where=text("sensitive"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Serial, primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now, index=True)
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    role: Mapped[Role]
    organisation_id: Mapped[UUID | None] = mapped_column(index=True)
    deed: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    membership_id: Mapped[UUID | None] = mapped_column(default=None)
    sensitive: Mapped[bool] = mapped_column(init=False, server_default=LONGER)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class TrailKey(Confidential, Base):
    """The key of the seals, itself sealed: who has the database only cannot use it."""

    __tablename__ = "trail_key"
    __retention__: ClassVar[Retention] = Retention.kept("without it the seals cannot be checked")

    secret: Mapped[bytes] = sealed()


class TrailSeal(Base):
    """What a stretch of entries of one term was, and which seal went before. Numbered from 1."""

    __tablename__ = "trail_seal"
    __retention__: ClassVar[Retention] = Retention.kept("hashes, that prove what the log was")
    __append_only__: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    key_id: Mapped[UUID]
    sensitive: Mapped[bool]
    first_id: Mapped[int] = mapped_column(BigInteger)
    last_id: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int]
    until: Mapped[datetime]  # when the latest of its deeds was done
    batch: Mapped[bytes] = mapped_column(LargeBinary)
    marks: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class TrailHorizon(Base):
    """Up to which seal the entries of one term were let go; each row goes further than the last."""

    __tablename__ = "trail_horizon"
    __retention__: ClassVar[Retention] = Retention.kept("up to where the log was let go")
    __append_only__: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(Serial, primary_key=True, init=False)
    made_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    sensitive: Mapped[bool]
    before: Mapped[datetime]
    seal_id: Mapped[int] = mapped_column(BigInteger)
    key_id: Mapped[UUID]
    mark: Mapped[bytes] = mapped_column(LargeBinary)
