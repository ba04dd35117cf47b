"""Referrals, their consent, and every step since; the words are sealed."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.shares import Share, facts_of
from kinderwerk.core import clock, ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.families.models import Child, Family
from kinderwerk.families.rules import age_on
from kinderwerk.partners.models import Partner
from kinderwerk.places.models import Neighbourhood
from kinderwerk.referrals.rules import (
    Consent,
    ConsentMethod,
    Helped,
    Kind,
    Outcome,
    Part,
    Shown,
    Status,
)
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed


class Referral(Confidential, Owned, Versioned, Base):
    """A family, or one child of it, handed to a partner; the owner carries it until taken over.

    Sent twice, a form has the same `once`. `agreed` are carers, by their ids. `sent_at` is when it
    went for the first time and counts, `asked_at` since when an answer is awaited. `sheet` is what
    the partner was sent about the family besides the note, word for word.
    """

    __tablename__ = "referral"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.REFERRAL)
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        CheckConstraint(
            "status != 'taken_over' OR taken_over_by IS NOT NULL", name="taken_over_by_name"
        ),
        CheckConstraint(
            "status != 'waiting_list' OR watched_by IS NOT NULL", name="watched_while_waiting"
        ),
        CheckConstraint("shown != 'not' OR shown_reason IS NOT NULL", name="reason_unseen"),
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
    agreed: Mapped[list[str]] = mapped_column(
        JSON, default_factory=list, server_default=text("'[]'")
    )
    parts: Mapped[list[str]] = mapped_column(
        JSON, default_factory=list, server_default=text("'[]'")
    )
    shown: Mapped[Shown | None] = mapped_column(default=None)
    shown_on: Mapped[date | None] = mapped_column(default=None)
    shown_reason: Mapped[bytes | None] = sealed(optional=True)
    sheet: Mapped[bytes | None] = sealed(optional=True)
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    reminded: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    watched_by: Mapped[str | None] = mapped_column(String(120), default=None)
    helped: Mapped[Helped | None] = mapped_column(default=None)
    helped_on: Mapped[date | None] = mapped_column(default=None)
    helped_words: Mapped[bytes | None] = sealed(optional=True)
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
    def asked_on(self) -> date | None:
        return clock.to_wall(self.asked_at).date() if self.asked_at else None

    @property
    def goes_along(self) -> tuple[Part, ...]:
        return tuple(part for part in Part if part.value in self.parts)

    def consented(self, reason: str | None = None) -> Consent:
        """Return who agreed, as it was noted; the reason is sealed and comes from who opened it."""
        return Consent(
            method=self.consent, parents=self.parents_agreed, young=self.young_agreed,
            agreed=frozenset(map(UUID, self.agreed)), by=self.consent_by, on=self.consent_on,
            reason=reason, parents_told=self.parents_told,
        )  # fmt: skip

    @property
    def age(self) -> int | None:
        """Return how old the child is now; a whole family has no age."""
        return age_on(self.child.born_on, clock.today()) if self.child else None

    @property
    def facts(self) -> Facts:
        return facts_of(self)


class ReferralShare(Share):
    __tablename__ = "referral_share"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "referral")
    __table_args__ = (UniqueConstraint("referral_id", "user_id"),)

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), init=False)


class ReferralStep(Confidential, Owned, Base):
    """What became of a referral, when, and through whom; only grows.

    What the partner said itself has nobody of ours, and the mark of the form it sent.
    """

    __tablename__ = "referral_step"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "referral")
    __table_args__ = (
        Index("uq_referral_step_referral_id_once", "referral_id", "once", unique=True),
    )
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), init=False, index=True)
    referral: Mapped[Referral] = relationship(back_populates="steps")
    status: Mapped[Status]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[bytes | None] = sealed(optional=True)
    by_partner: Mapped[bool] = mapped_column(default=False, server_default=false())
    once: Mapped[UUID | None] = mapped_column(default=None)


class ReferralLink(Confidential, Owned, Base):
    """Lets one partner answer without an account. What its address proves is computed, never kept.

    Renewed, it gets another end, and the address of before proves nothing any more. The code that
    opens the note was read out to `code_to`; only what stands for it is kept.
    """

    __tablename__ = "referral_link"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "referral")
    __audited__: ClassVar[bool] = True

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    read_at: Mapped[datetime | None] = mapped_column(default=None)
    code_hash: Mapped[str | None] = mapped_column(String(64), default=None)
    code_to: Mapped[str] = mapped_column(String(120), default="", server_default="")
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    @property
    def reference(self) -> str:
        """What both sides can call it by on the telephone."""
        return self.id.hex[:8].upper()
