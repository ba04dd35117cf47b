"""Counts and, behind the counts of different children, who was there how often."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint, String, text
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
        # Read from the index alone: there is no other copy on SQLite, none is needed on PostgreSQL.
        PrimaryKeyConstraint(
            "organisation_id", "measure", "period", "level", "area_id", "goal_id",
            postgresql_include=["n"],
        ),
        Index("ix_cell_miscounted", "n", sqlite_where=MISCOUNTED, postgresql_where=MISCOUNTED),
        {"sqlite_with_rowid": False},
    )  # fmt: skip

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure: Mapped[Measure] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    level: Mapped[Level] = mapped_column(primary_key=True)
    area_id: Mapped[UUID] = mapped_column(primary_key=True)
    goal_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int]


class Presence(Base):
    """How often a child was there in a quarter, by goal: what makes it one of the different ones.

    `visits` is each goal with its number, as `packing.told` writes them; ALL is among them.
    """

    __tablename__ = "presence"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "child")
    __table_args__ = {"sqlite_with_rowid": False}

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    quarter: Mapped[str] = mapped_column(String(8), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    neighbourhood_id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(primary_key=True)
    visits: Mapped[bytes] = mapped_column(LargeBinary)


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
