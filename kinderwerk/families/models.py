"""Families, the adults in them, their children, and where those live."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates
from typing_extensions import override

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import clock
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.families.custody.rules import CustodyKind
from kinderwerk.families.limiting import Limit
from kinderwerk.families.rules import (
    LONGEST_KEY,
    OF_AGE,
    Answer,
    Capacity,
    ConsentMethod,
    ConsentPurpose,
    ParentsSee,
    Relation,
    age_on,
    name_key,
)
from kinderwerk.messages.rules import Channel
from kinderwerk.storage.base import Base, Confidential, Owned, Serial, Versioned, sealed


class Family(Confidential, Owned, Base):
    """A household as one organisation knows it; nothing is matched across organisations."""

    __tablename__ = "family"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.CHILD)
    __audited__: ClassVar[bool] = True

    carers: Mapped[list["Carer"]] = relationship(default_factory=list, back_populates="family")
    children: Mapped[list["Child"]] = relationship(
        default_factory=list, back_populates="family", order_by="Child.born_on"
    )

    @property
    def facts(self) -> Facts:
        adults = frozenset(carer.user_id for carer in self.carers if carer.user_id)
        portal = frozenset(
            care.carer.user_id
            for child in self.children
            for care in child.cares
            if care.opens_portal and care.carer.user_id
        )
        alone = adults if not self.children else frozenset()
        return Facts(
            organisation_id=self.organisation_id, carers=portal | alone, family=self.circle
        )

    @property
    def circle(self) -> frozenset[UUID]:
        """Who signs in as an adult of this family, or of a household that shares a child with it.

        In SQL that is `families.circle.own`.
        """
        shared = {*self.children, *(care.child for carer in self.carers for care in carer.cares)}
        adults = {
            *self.carers,
            *(care.carer for child in shared for care in child.cares),
            *(carer for child in shared for carer in child.family.carers),
        }
        return frozenset(carer.user_id for carer in adults if carer.user_id)

    @property
    def home(self) -> UUID | None:
        """The neighbourhood in which the family counts: that of its eldest whose home is known."""
        known = (child.neighbourhood_id for child in self.children)
        return next((home for home in known if home), None)

    @property
    def called(self) -> str:
        """What staff call the family: its adults, and its children by their first names."""
        return self._called(self.children)

    @property
    def listed(self) -> str:
        """What an overview calls the family: it names no child of whom what is kept is not used."""
        return self._called([child for child in self.children if not child.kept_only])

    def _called(self, children: Sequence["Child"]) -> str:
        adults = ", ".join(carer.name for carer in self.carers)
        names = ", ".join(child.first_name for child in children)
        return f"{adults} ({names})" if names else adults


class Carer(Confidential, Owned, Versioned, Base):
    """An adult of a family; `user_id` is who they sign in as, if they ever did.

    `reminders`: they want to hear the day before that a child is expected somewhere. `only_needed`:
    they want to hear nothing but what they cannot do without. `confirmed_phone` is the number at
    which somebody found them to answer, as machines write it. `epoch` grows when what was sent to
    them before is to open nothing any more.
    """

    __tablename__ = "carer"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "family")
    __table_args__ = (UniqueConstraint("family_id", "user_id"),)
    __audited__: ClassVar[bool] = True

    family_id: Mapped[UUID] = mapped_column(ForeignKey("family.id"), init=False, index=True)
    family: Mapped[Family] = relationship(back_populates="carers")
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id"), index=True, default=None
    )
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(32), default="")
    confirmed_phone: Mapped[str | None] = mapped_column(String(32), index=True, default=None)
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    language: Mapped[str] = mapped_column(String(8), default="nl")
    reminders: Mapped[bool] = mapped_column(default=True, server_default=true())
    channel: Mapped[Channel] = mapped_column(
        default=Channel.MAIL, server_default=text(f"'{Channel.MAIL.value}'")
    )
    only_needed: Mapped[bool] = mapped_column(default=False, server_default=false())
    epoch: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    cares: Mapped[list["Care"]] = relationship(
        default_factory=list, init=False, back_populates="carer"
    )

    @property
    def key(self) -> str:
        """What links in mails to them, and their other secrets, are made from."""
        return f"{self.id} {self.epoch}"


class Child(Confidential, Owned, Versioned, Base):
    """A child as one organisation knows it; `name_key` is its name as people search for it."""

    __tablename__ = "child"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.CHILD)
    __table_args__ = (Index("ix_child_alike", "organisation_id", "born_on", "name_key"),)
    __audited__: ClassVar[bool] = True

    family_id: Mapped[UUID] = mapped_column(ForeignKey("family.id"), init=False, index=True)
    family: Mapped[Family] = relationship(back_populates="children")
    first_name: Mapped[str] = mapped_column(String(80))
    surname: Mapped[str] = mapped_column(String(80), default="")
    name_key: Mapped[str] = mapped_column(String(LONGEST_KEY), init=False, default="")
    born_on: Mapped[date]
    #: Nobody knew the day, and it was worked out from an age.
    born_about: Mapped[bool] = mapped_column(default=False, server_default=false())
    emergency_name: Mapped[str] = mapped_column(String(120))
    emergency_phone: Mapped[str] = mapped_column(String(32))
    goes_home_alone: Mapped[bool] = mapped_column(default=False)
    picked_up_by: Mapped[str] = mapped_column(String(200), default="")
    cares: Mapped[list["Care"]] = relationship(
        default_factory=list, back_populates="child", lazy="selectin"
    )
    residences: Mapped[list["Residence"]] = relationship(
        default_factory=list, order_by="Residence.since", lazy="selectin"
    )
    limit: Mapped["ChildLimit | None"] = relationship(init=False, viewonly=True)

    @validates("first_name", "surname")
    def _keep_key(self, part: str, name: str) -> str:
        names = {"first_name": "", "surname": ""} | {
            known: getattr(self, known) or ""
            for known in ("first_name", "surname")
            if known != part
        }
        self.name_key = name_key(**names | {part: name})
        return name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.surname}".strip()

    @property
    def neighbourhood_id(self) -> UUID | None:
        """Where the child lives as far as is known today; None when that is not known."""
        return self.neighbourhood_on(clock.today())

    def neighbourhood_on(self, day: date) -> UUID | None:
        """Where the child lived on that day; a move that is still to come does not count yet."""
        until = [one for one in self.residences if one.since <= day]
        return until[-1].neighbourhood_id if until else None

    @property
    def of_age(self) -> bool:
        return age_on(self.born_on, clock.today()) >= OF_AGE

    @property
    def kept_only(self) -> bool:
        """Tell whether somebody asked that what is kept of the child is not used for now."""
        return self.limit is not None and self.limit.how is Limit.KEPT_ONLY

    @property
    def own(self) -> "Care | None":
        """How the young person signs in, or will once it is of age."""
        return next((care for care in self.cares if care.relation is Relation.SELF), None)

    @property
    def parents_see(self) -> ParentsSee:
        """From sixteen on what the young person says, and until it is said nothing."""
        if not self.of_age:
            return ParentsSee.ALL
        return (self.own and self.own.parents_see) or ParentsSee.NOTHING

    @property
    def facts(self) -> Facts:
        adults = [(care.carer.user_id, care) for care in self.cares if care.carer.user_id]
        return Facts(
            organisation_id=self.organisation_id,
            neighbourhood_id=self.neighbourhood_id,
            owner_id=self.own.carer.user_id if self.own and self.own.opens_portal else None,
            carers=frozenset(user for user, care in adults if care.opens_portal),
            followers=frozenset(user for user, care in adults if care.follows),
            family=frozenset(user for user, _care in adults),
        )


class Care(Confidential, Owned, Versioned, Base):
    """What one adult is to one child. What it opens is asked now, never remembered.

    `held_at`: whoever may not hear of the child reads along at this address or sign-in, so nothing
    goes there until staff confirm a safe one. `parents_see` is said by the young person.
    """

    __tablename__ = "care"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __table_args__ = (UniqueConstraint("child_id", "carer_id"),)
    __audited__: ClassVar[bool] = True

    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), init=False, index=True)
    child: Mapped[Child] = relationship(back_populates="cares")
    carer_id: Mapped[UUID] = mapped_column(ForeignKey("carer.id"), init=False, index=True)
    carer: Mapped[Carer] = relationship(lazy="joined", back_populates="cares")
    relation: Mapped[Relation] = mapped_column(default=Relation.PARENT)
    has_custody: Mapped[bool | None] = mapped_column(default=None)
    custody_kind: Mapped[CustodyKind] = mapped_column(
        default=CustodyKind.UNKNOWN, server_default=CustodyKind.UNKNOWN.value
    )
    may_pick_up: Mapped[bool] = mapped_column(default=True, server_default=true())
    portal_access: Mapped[bool] = mapped_column(default=True)
    contact_allowed: Mapped[bool] = mapped_column(default=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    held_at: Mapped[datetime | None] = mapped_column(default=None)
    invited_until: Mapped[datetime | None] = mapped_column(default=None)
    parents_see: Mapped[ParentsSee | None] = mapped_column(default=None)
    court_note: Mapped[bytes | None] = sealed(optional=True)

    @property
    def facts(self) -> Facts:
        return self.child.facts

    @property
    def shut(self) -> bool:
        """Tell whether this person is to learn nothing of the child."""
        return not self.contact_allowed or self.ended_at is not None

    @property
    def stands(self) -> bool:
        return self.portal_access and not self.shut

    @property
    def waits(self) -> bool:
        """Tell whether they may hear of the child as soon as there is a safe address."""
        return self.stands and self.held_at is not None

    @property
    def decides(self) -> bool:
        """Tell whether this adult answers for the child; who is not known to decide otherwise."""
        return self.has_custody is not False and self.ended_at is None

    @property
    def opens_portal(self) -> bool:
        return self._lets(ParentsSee.ALL)

    @property
    def follows(self) -> bool:
        """Tell whether they see what the child is signed up for, if nothing else."""
        return self._lets(ParentsSee.ALL, ParentsSee.SIGNUPS)

    def _lets(self, *enough: ParentsSee) -> bool:
        if not self.stands or self.held_at is not None:
            return False
        if self.relation is Relation.SELF:
            return self.child.of_age
        return self.child.parents_see in enough


class CalendarKey(Confidential, Owned, Base):
    """Opens the calendar of one carer. What stands in its address is computed from this row."""

    __tablename__ = "calendar_key"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "carer")
    __audited__: ClassVar[bool] = True

    carer_id: Mapped[UUID] = mapped_column(ForeignKey("carer.id"), init=False, unique=True)
    carer: Mapped[Carer] = relationship(lazy="joined")
    first_names: Mapped[bool] = mapped_column(default=False, server_default=false())


class ChildLimit(Confidential, Owned, Base):
    """That what is kept of a child is not used for now, or not counted, because somebody asked."""

    __tablename__ = "child_limit"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __audited__: ClassVar[bool] = True

    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"), unique=True)
    how: Mapped[Limit]

    @property
    @override
    def audited_as(self) -> UUID:
        return self.child_id


class Residence(Base):
    """Where a child lives since a day; no neighbourhood means that it is not known."""

    __tablename__ = "residence"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __table_args__ = (CheckConstraint("since >= '1990-01-01'", name="plausible"),)

    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), primary_key=True, init=False)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(ForeignKey("neighbourhood.id"))


class Consent(Base):
    """What somebody agreed to, refused or withdrew for a child: how, when, who wrote it down.

    `version` and `language` tell which words they had before them, `age` how old the child was.
    No carer means that the youth answered without one.
    """

    __tablename__ = "consent"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.CONSENT)
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(Serial, primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    child_id: Mapped[UUID] = mapped_column(index=True)  # stays when the child is forgotten
    carer_id: Mapped[UUID | None]
    purpose: Mapped[ConsentPurpose]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    language: Mapped[str | None] = mapped_column(String(8), default=None)
    capacity: Mapped[Capacity] = mapped_column(
        default=Capacity.PARENT, server_default=Capacity.PARENT.value
    )
    age: Mapped[int | None] = mapped_column(default=None)
    answer: Mapped[Answer]
    method: Mapped[ConsentMethod]
    noted_by_id: Mapped[UUID | None]


class CareRequest(Confidential, Owned, Base):
    """A carer asks that somebody else may care for the child too; a worker decides."""

    __tablename__ = "care_request"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __audited__: ClassVar[bool] = True

    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), init=False, index=True)
    child: Mapped[Child] = relationship()
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("carer.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(32))
    email: Mapped[str | None] = mapped_column(String(254))
    relation: Mapped[Relation]
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    granted: Mapped[bool] = mapped_column(default=False)

    @property
    def facts(self) -> Facts:
        return self.child.facts
