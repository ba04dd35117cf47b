"""The log of a session, beside what its register says; and hours."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from typing_extensions import override

from kinderwerk.core import clock
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.files.models import StoredFile
from kinderwerk.logbook.rules import DAY, LONGEST_STORY, HourKind, Seen
from kinderwerk.storage.base import Base, Identified, Owned

BESIDES: str = "occurrence_id IS NULL"


class SessionLog(Owned, Base):
    """What was written down after a session; its one sentence is the note of the register.

    A story here is told to nobody: from it a `Story` can be made. `page` is the screen from which
    its words were written last: that one never stands in its own way.
    """

    __tablename__ = "session_log"
    __retention__: ClassVar[Retention] = Retention.kept("that a session was logged")
    __audited__: ClassVar[bool] = True

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    held_on: Mapped[date]
    story: Mapped[str] = mapped_column(String(LONGEST_STORY), default="")
    page: Mapped[UUID | None] = mapped_column(default=None)
    photo_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("stored_file.id"), init=False, index=True
    )
    photo: Mapped[StoredFile | None] = relationship(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_by_id: Mapped[UUID | None] = mapped_column(default=None)

    @property
    @override
    def audited_as(self) -> UUID:
        return self.occurrence_id


class GoalSeen(Base):
    """Whether a goal could be seen at a session."""

    __tablename__ = "goal_seen"
    __retention__: ClassVar[Retention] = Retention.kept("what was seen of a goal, and of nobody")

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    seen: Mapped[Seen]


class HourEntry(Identified, Owned, Base):
    """How long somebody was at one kind of work: at a session, or in all on a day besides.

    It remembers where the session was, so that counts stay exact whatever happens to the plan.
    """

    __tablename__ = "hour_entry"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "user_account")
    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN 0 AND {DAY}", name="within_a_day"),
        UniqueConstraint("occurrence_id", "user_id", "kind"),
        Index(
            "uq_hour_entry_besides", "organisation_id", "user_id", "day", "kind", unique=True,
            sqlite_where=text(BESIDES), postgresql_where=text(BESIDES),
        ),
        Index("ix_hour_entry_week", "user_id", "day"),
    )  # fmt: skip

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    day: Mapped[date]
    kind: Mapped[HourKind]
    minutes: Mapped[int]
    occurrence_id: Mapped[UUID | None] = mapped_column(ForeignKey("occurrence.id"), default=None)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), default=None
    )
    changed_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
