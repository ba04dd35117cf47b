"""What an organisation knows of the ways in its neighbourhoods."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Retention
from kinderwerk.neighbourhood_map import walking
from kinderwerk.neighbourhood_map.walking import Place
from kinderwerk.storage.base import Base, Identified, Owned


class Barrier(Identified, Owned, Base):
    """Water, a railway, a busy road. `line` is a list of [latitude, longitude]; `detour` metres."""

    __tablename__ = "barrier"
    __retention__: ClassVar[Retention] = Retention.kept("what lies across the ways of a town")
    __table_args__ = (CheckConstraint("detour >= 0", name="detour"),)
    __audited__: ClassVar[bool] = True

    name: Mapped[str] = mapped_column(String(80))
    line: Mapped[list[Any]] = mapped_column(JSON)
    detour: Mapped[int | None] = mapped_column(default=None)

    @property
    def walked_around(self) -> walking.Barrier:
        return walking.Barrier([Place(*point) for point in self.line], self.detour)


class Centre(Identified, Owned, Base):
    """Where the people of a neighbourhood live, taken as one point; from no address."""

    __tablename__ = "centre"
    __retention__: ClassVar[Retention] = Retention.kept("where a neighbourhood has its middle")
    __table_args__ = (UniqueConstraint("organisation_id", "neighbourhood_id"),)
    __audited__: ClassVar[bool] = True

    neighbourhood_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood.id"), index=True)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)

    @property
    def place(self) -> Place:
        return Place(self.latitude, self.longitude)
