"""Files that people sent, as they are kept: in the database, so that a backup, an erasure and
several web hosts agree about them."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.files.rules import LARGEST_KEPT, Purpose
from kinderwerk.storage.base import Base, Confidential, Owned


class StoredFile(Confidential, Owned, Base):
    """A picture drawn anew, in two sizes, with the words for those who cannot see it.

    Not sealed: what there is so far is made to be shown to everybody.
    """

    __tablename__ = "stored_file"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.PHOTO)
    __table_args__ = (
        CheckConstraint(f"byte_count BETWEEN 1 AND {LARGEST_KEPT}", name="small_enough"),
        CheckConstraint("alt != ''", name="told_in_words"),
    )
    __audited__: ClassVar[bool] = True

    purpose: Mapped[Purpose]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    alt: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(40))
    byte_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    small_width: Mapped[int]
    small_height: Mapped[int]
    small: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, sort_order=91)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, sort_order=92)

    @property
    def mark(self) -> str:
        """What stands in addresses: another picture has another one."""
        return mark(self.sha256)


def mark(sha256: str) -> str:
    return sha256[:16]
