"""What of a week of deeds somebody should look at, and looking in an emergency."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts, Role
from kinderwerk.accounts.models import User
from kinderwerk.core import clock
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.families.models import Child, Family
from kinderwerk.storage.base import Base, Confidential, Owned, sealed
from kinderwerk.trail.rules import Need, Outcome, Rule


class TrailFinding(Confidential, Owned, Base):
    """That somebody's week met a rule; looked at by somebody else, with an outcome."""

    __tablename__ = "trail_finding"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.STAFF, "trail.review")
    __table_args__ = (
        UniqueConstraint("organisation_id", "week", "rule", "person_id"),
        CheckConstraint("(seen_at IS NULL) = (outcome IS NULL)", name="seen_with_an_outcome"),
    )
    __audited__: ClassVar[bool] = True

    week: Mapped[date]
    rule: Mapped[Rule]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    person: Mapped[User] = relationship(init=False, viewonly=True, foreign_keys=person_id)
    times: Mapped[int]
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    outcome: Mapped[Outcome | None] = mapped_column(default=None)

    @property
    def of_officer(self) -> bool:
        """Tell whether it is about somebody who is a protection officer here."""
        return any(
            held.role is Role.PROTECTION_OFFICER and held.organisation_id == self.organisation_id
            for held in self.person.current_memberships
        )

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id, owner_id=self.person_id,
            past_line=self.of_officer,
        )  # fmt: skip


class BreakGlass(Confidential, Owned, Base):
    """Somebody needs, now, what is known about a child and its family, and said why."""

    __tablename__ = "break_glass"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __audited__: ClassVar[bool] = True

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    child_id: Mapped[UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), init=False, index=True
    )
    child: Mapped[Child] = relationship()
    family_id: Mapped[UUID] = mapped_column(
        ForeignKey("family.id", ondelete="CASCADE"), init=False, index=True
    )
    family: Mapped[Family] = relationship()
    need: Mapped[Need]
    reason: Mapped[bytes] = sealed()
    until: Mapped[datetime]

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id, author_id=self.user_id,
            family=self.family.circle, lasting=self.until > clock.now(),
        )  # fmt: skip
