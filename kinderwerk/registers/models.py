"""Attendance by name, tallies without names, and the register that holds both."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from typing_extensions import override

from kinderwerk.access.vocabulary import Facts
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import AgeBand
from kinderwerk.core import clock
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.registers.rules import (
    LONGEST_NAME,
    LONGEST_REASON,
    Gender,
    Known,
    Leaving,
    Presence,
)
from kinderwerk.storage.base import Base, Owned, Versioned


class Register(Owned, Versioned, Base):
    """What was written down about one date; it exists from the first mark on.

    It remembers the day, the goals and the neighbourhood for which it counts, so that counts stay
    exact whatever happens to the plan of the activity afterwards. `version` is that of the note,
    `turn` grows with each mark.
    """

    __tablename__ = "register"
    __retention__: ClassVar[Retention] = Retention.kept("that a session was held")
    __audited__: ClassVar[bool] = True

    occurrence_id: Mapped[UUID] = mapped_column(
        ForeignKey("occurrence.id"), primary_key=True, init=False
    )
    occurrence: Mapped[Occurrence] = relationship()
    held_on: Mapped[date]
    goal_ids: Mapped[list[str]] = mapped_column(JSON)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(ForeignKey("neighbourhood.id"))
    first_marked_at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(String(500), default="")
    #: Children who came, and are unknown by now.
    erased: Mapped[int] = mapped_column(default=0, server_default=text("0"), sort_order=91)
    turn: Mapped[int] = mapped_column(default=0, server_default=text("0"), sort_order=92)
    #: About how many more came than were counted; and with how many somebody talked.
    estimated: Mapped[int] = mapped_column(default=0, server_default=text("0"), sort_order=93)
    contacts: Mapped[int] = mapped_column(default=0, server_default=text("0"), sort_order=94)

    @property
    @override
    def audited_as(self) -> UUID:
        return self.occurrence_id

    @property
    def facts(self) -> Facts:
        return self.occurrence.facts


class Attendance(Base):
    """One child at one date, with the neighbourhood where it lived on that day.

    `left_with` is empty for who went home alone; `turn` is that of the register at the last mark.
    """

    __tablename__ = "attendance"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __table_args__ = {"sqlite_with_rowid": False}

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), primary_key=True, index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    presence: Mapped[Presence]
    neighbourhood_id: Mapped[UUID | None] = mapped_column(ForeignKey("neighbourhood.id"))
    marked_by_id: Mapped[UUID | None]
    marked_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    arrived_at: Mapped[datetime | None] = mapped_column(default=None)
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    left_with: Mapped[str] = mapped_column(
        String(LONGEST_NAME), default="", server_default=text("''")
    )
    left_why: Mapped[str] = mapped_column(
        String(LONGEST_REASON), default="", server_default=text("''")
    )
    turn: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    def come(self, at: datetime | None) -> None:
        """Note when the child came; who is not here did not come, and did not go."""
        here = self.presence is Presence.PRESENT
        self.arrived_at = self.arrived_at or at if here else None
        if not here:
            self.stay()

    def go(self, at: datetime, leaving: Leaving) -> None:
        self.left_at, self.left_with, self.left_why = at, leaving.who, leaving.why

    def stay(self) -> None:
        self.left_at, self.left_with, self.left_why = None, "", ""


class Tally(Base):
    """How many children of an age came whose names nobody asked."""

    __tablename__ = "tally"
    __retention__: ClassVar[Retention] = Retention.kept("counts without persons")
    __table_args__ = (CheckConstraint("n >= 0", name="not_negative"),)

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    band: Mapped[AgeBand] = mapped_column(primary_key=True)
    known: Mapped[Known] = mapped_column(primary_key=True)
    gender: Mapped[Gender] = mapped_column(
        primary_key=True, default=Gender.UNASKED, server_default=text("'unasked'")
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    n: Mapped[int]
