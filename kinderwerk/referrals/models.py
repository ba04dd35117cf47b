"""Referrals, their consent, and every step since; the words are sealed."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.shares import Share, readers
from kinderwerk.core import clock, ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.families.models import Child, Family
from kinderwerk.families.rules import age_on
from kinderwerk.partners.models import Partner
from kinderwerk.places.models import Neighbourhood
from kinderwerk.referrals.rules import ConsentMethod, Kind, Outcome, Status
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed


class Referral(Confidential, Owned, Versioned, Base):
    """A family, or one child of it, handed to a partner; the owner carries it until taken over.

    Sent twice, a form has the same `once`.
    """

    __tablename__ = "referral"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.REFERRAL)
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        CheckConstraint(
            "status != 'taken_over' OR taken_over_by IS NOT NULL", name="taken_over_by_name"
        ),
        CheckConstraint("status != 'closed' OR outcome IS NOT NULL", name="closed_with_outcome"),
        CheckConstraint(
            "consent != 'without' OR consent_reason IS NOT NULL", name="reason_without_consent"
        ),
    )
    __audited__: ClassVar[bool] = True

    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    family_id: Mapped[UUID] = mapped_column(ForeignKey("family.id"), init=False, index=True)
    family: Mapped[Family] = relationship()
    child_id: Mapped[UUID | None] = mapped_column(ForeignKey("child.id"), init=False, index=True)
    child: Mapped[Child | None] = relationship(default=None)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False
    )
    neighbourhood: Mapped[Neighbourhood | None] = relationship(default=None)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id"), init=False, index=True)
    partner: Mapped[Partner] = relationship()
    signal_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("signal.id"), index=True, default=None
    )
    trajectory_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("support_trajectory.id"), index=True, default=None
    )
    kind: Mapped[Kind]
    status: Mapped[Status] = mapped_column(default=Status.PREPARED, index=True)
    note: Mapped[bytes] = sealed()
    consent: Mapped[ConsentMethod] = mapped_column(default=ConsentMethod.PENDING)
    parents_agreed: Mapped[bool] = mapped_column(default=False)
    young_agreed: Mapped[bool] = mapped_column(default=False)
    consent_on: Mapped[date | None] = mapped_column(default=None)
    consent_by: Mapped[str] = mapped_column(String(120), default="")
    consent_reason: Mapped[bytes | None] = sealed(optional=True)
    parents_told: Mapped[bool | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    taken_over_by: Mapped[str | None] = mapped_column(String(120), default=None)
    outcome: Mapped[Outcome | None] = mapped_column(default=None)
    steps: Mapped[list["ReferralStep"]] = relationship(
        default_factory=list, back_populates="referral", order_by="ReferralStep.created_at"
    )
    shares: Mapped[list["ReferralShare"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def sent_on(self) -> date | None:
        return clock.to_wall(self.sent_at).date() if self.sent_at else None

    @property
    def age(self) -> int | None:
        """Return how old the child is now; a whole family has no age."""
        return age_on(self.child.born_on, clock.today()) if self.child else None

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id,
            neighbourhood_id=self.neighbourhood_id,
            author_id=self.author_id,
            owner_id=self.owner_id,
            readers=readers(self.shares),
            family=self.family.circle,
        )


class ReferralShare(Share):
    __tablename__ = "referral_share"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "referral")
    __table_args__ = (UniqueConstraint("referral_id", "user_id"),)

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), init=False)


class ReferralStep(Confidential, Owned, Base):
    """What became of a referral, when, and through whom; only grows."""

    __tablename__ = "referral_step"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "referral")
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), init=False, index=True)
    referral: Mapped[Referral] = relationship(back_populates="steps")
    status: Mapped[Status]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[bytes | None] = sealed(optional=True)
