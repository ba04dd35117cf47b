"""Papers that somebody asked for, until they were fetched."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.papers.rules import Order, State, Why
from kinderwerk.storage.base import Base, Confidential, Owned, sealed


class Paper(Confidential, Owned, Base):
    """A paper in the making, or made: sealed for whoever asked, plain where it is for everybody.

    `mark` is the same for whoever asks for the same again. Staff asked in a membership, a parent
    in none; of what is for everybody nobody knows who asked.
    """

    __tablename__ = "paper"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.FAMILY, "papers.tidy")
    __table_args__ = (
        CheckConstraint("held IS NULL OR content IS NULL", name="kept_once"),
        CheckConstraint("asked_by_id IS NULL OR content IS NULL", name="plain_for_all"),
        CheckConstraint("asked_by_id IS NOT NULL OR membership_id IS NULL", name="asked_by_one"),
    )

    mark: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(String(8))
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    asked_at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[State] = mapped_column(default=State.WAITING)
    why: Mapped[Why | None] = mapped_column(default=None)
    content: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, deferred=True, sort_order=91
    )
    held: Mapped[bytes | None] = sealed(optional=True)

    @property
    def order(self) -> Order:
        return Order(
            kind=self.kind, subject_id=self.subject_id, language=self.language,
            choices=self.choices,
        )  # fmt: skip

    @property
    def facts(self) -> Facts:
        as_staff = self.membership_id is not None
        asker = frozenset({self.asked_by_id} if self.asked_by_id and not as_staff else ())
        return Facts(
            organisation_id=self.organisation_id, published=self.asked_by_id is None,
            author_id=self.asked_by_id if as_staff else None, carers=asker,
        )  # fmt: skip
