"""What a worker said to all families of one date."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.notices.rules import Word
from kinderwerk.storage.base import Base, Identified, Owned


class Bulletin(Identified, Owned, Base):
    """A short message to all families of one date: one of our sentences, own words, or both.

    `form_id` is the form from which it was sent, so that pressing twice says it once.
    """

    __tablename__ = "bulletin"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.OUTBOX)
    __table_args__ = (UniqueConstraint("form_id"),)
    __audited__: ClassVar[bool] = True

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), index=True)
    by_id: Mapped[UUID | None]
    word: Mapped[Word]
    words: Mapped[str] = mapped_column(String(300), default="")
    language: Mapped[str] = mapped_column(String(8), default="nl")
    form_id: Mapped[UUID]
