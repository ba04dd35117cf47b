"""Talks with children, of whom nothing is known."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Facts
from kinderwerk.activities.rules import AgeBand
from kinderwerk.conversations.rules import Channel, Pointed, Serious
from kinderwerk.conversations.themes import Theme
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Owned


class Conversation(Confidential, Owned, Base):
    """A talk: no name, no words, and no list in which one of them could be looked up."""

    __tablename__ = "conversation"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.CONVERSATION)
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes"),
        UniqueConstraint("author_id", "once"),
    )
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    once: Mapped[UUID]
    held_on: Mapped[date]
    channel: Mapped[Channel]
    theme: Mapped[Theme]
    band: Mapped[AgeBand]
    serious: Mapped[Serious]
    pointed: Mapped[Pointed]
    minutes: Mapped[int]
    neighbourhood_id: Mapped[UUID | None] = mapped_column(ForeignKey("neighbourhood.id"))

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id, neighbourhood_id=self.neighbourhood_id,
            author_id=self.author_id,
        )  # fmt: skip
