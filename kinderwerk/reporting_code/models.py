"""Cases of the reporting code; what was said, weighed and decided only grows. Words are sealed."""

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.shares import Share, facts_of
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.families.models import Child, Family
from kinderwerk.places.models import Neighbourhood
from kinderwerk.reporting_code.rules import (
    About,
    Choice,
    Ending,
    EntryKind,
    Finding,
    ProtocolName,
    Status,
    Whom,
)
from kinderwerk.reporting_code.weighing import Question, Reply, Unsafety
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed

WITH_CASE: Final = Retention.with_(Whose.FAMILY, "code_case")
OF_ENTRY: Final = ("said", "who", "answer", "agreed")
OF_CHILD: Final = ("not_informed", "view", "choice_words", "not_told")


class CodeCase(Confidential, Owned, Versioned, Base):
    """A case about a family and some of its children; it keeps the protocol it began with."""

    __tablename__ = "code_case"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.CASE_UNREPORTED)
    __table_args__ = (
        CheckConstraint("status != 'open' OR review_on IS NOT NULL", name="open_has_review"),
        CheckConstraint("(status = 'closed') = (ending IS NOT NULL)", name="closed_has_ending"),
    )
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    family_id: Mapped[UUID] = mapped_column(ForeignKey("family.id"), init=False, index=True)
    family: Mapped[Family] = relationship()
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False
    )
    neighbourhood: Mapped[Neighbourhood | None] = relationship(default=None)
    signal_id: Mapped[UUID | None] = mapped_column(ForeignKey("signal.id"), index=True)
    protocol: Mapped[ProtocolName]
    protocol_version: Mapped[int]
    status: Mapped[Status] = mapped_column(default=Status.OPEN, index=True)
    begun_on: Mapped[date]
    review_on: Mapped[date | None]
    reported_on: Mapped[date | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    ending: Mapped[Ending | None] = mapped_column(default=None)
    why_closed: Mapped[bytes | None] = sealed(optional=True)
    children: Mapped[list["CodeChild"]] = relationship(
        default_factory=list, back_populates="case", order_by="CodeChild.created_at"
    )
    shares: Mapped[list["CodeShare"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def facts(self) -> Facts:
        return facts_of(self)


class CodeShare(Share):
    """Someone who was let in, by whom, why and until when."""

    __tablename__ = "code_share"
    __retention__: ClassVar[Retention] = WITH_CASE
    __table_args__ = (UniqueConstraint("case_id", "user_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("code_case.id"), init=False)


class CodeChild(Confidential, Owned, Versioned, Base):
    """A child that the case is about, and what was done for the child itself."""

    __tablename__ = "code_child"
    __retention__: ClassVar[Retention] = WITH_CASE
    __table_args__ = (UniqueConstraint("case_id", "child_id"),)
    __audited__: ClassVar[bool] = True

    case_id: Mapped[UUID] = mapped_column(ForeignKey("code_case.id"), init=False, index=True)
    case: Mapped[CodeCase] = relationship(back_populates="children")
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), init=False, index=True)
    child: Mapped[Child] = relationship()
    informed_on: Mapped[date | None] = mapped_column(default=None)
    choice: Mapped[Choice | None] = mapped_column(default=None)
    outcome_told_on: Mapped[date | None] = mapped_column(default=None)
    not_informed: Mapped[bytes | None] = sealed(optional=True)
    view: Mapped[bytes | None] = sealed(optional=True)
    choice_words: Mapped[bytes | None] = sealed(optional=True)
    not_told: Mapped[bytes | None] = sealed(optional=True)

    @property
    def facts(self) -> Facts:
        return self.case.facts


class CodeEntry(Confidential, Owned, Base):
    """A child check, a consultation, a talk, an assessment, a report, a look at how it goes."""

    __tablename__ = "code_entry"
    __retention__: ClassVar[Retention] = WITH_CASE
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True

    case_id: Mapped[UUID] = mapped_column(ForeignKey("code_case.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[EntryKind]
    day: Mapped[date]
    held: Mapped[bool] = mapped_column(default=True)
    whom: Mapped[Whom | None] = mapped_column(default=None)
    nameless: Mapped[bool] = mapped_column(default=False)
    finding: Mapped[Finding | None] = mapped_column(default=None)
    children_count: Mapped[int | None] = mapped_column(default=None)
    care_shared: Mapped[bool | None] = mapped_column(default=None)
    parents_told: Mapped[bool | None] = mapped_column(default=None)
    review_on: Mapped[date | None] = mapped_column(default=None)
    said: Mapped[bytes] = sealed()
    who: Mapped[bytes | None] = sealed(optional=True)
    answer: Mapped[bytes | None] = sealed(optional=True)
    agreed: Mapped[bytes | None] = sealed(optional=True)


class CodeWeighing(Confidential, Owned, Base):
    """An answer to one of the five questions, in the order in which they were given."""

    __tablename__ = "code_weighing"
    __retention__: ClassVar[Retention] = WITH_CASE
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("case_id", "place"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("code_case.id"), index=True)
    place: Mapped[int]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    question: Mapped[Question]
    reply: Mapped[Reply]
    unsafety: Mapped[Unsafety | None] = mapped_column(default=None)
    term_on: Mapped[date | None] = mapped_column(default=None)
    motive: Mapped[bytes] = sealed()


class CodeDecision(Confidential, Owned, Base):
    """One of the two decisions, by whom it was taken; `second` waits for somebody who agrees."""

    __tablename__ = "code_decision"
    __retention__: ClassVar[Retention] = WITH_CASE
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("case_id", "place"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("code_case.id"), index=True)
    place: Mapped[int]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    decider_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    about: Mapped[About]
    yes: Mapped[bool]
    second: Mapped[bool] = mapped_column(default=False)
    motive: Mapped[bytes] = sealed()


class CodeSecond(Confidential, Owned, Base):
    """What a second person said to a decision."""

    __tablename__ = "code_second"
    __retention__: ClassVar[Retention] = WITH_CASE
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True

    case_id: Mapped[UUID] = mapped_column(ForeignKey("code_case.id"), index=True)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("code_decision.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    agrees: Mapped[bool]
    words: Mapped[bytes | None] = sealed(optional=True)
