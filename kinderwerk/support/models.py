"""Short contacts, which can point at nobody, and trajectories, whose words are sealed."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.shares import Share, facts_of
from kinderwerk.core import ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.families.models import Family
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.base import Base, Confidential, Identified, Owned, Versioned, sealed
from kinderwerk.support.rules import Channel, Helped, Status, Topic


class Written(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """What somebody wrote down with a form; sent twice, the form has the same `once`."""

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)


class Contact(Written, Identified, Owned, Base):
    """A talk of some minutes with a parent whose name nobody asked."""

    __tablename__ = "support_contact"
    __retention__: ClassVar[Retention] = Retention.kept("a talk in which nobody is named")
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes"),
        UniqueConstraint("author_id", "once"),
    )
    __audited__: ClassVar[bool] = True

    held_on: Mapped[date]
    topic: Mapped[Topic]
    channel: Mapped[Channel]
    helped: Mapped[Helped | None]
    minutes: Mapped[int]
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False
    )
    neighbourhood: Mapped[Neighbourhood | None] = relationship(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id,
            neighbourhood_id=self.neighbourhood_id,
            author_id=self.author_id,
        )


class Trajectory(Written, Confidential, Owned, Versioned, Base):
    """Parenting support to one family for some time, in the family's own words."""

    __tablename__ = "support_trajectory"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.SUPPORT)
    __table_args__ = (
        CheckConstraint(
            "(status = 'running') = (follow_up_on IS NOT NULL)", name="running_is_followed_up"
        ),
        UniqueConstraint("author_id", "once"),
    )
    __audited__: ClassVar[bool] = True

    family_id: Mapped[UUID] = mapped_column(ForeignKey("family.id"), init=False, index=True)
    family: Mapped[Family] = relationship()
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False
    )
    neighbourhood: Mapped[Neighbourhood | None] = relationship(default=None)
    topic: Mapped[Topic]
    question: Mapped[bytes] = sealed()
    status: Mapped[Status] = mapped_column(default=Status.RUNNING, index=True)
    began_on: Mapped[date]
    follow_up_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    aims: Mapped[list["Aim"]] = relationship(
        default_factory=list, back_populates="trajectory", order_by="Aim.created_at"
    )
    notes: Mapped[list["TrajectoryNote"]] = relationship(
        default_factory=list, back_populates="trajectory", order_by="TrajectoryNote.held_on"
    )
    shares: Mapped[list["TrajectoryShare"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def facts(self) -> Facts:
        return facts_of(self)


class TrajectoryShare(Share):
    __tablename__ = "support_share"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "support_trajectory")
    __table_args__ = (UniqueConstraint("trajectory_id", "user_id"),)

    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("support_trajectory.id"), init=False)


class Aim(Confidential, Owned, Versioned, Base):
    """What the family wants, with where they stand from 0 to 10 at the start and at the end."""

    __tablename__ = "support_aim"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "support_trajectory")
    __table_args__ = (
        CheckConstraint("scale_start BETWEEN 0 AND 10", name="scale_start"),
        CheckConstraint("scale_end BETWEEN 0 AND 10", name="scale_end"),
    )
    __audited__: ClassVar[bool] = True

    trajectory_id: Mapped[UUID] = mapped_column(
        ForeignKey("support_trajectory.id"), init=False, index=True
    )
    trajectory: Mapped[Trajectory] = relationship(back_populates="aims")
    text: Mapped[bytes] = sealed()
    scale_start: Mapped[int | None] = mapped_column(default=None)
    scale_end: Mapped[int | None] = mapped_column(default=None)


class TrajectoryNote(Written, Confidential, Owned, Base):
    """A talk within a trajectory: what was said and agreed."""

    __tablename__ = "support_note"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "support_trajectory")
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes"),
        UniqueConstraint("author_id", "once"),
    )
    __audited__: ClassVar[bool] = True

    trajectory_id: Mapped[UUID] = mapped_column(
        ForeignKey("support_trajectory.id"), init=False, index=True
    )
    trajectory: Mapped[Trajectory] = relationship(back_populates="notes")
    held_on: Mapped[date]
    channel: Mapped[Channel]
    minutes: Mapped[int]
    text: Mapped[bytes] = sealed()
    agreed: Mapped[bytes | None] = sealed(optional=True)
