"""What was agreed in a trajectory, and what the family says of it; the words are sealed."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.activities.models import Activity
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Owned, sealed
from kinderwerk.support.models import Written
from kinderwerk.support.plan.rules import DidHelp, Doing, Settled


class Agreed(Written, Confidential, Owned, Base):
    """Somebody does something by a day; if it is a course, that stands in the programme."""

    __tablename__ = "support_agreement"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "support_trajectory")
    __table_args__ = (
        CheckConstraint("text IS NOT NULL OR activity_id IS NOT NULL", name="says_something"),
        CheckConstraint("(settled = 'open') = (settled_on IS NULL)", name="settled_on_a_day"),
        UniqueConstraint("author_id", "once"),
    )
    __audited__: ClassVar[bool] = True

    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("support_trajectory.id"), index=True)
    text: Mapped[bytes | None] = sealed(optional=True)
    doing: Mapped[Doing]
    due_on: Mapped[date]
    activity_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("activity.id"), index=True, default=None
    )
    activity: Mapped[Activity | None] = relationship(init=False)
    settled: Mapped[Settled] = mapped_column(default=Settled.OPEN)
    settled_on: Mapped[date | None] = mapped_column(default=None)


class Answer(Confidential, Owned, Base):
    """Whether it helped, as one carer says; saying it again takes the place of what was said."""

    __tablename__ = "support_answer"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "support_trajectory")
    __table_args__ = (UniqueConstraint("trajectory_id", "carer_id"),)
    __audited__: ClassVar[bool] = True

    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("support_trajectory.id"))
    carer_id: Mapped[UUID]  # stays with the trajectory when two records become one
    helped: Mapped[DidHelp]
    words: Mapped[bytes | None] = sealed(optional=True)
    answered_on: Mapped[date]
