"""Incidents, whom they are about, and data breaches. The words are sealed."""

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import clock, ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.families.models import Child
from kinderwerk.places.models import Venue
from kinderwerk.safety.rules import (
    CLOCK,
    Cause,
    Decision,
    Help,
    IncidentKind,
    PeopleTold,
    Risk,
    Severity,
    Status,
)
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed

SEALED: Final = ("what", "injury", "first_aid", "parents_by", "witness", "measure")


class Incident(Confidential, Owned, Versioned, Base):
    """Something that went wrong, or nearly. What is about somebody who works here goes
    `past_line`: to the confidential adviser, and to nobody else."""

    __tablename__ = "incident"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.INCIDENT_MINOR)
    __table_args__ = (UniqueConstraint("author_id", "once"),)
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)
    kind: Mapped[IncidentKind]
    severity: Mapped[Severity]
    past_line: Mapped[bool] = mapped_column(default=False, index=True)
    status: Mapped[Status] = mapped_column(default=Status.OPEN)
    happened_at: Mapped[datetime]
    occurrence_id: Mapped[UUID | None] = mapped_column(ForeignKey("occurrence.id"), default=None)
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"), init=False, index=True)
    venue: Mapped[Venue | None] = relationship(default=None)
    cause: Mapped[Cause | None] = mapped_column(default=None)
    help: Mapped[Help] = mapped_column(default=Help.NONE)
    parents_at: Mapped[datetime | None] = mapped_column(default=None)
    insurer_on: Mapped[date | None] = mapped_column(default=None)
    check_on: Mapped[date | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    what: Mapped[bytes] = sealed()
    injury: Mapped[bytes | None] = sealed(optional=True)
    first_aid: Mapped[bytes | None] = sealed(optional=True)
    parents_by: Mapped[bytes | None] = sealed(optional=True)
    witness: Mapped[bytes | None] = sealed(optional=True)
    measure: Mapped[bytes | None] = sealed(optional=True)
    children: Mapped[list["IncidentChild"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )
    staff: Mapped[list["IncidentStaff"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def facts(self) -> Facts:
        circles = [one.child.family.circle for one in self.children]
        accused = frozenset(one.user_id for one in self.staff) if self.past_line else frozenset()
        return Facts(
            organisation_id=self.organisation_id,
            author_id=self.author_id,
            owner_id=self.owner_id,
            family=accused.union(*circles),
            past_line=self.past_line,
        )


class IncidentChild(Base):
    __tablename__ = "incident_child"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "incident")

    incident_id: Mapped[UUID] = mapped_column(
        ForeignKey("incident.id"), primary_key=True, init=False
    )
    child_id: Mapped[UUID] = mapped_column(
        ForeignKey("child.id"), primary_key=True, init=False, index=True
    )
    child: Mapped[Child] = relationship()
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)


class IncidentStaff(Base):
    """Who works here and was involved."""

    __tablename__ = "incident_staff"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "incident")

    incident_id: Mapped[UUID] = mapped_column(
        ForeignKey("incident.id"), primary_key=True, init=False
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)


class DataBreach(Confidential, Owned, Versioned, Base):
    """The clock of a data breach, and what the privacy officer did until it ran out."""

    __tablename__ = "data_breach"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "incident")
    __table_args__ = (UniqueConstraint("incident_id"),)
    __audited__: ClassVar[bool] = True

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"), init=False)
    incident: Mapped[Incident] = relationship()
    known_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    contained_at: Mapped[datetime | None] = mapped_column(default=None)
    risk: Mapped[Risk] = mapped_column(default=Risk.UNKNOWN)
    people: Mapped[PeopleTold] = mapped_column(default=PeopleTold.NOT_YET)
    decision: Mapped[Decision] = mapped_column(default=Decision.OPEN)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    contained: Mapped[bytes | None] = sealed(optional=True)
    why: Mapped[bytes | None] = sealed(optional=True)

    @property
    def deadline(self) -> datetime:
        return self.known_at + CLOCK

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)
