"""Stories, each about one child whose name is not in it."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import ids
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.goals.models import Goal
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned
from kinderwerk.stories.rules import LONGEST, LONGEST_REASON, Standing


class Story(Confidential, Owned, Versioned, Base):
    """What a child experienced; it is told to nobody before a second person released it.

    `written_by_id` wrote the words last, `read_on` is when the family read just these words.
    """

    __tablename__ = "story"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        CheckConstraint("(released_on IS NULL) = (released_by_id IS NULL)", name="released_by"),
        CheckConstraint(
            "released_by_id IS NULL"
            " OR (released_by_id <> author_id AND released_by_id <> written_by_id)",
            name="second_person",
        ),
        CheckConstraint("released_on IS NULL OR refused_because = ''", name="not_both"),
    )
    __audited__: ClassVar[bool] = True

    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    told_on: Mapped[date] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(String(LONGEST))
    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)
    goal_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("goal.id"), init=False, default=None, index=True
    )
    goal: Mapped[Goal | None] = relationship(default=None)
    occurrence_id: Mapped[UUID | None] = mapped_column(ForeignKey("occurrence.id"), default=None)
    read_on: Mapped[date | None] = mapped_column(default=None)
    released_on: Mapped[date | None] = mapped_column(default=None)
    released_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    refused_because: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")

    @property
    def standing(self) -> Standing:
        if self.released_on:
            return Standing.RELEASED
        return Standing.REFUSED if self.refused_because else Standing.WAITING

    @property
    def facts(self) -> Facts:
        """Whoever began it and whoever wrote its words last are both not the second person."""
        return Facts(
            organisation_id=self.organisation_id,
            author_id=self.written_by_id,
            owner_id=self.author_id,
        )
