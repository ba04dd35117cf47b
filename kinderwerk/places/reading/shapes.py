"""From the numbers of a GeoJSON geometry to polygons one can work with, within bounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from kinderwerk.core.words import N_
from kinderwerk.places.reading.findings import Unreadable
from kinderwerk.places.reading.grids import Grid
from kinderwerk.places.reading.projection import Points

MOST_POINTS: Final = 50_000
#: Pairs of border pieces near each other, per piece, beyond which an outline is a scribble.
MOST_NEIGHBOURS: Final = 30
_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Drawn:
    outline: MultiPolygon
    mended: bool


def read(geometry: Any, grid: Grid) -> Drawn:
    """Return a Polygon or MultiPolygon as valid polygons in degrees."""
    kind = geometry.get("type")
    coordinates = geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise Unreadable(
            N_("It is a %(kind)s; only a Polygon or MultiPolygon is an area."),
            kind=kind[:40] if isinstance(kind, str) else "?",
        )
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts:
        raise Unreadable(N_("It has no outline."))
    if _count(parts) > MOST_POINTS:
        raise Unreadable(N_("Its outline has more than %(most)s points."), most=MOST_POINTS)
    polygons = [_polygon(part, grid) for part in parts]
    return _valid(MultiPolygon(polygons))


def _count(parts: list[Any]) -> int:
    rings = (ring for part in parts if isinstance(part, list) for ring in part)
    return sum(len(ring) for ring in rings if isinstance(ring, list))


def _polygon(rings: Any, grid: Grid) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise Unreadable(N_("Its outline is not a list of rings."))
    outer, *holes = (_ring(ring, grid) for ring in rings)
    return Polygon(outer, holes)


def _ring(positions: Any, grid: Grid) -> Points:
    if not isinstance(positions, list) or not all(isinstance(at, list) for at in positions):
        raise Unreadable(N_("Its outline is not a list of rings of coordinates."))
    if not all(len(at) >= 2 and all(type(n) in (int, float) for n in at[:2]) for at in positions):
        raise Unreadable(N_("Its outline has a coordinate that is not two numbers."))
    if len(positions) < 4:
        raise Unreadable(N_("Its outline has a ring of fewer than four points."))
    if positions[0][:2] != positions[-1][:2]:
        raise Unreadable(N_("Its outline has a ring that does not end where it begins."))
    return grid.degrees(np.array([at[:2] for at in positions], dtype=np.float64))


def _valid(drawn: MultiPolygon) -> Drawn:
    if drawn.is_valid:
        return Drawn(_anticlockwise(drawn.geoms), False)
    _refuse_scribbles(drawn)
    kept = list(_polygons(shapely.make_valid(drawn)))
    if not kept:
        raise Unreadable(N_("Its outline encloses nothing."))
    return Drawn(_anticlockwise(kept), True)


def _anticlockwise(polygons: Any) -> MultiPolygon:
    return MultiPolygon([orient(polygon) for polygon in polygons])


def _polygons(geometry: BaseGeometry) -> Iterator[Polygon]:
    """Yield the polygons in whatever came out of mending; points and lines are left behind."""
    if isinstance(geometry, Polygon) and not geometry.is_empty:
        yield geometry
    for part in getattr(geometry, "geoms", ()):
        yield from _polygons(part)


def _refuse_scribbles(drawn: MultiPolygon) -> None:
    """Count which border pieces come near each other, and stop when it is far too many.

    Mending takes time and memory in the number of crossings, which grows with the square of the
    number of points where somebody draws a star on purpose.
    """
    pieces = np.concatenate([_pieces(ring) for polygon in drawn.geoms for ring in _rings(polygon)])
    tree = shapely.STRtree(pieces)
    near, most = 0, MOST_NEIGHBOURS * len(pieces) + 1000
    for start in range(0, len(pieces), _BATCH):
        near += tree.query(pieces[start : start + _BATCH]).shape[1]
        if near > most:
            raise Unreadable(N_("Its outline crosses itself too often to be mended."))


def _rings(polygon: Polygon) -> Iterator[Points]:
    for ring in (polygon.exterior, *polygon.interiors):
        yield shapely.get_coordinates(ring)


def _pieces(ring: Points) -> Any:
    return shapely.linestrings(np.stack((ring[:-1], ring[1:]), axis=1))
