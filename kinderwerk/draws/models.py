"""A draw, and its tickets."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Retention
from kinderwerk.draws.rules import HASH_LENGTH, LENGTH
from kinderwerk.storage.base import Base, Identified, Owned, sealed


class Draw(Identified, Owned, Base):
    """The draw of one activity: first its seed is made, then the list closes, then it is drawn.

    `secret` is the seed, and `salt` what keeps the hash of who holds which tickets from being
    guessed; once it was drawn, `seed` is there for everybody.
    """

    __tablename__ = "draw"
    __retention__: ClassVar[Retention] = Retention.kept("what anybody needs to draw again")
    __table_args__ = (
        CheckConstraint("seed IS NULL OR closed_at IS NOT NULL", name="closed_before_drawn"),
        CheckConstraint("(seed IS NULL) = (line IS NULL)", name="drawn_at_once"),
    )
    __audited__: ClassVar[bool] = True

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), unique=True)
    seed_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    secret: Mapped[bytes] = sealed()
    salt: Mapped[bytes] = sealed()
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    places: Mapped[int | None] = mapped_column(default=None)
    list_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH), default=None)
    holders_hash: Mapped[str | None] = mapped_column(String(HASH_LENGTH), default=None)
    seed: Mapped[str | None] = mapped_column(String(HASH_LENGTH), default=None)
    line: Mapped[int | None] = mapped_column(default=None)


class Ticket(Base):
    """A number in a draw. `party` is the form or the sign-up that holds it, until that is gone."""

    __tablename__ = "draw_ticket"
    __retention__: ClassVar[Retention] = Retention.kept(
        "numbers that are nobody's any more once their sign-up is gone"
    )
    __table_args__ = (Index("ix_draw_ticket_party", "party"),)

    draw_id: Mapped[UUID] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    party: Mapped[UUID | None]
    rank: Mapped[int | None] = mapped_column(default=None)
