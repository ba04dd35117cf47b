"""Holidays of an organisation. Days, and about nobody."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core.retention import Retention
from kinderwerk.holidays.rules import Kind, Period, Region
from kinderwerk.storage.base import Base, Identified, Owned, Versioned


class Holiday(Identified, Owned, Versioned, Base):
    """A holiday from its first day to its last; where it was found, and when somebody looked."""

    __tablename__ = "holiday"
    __retention__: ClassVar[Retention] = Retention.kept("days of the calendar")
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_begin"),
        Index("ix_holiday_days", "organisation_id", "first_on", "last_on"),
    )
    __audited__: ClassVar[bool] = True

    kind: Mapped[Kind]
    region: Mapped[Region]
    name: Mapped[str] = mapped_column(String(80))
    first_on: Mapped[date]
    last_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(160))
    checked_on: Mapped[date]

    @property
    def period(self) -> Period:
        return Period(
            kind=self.kind, region=self.region, name=self.name, first_on=self.first_on,
            last_on=self.last_on,
        )  # fmt: skip

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)
