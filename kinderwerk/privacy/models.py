"""How long an organisation keeps what; what is held back; and who asked to be forgotten."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import override

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import clock
from kinderwerk.core.retention import Ending, Line, Retention, Span, Unit
from kinderwerk.privacy.rules import ErasureReason, HoldReason
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned
from kinderwerk.storage.erasing import Kind


class Rule(Versioned, Base):
    """One line of the table of terms, as an organisation confirmed it. Unconfirmed: no row."""

    __tablename__ = "retention_rule"
    __retention__: ClassVar[Retention] = Retention.kept("what the organisation decided")
    __table_args__ = (CheckConstraint("amount >= 0", name="not_negative"),)
    __audited__: ClassVar[bool] = True

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    line: Mapped[Line] = mapped_column(primary_key=True)
    amount: Mapped[int]
    unit: Mapped[Unit]
    ending: Mapped[Ending]
    confirmed_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    begins_on: Mapped[date]

    @property
    def span(self) -> Span:
        return Span(self.amount, self.unit)

    @property
    @override
    def audited_as(self) -> UUID:
        return self.organisation_id

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class Hold(Confidential, Owned, Base):
    """Something stays for now although its term is over, for a reason and until a day."""

    __tablename__ = "legal_hold"
    __retention__: ClassVar[Retention] = Retention.kept("why something was kept; ids only")
    __audited__: ClassVar[bool] = True

    kind: Mapped[Kind]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    reason: Mapped[HoldReason]
    until: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class Wish(Confidential, Owned, Base):
    """That a family is to be forgotten before its term is over: all of it, one child, or one carer.

    What the law has us keep for now goes as soon as that is over. Once whoever asked is forgotten
    too, nobody is named.
    """

    __tablename__ = "erasure_wish"
    __retention__: ClassVar[Retention] = Retention.kept("that it was asked and done; ids only")
    __audited__: ClassVar[bool] = True

    family_id: Mapped[UUID] = mapped_column(index=True)
    reason: Mapped[ErasureReason]
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    child_id: Mapped[UUID | None] = mapped_column(default=None)
    carer_id: Mapped[UUID | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)
