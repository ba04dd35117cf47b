"""Sign-ups, the history of each, and the times that a child cannot come."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.families.models import Child
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.base import Base, Confidential, Owned, Serial

_LIVE = text("standing != 'cancelled'")
_WAITING = text("standing = 'waiting'")


class Signup(Confidential, Owned, Base):
    """A child for an activity, or for one date of it. `queue` is the true order of the line.

    `form_id` is the form that asked for it, so that sending it twice asks for nothing twice;
    `together` says that the children on it come all or none. Places that were offered to a family
    at one moment share an `offer_id`. A `reserved` place was kept apart from the draw.
    """

    __tablename__ = "signup"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.SIGNUP_OPEN)
    __table_args__ = (
        Index("uq_signup_series", "activity_id", "child_id", unique=True,
              sqlite_where=text("standing != 'cancelled' AND occurrence_id IS NULL"),
              postgresql_where=text("standing != 'cancelled' AND occurrence_id IS NULL")),
        Index("uq_signup_occurrence", "occurrence_id", "child_id", unique=True,
              sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("uq_signup_queue_series", "activity_id", "queue", unique=True,
              sqlite_where=text("occurrence_id IS NULL"),
              postgresql_where=text("occurrence_id IS NULL")),
        Index("uq_signup_queue_occurrence", "occurrence_id", "queue", unique=True),
        Index("ix_signup_waiting", "activity_id", "occurrence_id", "queue",
              sqlite_where=_WAITING, postgresql_where=_WAITING),
    )  # fmt: skip
    __audited__: ClassVar[bool] = True

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), init=False)
    activity: Mapped[Activity] = relationship()
    occurrence_id: Mapped[UUID | None] = mapped_column(ForeignKey("occurrence.id"), init=False)
    occurrence: Mapped[Occurrence | None] = relationship(default=None)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), init=False, index=True)
    child: Mapped[Child] = relationship()
    standing: Mapped[Standing]
    queue: Mapped[int]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    form_id: Mapped[UUID | None] = mapped_column(default=None)
    together: Mapped[bool] = mapped_column(default=False, server_default=false())
    offer_id: Mapped[UUID | None] = mapped_column(default=None, index=True)
    offered_until: Mapped[datetime | None] = mapped_column(default=None)
    missed: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    reserved: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def facts(self) -> Facts:
        return self.child.facts


class SignupStep(Base):
    """What became of a sign-up, when, and through whom; only grows."""

    __tablename__ = "signup_step"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "signup")
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(Serial, primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    signup_id: Mapped[UUID] = mapped_column(ForeignKey("signup.id"), index=True)
    standing: Mapped[Standing]
    by_id: Mapped[UUID | None]
    signup: Mapped[Signup] = relationship(init=False, lazy="raise")  # which is written first


class Absence(Confidential, Owned, Base):
    """A child with a place in a series that cannot come once; why is nobody's business."""

    __tablename__ = "absence"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "signup")
    __table_args__ = (UniqueConstraint("signup_id", "occurrence_id"),)
    __audited__: ClassVar[bool] = True

    signup_id: Mapped[UUID] = mapped_column(ForeignKey("signup.id"))
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), index=True)
    by_id: Mapped[UUID | None]


class Cancellation(Confidential, Owned, Base):
    """An activity, or one date of it, that does not go on, and what the families are told."""

    __tablename__ = "cancellation"
    __retention__: ClassVar[Retention] = Retention.kept("why an activity did not go on")
    __audited__: ClassVar[bool] = True

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), index=True)
    occurrence_id: Mapped[UUID | None] = mapped_column(ForeignKey("occurrence.id"))
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[UUID | None]
