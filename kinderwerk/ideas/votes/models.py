"""A vote of children at one session, and how many stickers each idea got."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.core import clock
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.ideas.models import Idea
from kinderwerk.measuring.rules import enough
from kinderwerk.storage.base import Base, Identified, Owned


class Vote(Identified, Owned, Base):
    """A round of stickers: open until somebody closes it, or the day is past.

    It counts turns and stickers. Which child had which turn, and when, is kept nowhere.
    """

    __tablename__ = "vote"
    __retention__: ClassVar[Retention] = Retention.by(Whose.NOBODY, Line.CHILD_VOICE)
    __table_args__ = (
        CheckConstraint("stickers BETWEEN 1 AND 5 AND turns >= 0", name="stickers_of_turns"),
        Index(
            "uq_vote_occurrence_id_open", "occurrence_id", unique=True,
            sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip
    __audited__: ClassVar[bool] = True

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), index=True)
    stickers: Mapped[int]
    until: Mapped[datetime]
    turns: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    choices: Mapped[list["Choice"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Choice.place"
    )

    @property
    def is_over(self) -> bool:
        return self.closed_at is not None or clock.now() >= self.until

    @property
    def tells(self) -> bool:
        """Tell whether the result is shown: at once when no more can come, of enough children.

        Not before: whoever looks twice, and lets one child choose in between, would know.
        """
        return self.is_over and enough(self.turns)


class Choice(Base):
    """An idea between which children choose, and its stickers."""

    __tablename__ = "vote_choice"
    __retention__: ClassVar[Retention] = Retention.by(Whose.NOBODY, Line.CHILD_VOICE)
    __table_args__ = (
        UniqueConstraint("vote_id", "idea_id"),
        CheckConstraint("n >= 0", name="counted_up"),
    )

    vote_id: Mapped[UUID] = mapped_column(ForeignKey("vote.id"), primary_key=True, init=False)
    place: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[UUID] = mapped_column(ForeignKey("idea.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    n: Mapped[int] = mapped_column(default=0)
    idea: Mapped[Idea] = relationship(init=False, viewonly=True)
    vote: Mapped[Vote] = relationship(init=False, back_populates="choices")
