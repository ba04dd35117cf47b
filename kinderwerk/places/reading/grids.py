"""On which grid the numbers in a file stand: what it declares, or what their size gives away."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from kinderwerk.core.words import N_
from kinderwerk.places.reading.findings import Unreadable
from kinderwerk.places.reading.projection import PROJECTIONS, RD_NEW, WGS84, Points
from kinderwerk.places.rules import CodeScheme

_EPSG: Final = re.compile(r"EPSG(?::|/)+(?:[\d.]*(?::|/)+)?(\d{4,6})$", re.IGNORECASE)
_CRS84: Final = re.compile(r"(?:CRS84h?|WGS84)$", re.IGNORECASE)
_ENOUGH: Final = 50


@dataclass(frozen=True, slots=True)
class Box:
    west: float
    south: float
    east: float
    north: float

    def holds(self, points: Points) -> bool:
        x, y = points[:, 0], points[:, 1]
        inside = (x >= self.west) & (x <= self.east) & (y >= self.south) & (y <= self.north)
        return bool(inside.all())


_DEGREES: Final = Box(-180, -90, 180, 90)
_RD: Final = Box(-7_000, 289_000, 300_000, 629_000)
_COUNTRIES: Final[Mapping[CodeScheme, Box]] = MappingProxyType(
    {CodeScheme.NL_CBS: Box(2.5, 50.5, 7.6, 55.9), CodeScheme.DE_AGS: Box(5.5, 47, 15.5, 55.5)}
)


@dataclass(frozen=True, slots=True)
class Grid:
    """An EPSG number, whether the file said so itself, and the country its areas must lie in."""

    epsg: int
    declared: bool
    country: Box | None = None

    @classmethod
    def of(cls, document: Any, features: Sequence[Any], scheme: CodeScheme) -> "Grid":
        country = _COUNTRIES.get(scheme)
        declared = _declared(document)
        if declared is not None:
            return cls(declared, True, country)
        return cls(_guessed(list(islice(_first_points(features), _ENOUGH))), False, country)

    def degrees(self, points: Points) -> Points:
        """Return longitudes and latitudes to six decimals, a hand's breadth; or say what is off."""
        if not np.isfinite(points).all():
            raise Unreadable(N_("Its outline has a coordinate without end."))
        if self.epsg == RD_NEW and not _RD.holds(points):
            raise Unreadable(N_("Its outline leaves the area of the Dutch grid (RD New)."))
        degrees = PROJECTIONS[self.epsg](points)
        if not np.isfinite(degrees).all() or not _DEGREES.holds(degrees):
            raise Unreadable(N_("Its coordinates are not on the map that the file declares."))
        if self.country and not self.country.holds(degrees):
            if self.country.holds(degrees[:, ::-1]):
                raise Unreadable(N_("Its latitude and longitude have changed places."))
            raise Unreadable(N_("Its outline lies outside the country that its codes belong to."))
        return np.round(degrees, 6)


def _declared(document: Any) -> int | None:
    crs = document.get("crs") if isinstance(document, dict) else None
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise Unreadable(N_("Its coordinate system (“crs”) is not named in a way we can read."))
    if _CRS84.search(name.strip()):
        return WGS84
    found = _EPSG.search(name.strip())
    number = int(found[1]) if found else 0
    if number not in PROJECTIONS:
        raise Unreadable(
            N_("Its coordinate system “%(name)s” is not known here; save it as WGS84."),
            name=name.strip()[:80],
        )
    return number


def _first_points(features: Sequence[Any]) -> Iterator[tuple[float, float]]:
    """Yield the first coordinate of each outline, however it is nested."""
    for feature in features:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        at = geometry.get("coordinates") if isinstance(geometry, dict) else None
        for _depth in range(4):
            if isinstance(at, list) and at and isinstance(at[0], list):
                at = at[0]
        if isinstance(at, list) and len(at) >= 2 and all(type(n) in (int, float) for n in at[:2]):
            yield float(at[0]), float(at[1])


def _guessed(points: Sequence[tuple[float, float]]) -> int:
    if not points:
        return WGS84
    many = np.array(points)
    if _DEGREES.holds(many):
        return WGS84
    if _RD.holds(many):
        return RD_NEW
    if any(_DEGREES.holds(many[[i]]) for i in range(len(many))):
        raise Unreadable(N_("Some areas are in degrees and others in metres."))
    raise Unreadable(
        N_("Its coordinates are neither degrees nor the Dutch grid, and it does not say what they "
           "are (“crs”); save it as WGS84.")
    )  # fmt: skip
