"""The map of the programme: where something is on, drawn by ourselves.

The page has the points, as links that work without scripts; the outlines behind them are a picture
of their own that a browser keeps. Nothing is fetched from elsewhere, and no name stands in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, radians
from typing import Any, Final

from shapely import Polygon, box, coverage_simplify
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from kinderwerk.activities.programme import Offer, Round, Surrounding, rounds

WIDTH: Final = 1000
#: How flat and how high the map may be.
FLAT, HIGH = 700, 1100
#: Venues that lie closer together than a thumb is wide are one point.
THUMB: Final = 90
#: At least so many degrees to each side: a single venue lies in the middle of its neighbourhood.
MARGIN: Final = 0.006
NOTHING: Final = '<svg xmlns="http://www.w3.org/2000/svg"/>'
#: How much of a bend in an outline may get lost.
BEND: Final = 4.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What the map shows, between degrees, and how many units high it is drawn."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def around(cls, found: Iterable[Surrounding]) -> "Frame | None":
        """Return the frame for all that is on, whatever is looked for: the map stays the same."""
        boxes = [one.box for one in found if one.box]
        if not boxes:
            return None
        souths, wests, norths, easts = zip(*boxes, strict=True)
        south, west, north, east = min(souths), min(wests), max(norths), max(easts)
        wide = max((east - west) * 0.12, MARGIN)
        high = max((north - south) * 0.12, MARGIN * 0.6)
        return cls(south - high, west - wide, north + high, east + wide)._grown()

    def _grown(self) -> "Frame":
        """Return it with room above and below, or beside, where it would be a strip."""
        if self.height < FLAT:
            more = (FLAT - self.height) / self._scale / 2
            return Frame(self.south - more, self.west, self.north + more, self.east)
        if self.height > HIGH:
            more = (self.east - self.west) * (self.height / HIGH - 1) / 2
            return Frame(self.south, self.west - more, self.north, self.east + more)
        return self

    @property
    def _narrow(self) -> float:
        """How much shorter a degree is from west to east than from south to north."""
        return cos(radians((self.south + self.north) / 2))

    @property
    def _scale(self) -> float:
        return WIDTH / ((self.east - self.west) * self._narrow)

    @property
    def height(self) -> int:
        return round((self.north - self.south) * self._scale)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * self._narrow * self._scale
        return x, (self.north - latitude) * self._scale

    def holds(self, longitude: float | None, latitude: float | None) -> bool:
        if longitude is None or latitude is None:
            return False
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


@dataclass(frozen=True, slots=True)
class Here:
    """A venue and what is on there."""

    name: str
    address: str
    rounds: Sequence[Round]


@dataclass(slots=True)
class Spot:
    """A point on the map: one venue, or several next to each other."""

    x: float
    y: float
    venues: list[Here] = field(default_factory=list)

    @property
    def name(self) -> str:
        return ", ".join(one.name for one in self.venues)


def spots(frame: Frame, found: Sequence[Offer]) -> list[Spot]:
    """Return where the offers are, from north to south; what has no point in the frame has none."""
    by_venue: dict[Any, dict[Any, list[Offer]]] = {}
    for one in found:
        if frame.holds(one.longitude, one.latitude):
            by_venue.setdefault(one.venue_id, {}).setdefault(one.id, []).append(one)
    made: list[Spot] = []
    for activities in by_venue.values():
        first = next(iter(activities.values()))[0]
        x, y = frame.at(first.longitude or 0, first.latitude or 0)
        near = next((spot for spot in made if hypot(spot.x - x, spot.y - y) < THUMB), None)
        if near is None:
            near = Spot(round(x), round(y))
            made.append(near)
        near.venues.append(
            Here(first.venue or "", first.address or "", rounds(activities.values()))
        )
    return sorted(made, key=lambda spot: (spot.y, spot.x))


def picture(frame: Frame, outlines: Sequence[dict[str, Any]]) -> str:
    """Draw the outlines in that frame, as lines that can be seen on light and on dark."""
    view = box(frame.west, frame.south, frame.east, frame.north)
    shapes = [each for each in map(shape, outlines) if each.is_valid and each.intersects(view)]
    bend = BEND / WIDTH * (frame.east - frame.west)
    drawn = [_path(frame, each) for each in coverage_simplify(shapes, bend)] if shapes else []
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {frame.height}">'
        '<g fill="#808080" fill-opacity=".1" stroke="#808080" stroke-width="4"'
        f' stroke-linejoin="round">{"".join(drawn)}</g></svg>'
    )


def _path(frame: Frame, outline: BaseGeometry) -> str:
    rings = [ring for part in _polygons(outline) for ring in (part.exterior, *part.interiors)]
    drawn = (
        "M"
        + "L".join(f"{x:.0f} {y:.0f}" for x, y in (frame.at(*point[:2]) for point in ring.coords))
        for ring in rings
    )
    return f'<path d="{"Z".join(drawn)}Z"/>' if rings else ""


def _polygons(outline: BaseGeometry) -> list[Polygon]:
    parts = getattr(outline, "geoms", [outline])
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]
