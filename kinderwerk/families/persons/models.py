"""Whom a family names for a child."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Owned


class NearPerson(Confidential, Owned, Base):
    """Somebody whom a carer named: to be called in an emergency, in their order, or to fetch it."""

    __tablename__ = "near_person"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __table_args__ = (CheckConstraint("calls OR picks_up", name="for_something"),)
    __audited__: ClassVar[bool] = True

    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), index=True)
    carer_id: Mapped[UUID] = mapped_column(ForeignKey("carer.id"), index=True)
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(32), default="")
    relation: Mapped[str] = mapped_column(String(60), default="")
    calls: Mapped[bool] = mapped_column(default=False)
    picks_up: Mapped[bool] = mapped_column(default=False)
    picks_up_until: Mapped[date | None] = mapped_column(default=None)

    def fetches_on(self, day: date) -> bool:
        return self.picks_up and (self.picks_up_until is None or day <= self.picks_up_until)
