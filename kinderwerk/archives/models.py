"""Archives that were asked for, until their time is over."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.models import User
from kinderwerk.archives.rules import LONGEST, State, Why
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Owned, sealed


class Archive(Confidential, Owned, Base):
    """Everything an organisation owns, asked for by one person and agreed to by another.

    `key` locks the pieces, and what is sealed inside of them.
    """

    __tablename__ = "archive"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.FAMILY, "archives.tidy")
    __audited__: ClassVar[bool] = True

    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[User] = relationship(
        init=False, viewonly=True, foreign_keys="Archive.asked_by_id"
    )
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    why: Mapped[Why]
    told: Mapped[str] = mapped_column(String(LONGEST))
    state: Mapped[State] = mapped_column(default=State.ASKED)
    until: Mapped[datetime] = mapped_column(index=True)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    key: Mapped[bytes | None] = sealed(optional=True)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, author_id=self.asked_by_id)


class Piece(Confidential, Owned, Base):
    """A piece of an archive, locked with the key of that archive."""

    __tablename__ = "archive_piece"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "archive")
    __table_args__ = (UniqueConstraint("archive_id", "number"),)

    archive_id: Mapped[UUID] = mapped_column(ForeignKey("archive.id", ondelete="CASCADE"))
    number: Mapped[int]
    locked: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
