"""Districts, neighbourhoods with their outline and key figures, and venues.

Areas belong to a municipality and are public facts; venues belong to an organisation.
"""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core.retention import Retention
from kinderwerk.places.opening import Opening
from kinderwerk.places.rules import CodeScheme, VenueKind
from kinderwerk.storage.base import Base, Identified, Owned, Versioned


class District(Identified, Base):
    __tablename__ = "district"
    __retention__: ClassVar[Retention] = Retention.kept("public areas")
    __table_args__ = (UniqueConstraint("municipality_id", "code"),)
    __audited__: ClassVar[bool] = True

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    scheme: Mapped[CodeScheme] = mapped_column(default=CodeScheme.FREE)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))

    @property
    def facts(self) -> Facts:
        return Facts(municipality_id=self.municipality_id)


class Neighbourhood(Identified, Base):
    """The smallest area. `outline` is a GeoJSON geometry (Polygon or MultiPolygon, WGS84)."""

    __tablename__ = "neighbourhood"
    __retention__: ClassVar[Retention] = Retention.kept("public areas")
    __table_args__ = (UniqueConstraint("municipality_id", "code"),)
    __audited__: ClassVar[bool] = True

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"), init=False, index=True)
    district: Mapped[District] = relationship()
    scheme: Mapped[CodeScheme] = mapped_column(default=CodeScheme.FREE)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))
    outline: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None, deferred=True)

    @property
    def facts(self) -> Facts:
        return Facts(municipality_id=self.municipality_id, neighbourhood_id=self.id)


class KeyFigure(Base):
    """A number about an area, as it was published; no value means that it is not known.

    `label` is what the publisher calls it. For children living there `age_from` and `age_to`
    (years, inclusive) name the band.
    """

    __tablename__ = "key_figure"
    __retention__: ClassVar[Retention] = Retention.kept("public figures")

    neighbourhood_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    value: Mapped[float | None] = mapped_column(Float)
    age_from: Mapped[int | None] = mapped_column(default=None)
    age_to: Mapped[int | None] = mapped_column(default=None)


class Venue(Identified, Owned, Versioned, Base):
    """Where activities take place. `source_key` is its number in the list that it came from."""

    __tablename__ = "venue"
    __retention__: ClassVar[Retention] = Retention.kept("places where the work is done")
    __table_args__ = (
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_point"),
        UniqueConstraint("organisation_id", "source_key"),
    )
    __audited__: ClassVar[bool] = True

    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(16), default="")
    town: Mapped[str] = mapped_column(String(80), default="")
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False, index=True
    )
    neighbourhood: Mapped[Neighbourhood | None] = relationship(default=None)
    latitude: Mapped[float | None] = mapped_column(Float, default=None)
    longitude: Mapped[float | None] = mapped_column(Float, default=None)
    wheelchair: Mapped[bool | None] = mapped_column(default=None)
    toilet: Mapped[bool | None] = mapped_column(default=None)
    outdoors: Mapped[bool] = mapped_column(default=False)
    accessibility: Mapped[str] = mapped_column(String(400), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    source_key: Mapped[str | None] = mapped_column(String(64), default=None)
    retired: Mapped[bool] = mapped_column(default=False)
    opening: Mapped[list[list[str] | None]] = mapped_column(
        JSON, default_factory=list, server_default=text("'[]'")
    )
    water: Mapped[bool] = mapped_column(default=False, server_default=false())
    kind: Mapped[VenueKind] = mapped_column(default=VenueKind.PLACE, server_default="place")

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, neighbourhood_id=self.neighbourhood_id)

    @property
    def hours(self) -> Opening:
        return Opening.read(self.opening)

    @property
    def where(self) -> str:
        """The whole address in one line, as far as it is known."""
        town = f"{self.postcode} {self.town}".strip()
        return ", ".join(filter(None, (self.address, town)))


class PlaceImport(Identified, Base):
    """Files somebody uploaded and is looking at, until they confirm or throw them away.

    They are public data, kept as they came (compressed), and read again when confirmed.
    """

    __tablename__ = "place_import"
    __retention__: ClassVar[Retention] = Retention.kept("which public file was read when")

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    outlines: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    figures: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    scheme: Mapped[CodeScheme]
    columns: Mapped[str] = mapped_column(String(400))
    year: Mapped[int | None]

    @property
    def facts(self) -> Facts:
        return Facts(municipality_id=self.municipality_id, author_id=self.author_id)
