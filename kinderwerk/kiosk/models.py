"""Tablets that ask children something, and which of their answers were heard."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Membership
from kinderwerk.core import clock
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.ideas.votes.models import Vote
from kinderwerk.measuring.models import Question
from kinderwerk.storage.base import Base, Confidential, Owned


class Kiosk(Confidential, Owned, Base):
    """A tablet that asks one question or has one vote at a session, until the end of the day.

    It has a code until somebody types that in on the tablet, and from then on a key.
    """

    __tablename__ = "kiosk"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.STAFF, "kiosk.tidy")
    __table_args__ = (
        CheckConstraint("(question_id IS NULL) != (vote_id IS NULL)", name="asks_one_thing"),
    )

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), index=True)
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("question.id"), default=None)
    question: Mapped[Question | None] = relationship(init=False, viewonly=True)
    vote_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("vote.id"), default=None, index=True, sort_order=91
    )
    vote: Mapped[Vote | None] = relationship(init=False, viewonly=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    membership: Mapped[Membership] = relationship(init=False, viewonly=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    code_until: Mapped[datetime | None] = mapped_column(default=None)
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_past(self) -> bool:
        """Tell whether the day is past, or whoever opened it works here no more."""
        return clock.now() >= self.until or self.membership.ended_at is not None

    @property
    def is_over(self) -> bool:
        return self.is_past or (self.vote is not None and self.vote.is_over)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and not self.is_over

    @property
    def asks(self) -> bool:
        return self.is_open and self.key_hash is not None

    @property
    def tells(self) -> bool:
        """Tell whether children see here what their vote came to."""
        return not self.is_past and self.vote is not None and self.vote.is_over

    @property
    def actor(self) -> Actor:
        """Return who acts: whoever opened it, in that role."""
        return Actor(self.user_id, self.membership.held)


class Heard(Base):
    """An answer that was counted, by the tablet's number for it; which one it was nobody keeps."""

    __tablename__ = "kiosk_heard"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.NOBODY, "kiosk.tidy")

    kiosk_id: Mapped[UUID] = mapped_column(ForeignKey("kiosk.id"), primary_key=True)
    once: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
