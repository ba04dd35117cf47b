"""Counts and, behind the counts of different children, who was there how often."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Retention, Whose
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.storage.base import Base

#: There is never such a cell; the index over none of them answers at once.
MISCOUNTED = text("n < 0")


class Cell(Base):
    """One exact count; disclosure control comes after, never before."""

    __tablename__ = "cell"
    __retention__: ClassVar[Retention] = Retention.kept("counts without persons")
    __table_args__ = (
        Index("ix_cell_miscounted", "n", sqlite_where=MISCOUNTED, postgresql_where=MISCOUNTED),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure: Mapped[Measure] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    level: Mapped[Level] = mapped_column(primary_key=True)
    area_id: Mapped[UUID] = mapped_column(primary_key=True)
    goal_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int]


class Presence(Base):
    """How many visits make this child one of the different children of a cell."""

    __tablename__ = "presence"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    quarter: Mapped[str] = mapped_column(String(8), primary_key=True)
    goal_id: Mapped[UUID] = mapped_column(primary_key=True)
    neighbourhood_id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(primary_key=True)
    visits: Mapped[int]


class Residue(Base):
    """The part of a cell that comes from what was erased since: it is counted, and never again."""

    __tablename__ = "residue"
    __retention__: ClassVar[Retention] = Retention.kept("counts without persons")

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure: Mapped[Measure] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    level: Mapped[Level] = mapped_column(primary_key=True)
    area_id: Mapped[UUID] = mapped_column(primary_key=True)
    goal_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int]
