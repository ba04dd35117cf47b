"""Organisations and municipalities, people and what they may sign in with."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access import vocabulary
from kinderwerk.access.vocabulary import Actor, Facts, Role
from kinderwerk.accounts.rules import LENT, STANDING_IN, Country, LinkPurpose, is_over
from kinderwerk.core import clock
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Identified, Owned, sealed


class Municipality(Identified, Base):
    __tablename__ = "municipality"
    __retention__: ClassVar[Retention] = Retention.kept("the municipality itself")
    __audited__: ClassVar[bool] = True

    name: Mapped[str] = mapped_column(String(120), unique=True)
    code: Mapped[str | None] = mapped_column(String(16), unique=True, default=None)
    country: Mapped[Country] = mapped_column(default=Country.NETHERLANDS)

    @property
    def facts(self) -> Facts:
        return Facts(municipality_id=self.id)


class Organisation(Identified, Base):
    __tablename__ = "organisation"
    __retention__: ClassVar[Retention] = Retention.kept("the organisation itself")
    __audited__: ClassVar[bool] = True

    name: Mapped[str] = mapped_column(String(120), unique=True)
    municipality_id: Mapped[UUID] = mapped_column(
        ForeignKey("municipality.id"), init=False, index=True
    )
    municipality: Mapped[Municipality] = relationship()
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    phone: Mapped[str | None] = mapped_column(String(32), default=None)
    season_month: Mapped[int] = mapped_column(default=8, server_default="8")
    season_day: Mapped[int] = mapped_column(default=31, server_default="31")
    framed_by: Mapped[list[str]] = mapped_column(JSON, default_factory=list, server_default="[]")
    offer_hours: Mapped[int] = mapped_column(default=48, server_default="48")
    count_gender: Mapped[bool] = mapped_column(default=False, server_default=false())
    holiday_region: Mapped[str] = mapped_column(String(16), default="all", server_default="all")
    screening: Mapped[str] = mapped_column(
        String(16), default="nl_vog", server_default="nl_vog", sort_order=91
    )
    give_back_hours: Mapped[int] = mapped_column(default=24, server_default="24", sort_order=91)
    training_kinds: Mapped[list[str]] = mapped_column(
        JSON, default_factory=list, server_default="[]", sort_order=91
    )
    second_person: Mapped[bool] = mapped_column(
        default=False, server_default=false(), sort_order=91
    )
    help_system: Mapped[str] = mapped_column(
        String(16), default="youth_help", server_default="youth_help", sort_order=91
    )
    school_year_month: Mapped[int] = mapped_column(default=8, server_default="8", sort_order=91)
    walking_metres: Mapped[int] = mapped_column(default=800, server_default="800", sort_order=91)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.id, municipality_id=self.municipality_id)


class Membership(Identified, Base):
    """A role in one organisation or for one municipality; ended, never deleted.

    `checked` is what the record of this person says there, under `team`; `claimed` that their
    identity provider gives it, and can take it away.
    """

    __tablename__ = "membership"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "user_account")
    __audited__: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint(
            "(role = 'municipality') = (organisation_id IS NULL)", name="scope_fits_role"
        ),
        CheckConstraint("role NOT IN ('visitor', 'guardian', 'system')", name="held"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), init=False, index=True)
    user: Mapped["User"] = relationship(back_populates="memberships", init=False)
    role: Mapped[Role]
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id"), init=False, index=True
    )
    organisation: Mapped[Organisation | None] = relationship(default=None)
    municipality_id: Mapped[UUID] = mapped_column(
        ForeignKey("municipality.id"), init=False, index=True
    )
    municipality: Mapped[Municipality] = relationship()
    neighbourhood_id: Mapped[UUID | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    checked: Mapped[bool] = mapped_column(default=False, server_default=false(), sort_order=91)
    claimed: Mapped[bool] = mapped_column(default=False, server_default=false(), sort_order=91)

    def end(self) -> None:
        """Let somebody decide that it is over: no identity provider gives it back."""
        self.ended_at, self.claimed = clock.now(), False

    @property
    def held(self) -> vocabulary.Membership:
        return vocabulary.Membership(
            self.role, self.organisation_id, self.neighbourhood_id, self.municipality_id, self.id,
            self.checked,
        )  # fmt: skip

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, municipality_id=self.municipality_id)


class User(Identified, Base):
    """Someone who can sign in. `epoch` grows with each change of what they sign in with."""

    __tablename__ = "user_account"
    __retention__: ClassVar[Retention] = Retention.by(Whose.ANYBODY, Line.STAFF)
    __audited__: ClassVar[bool] = True

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8), default="nl")
    password_hash: Mapped[str | None] = mapped_column(String(255), default=None)
    epoch: Mapped[int] = mapped_column(default=1)
    factor_secret: Mapped[bytes | None] = sealed(optional=True)
    factor_confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    factor_last_step: Mapped[int] = mapped_column(default=0)
    last_signed_in_at: Mapped[datetime | None] = mapped_column(default=None)
    idle_warned_at: Mapped[datetime | None] = mapped_column(default=None, sort_order=91)
    locked_at: Mapped[datetime | None] = mapped_column(default=None, sort_order=91)
    unlocked_at: Mapped[datetime | None] = mapped_column(default=None, sort_order=91)
    memberships: Mapped[list[Membership]] = relationship(
        default_factory=list, back_populates="user", order_by=(Membership.created_at, Membership.id)
    )

    stands_in: Mapped[list["Away"]] = relationship(
        init=False, viewonly=True, foreign_keys="Away.deputy_id"
    )

    @property
    def current_memberships(self) -> list[Membership]:
        return [held for held in self.memberships if held.ended_at is None]

    @property
    def open_memberships(self) -> list[Membership]:
        """Return in what they can act today: what they are, and what is lent to them."""
        if self.locked_at:
            return []
        current = self.current_memberships
        able = {one.organisation_id for one in current if one.checked and one.role in STANDING_IN}
        lent = [
            held
            for away in self.stands_in
            if away.runs and away.organisation_id in able
            for held in away.user.current_memberships
            if held.role in LENT and held.organisation_id == away.organisation_id
        ]
        return current + lent

    def actor(self, membership_id: UUID | None = None) -> Actor:
        """Return who acts, in the membership named, else in their first; a parent has none."""
        named = next((held for held in self.open_memberships if held.id == membership_id), None)
        first = None if self.locked_at else next(iter(self.current_memberships), None)
        acting = named or first
        return self.acting_in(acting.held if acting else None)

    def acting_in(self, held: vocabulary.Membership | None) -> Actor:
        here = held.organisation_id if held else None
        absent = [one for one in self.stands_in if one.runs and one.organisation_id == here]
        return Actor(self.id, held, frozenset(one.user_id for one in absent))


class Away(Identified, Owned, Base):
    """Days on which somebody is away, the first and the last included, and who stands in."""

    __tablename__ = "away"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.STAFF, "absences.tidy")
    __audited__: ClassVar[bool] = True
    __table_args__ = (CheckConstraint("last_day >= first_day", name="in_order"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    user: Mapped[User] = relationship(init=False, viewonly=True, foreign_keys=user_id)
    deputy_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id"), index=True, default=None
    )
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]

    @property
    def runs(self) -> bool:
        return self.first_day <= clock.today() <= self.last_day

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, owner_id=self.user_id)


class SignIn(Confidential, Base):
    """Being signed in on one device: the cookie holds a token, and this row decides the rest."""

    __tablename__ = "sign_in"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.ANYBODY, "accounts.tidy")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    user: Mapped[User] = relationship(init=False, viewonly=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(60), default="")
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"), default=None)
    last_seen_at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
    factor_at: Mapped[datetime | None] = mapped_column(default=None)
    proved_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def held(self) -> Membership | None:
        """In what they act: the membership chosen, or another when it was ended; None: a parent."""
        if self.membership_id is None or self.user.locked_at:
            return None
        able = self.user.open_memberships
        chosen = next((held for held in able if held.id == self.membership_id), None)
        return chosen or next(iter(self.user.current_memberships), None)

    @property
    def is_open(self) -> bool:
        role = self.held.role if self.held else None
        over = is_over(role, self.last_seen_at, self.until, clock.now())
        return self.ended_at is None and not over


class Passkey(Confidential, Base):
    """What a device keeps to sign in with; here is only what checks it, which opens nothing."""

    __tablename__ = "passkey"
    __audited__: ClassVar[bool] = True
    __retention__: ClassVar[Retention] = Retention.with_(Whose.ANYBODY, "user_account")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)


class OutsideAccount(Confidential, Base):
    """By what an identity provider knows somebody; shut when their account was closed here."""

    __tablename__ = "outside_account"
    __audited__: ClassVar[bool] = True
    __retention__: ClassVar[Retention] = Retention.with_(Whose.ANYBODY, "user_account")
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    shut_at: Mapped[datetime | None] = mapped_column(default=None)


class OutsideAnswer(Base):
    """An answer of an identity provider that was taken, so that nobody gives it again."""

    __tablename__ = "outside_answer"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.NOBODY, "accounts.tidy")

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]


class Challenge(Base):
    """A question to a passkey that may be answered once, soon."""

    __tablename__ = "passkey_challenge"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.NOBODY, "accounts.tidy")

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]


class RecoveryCode(Confidential, Base):
    __tablename__ = "recovery_code"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.ANYBODY, "user_account")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class Link(Confidential, Base):
    """A one-time link. The token in it is computed from this row when the mail goes out."""

    __tablename__ = "link"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.ANYBODY, "accounts.tidy")

    purpose: Mapped[LinkPurpose]
    email: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    onward: Mapped[str | None] = mapped_column(String(500), default=None)


class Invitation(Identified, Base):
    __tablename__ = "invitation"
    __retention__: ClassVar[Retention] = Retention.by(Whose.STAFF, Line.INVITATION)
    __audited__: ClassVar[bool] = True

    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"))
    neighbourhood_id: Mapped[UUID | None] = mapped_column(default=None)
    invited_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, municipality_id=self.municipality_id)


class FactorReset(Identified, Base):
    """A wish to reset somebody's second factor; for roles that read signals a second person."""

    __tablename__ = "factor_reset"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "user_account")
    __audited__: ClassVar[bool] = True

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    user: Mapped[User] = relationship(init=False, viewonly=True, foreign_keys=user_id)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[User] = relationship(init=False, viewonly=True, foreign_keys=asked_by_id)
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id, author_id=self.asked_by_id, owner_id=self.user_id
        )


class DayKey(Base):
    """What makes an address unrecognisable today; tomorrow it is destroyed, and nobody can tell."""

    __tablename__ = "day_key"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.NOBODY, "accounts.forget_day")

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class Attempt(Base):
    """How often something was tried in a stretch of time, by a hashed key; over all processes."""

    __tablename__ = "attempt"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.NOBODY, "accounts.tidy")

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
