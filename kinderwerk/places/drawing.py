"""Drawing outlines as a plain picture: no map server, no script, a few kilobytes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import cos, radians
from typing import Any, Final
from uuid import UUID

from shapely import affinity
from shapely.geometry import MultiPolygon, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

WIDTH: Final = 1000
TALLEST: Final = 900
#: Bends smaller than this, in units of the picture, are left out.
COARSE: Final = 1.5
#: How much of the surroundings a picture of one area shows, in times its own size.
AROUND: Final = 0.8
#: The edge that is left around a picture, in times what it shows.
EDGE: Final = 0.03
SHADES: Final = 4


@dataclass(frozen=True, slots=True)
class Shape:
    id: UUID | None
    name: str
    path: str
    here: bool
    shade: int | None = None


@dataclass(frozen=True, slots=True)
class Shade:
    """One of a few shades, light to dark, and the numbers that it stands for."""

    number: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Sketch:
    width: int
    height: int
    shapes: tuple[Shape, ...]
    spot: tuple[int, int] | None = None
    shades: tuple[Shade, ...] = ()


def sketch(
    outlines: Iterable[tuple[UUID | None, str, Any]],
    here: UUID | None = None,
    spot: tuple[float | None, float | None] = (None, None),
    values: Mapping[UUID, int | None] | None = None,
) -> Sketch:
    """Draw the outlines given as GeoJSON or geometry, around `here` if that is one of them.

    `spot` is a latitude and longitude to mark, or nothing; `values` shade the areas.
    """
    drawn = [(id, name, _geometry(outline)) for id, name, outline in outlines]
    if not drawn:
        return Sketch(WIDTH, 0, ())
    centred = [one for one in drawn if here is not None and one[0] == here]
    west, south, east, north = _frame([geometry for _, _, geometry in drawn], EDGE)
    if centred:
        near = _frame([geometry for _, _, geometry in centred], AROUND)
        west, south = max(west, near[0]), max(south, near[1])
        east, north = min(east, near[2]), min(north, near[3])
    squeeze = cos(radians((south + north) / 2))
    scale = min(WIDTH / ((east - west) * squeeze), TALLEST / (north - south))
    matrix = (scale * squeeze, 0, 0, -scale, -west * scale * squeeze, north * scale)
    width, height = round((east - west) * squeeze * scale), round((north - south) * scale)
    scale_of = shades([value for value in (values or {}).values() if value is not None])
    shapes = (
        Shape(
            id,
            name,
            _path(affinity.affine_transform(geometry, matrix)),
            here=id is not None and id == here,
            shade=_shade(scale_of, (values or {}).get(id)) if id else None,
        )
        for id, name, geometry in drawn
        if _meets(geometry, west, south, east, north)
    )
    return Sketch(
        width, height, tuple(one for one in shapes if one.path),
        _spot(spot, lambda x, y: affinity.affine_transform(Point(x, y), matrix)), scale_of,
    )  # fmt: skip


def shades(values: Sequence[int]) -> tuple[Shade, ...]:
    """Cut numbers into shades that each hold about as many areas."""
    ordered = sorted(values)
    cuts = [ordered[len(ordered) * part // SHADES :] for part in range(SHADES)]
    starts = sorted({cut[0] for cut in cuts if cut})
    return tuple(
        Shade(number, least, max(value for value in ordered if before is None or value < before))
        for number, (least, before) in enumerate(zip_longest(starts, starts[1:]), 1)
    )


def _shade(scale: tuple[Shade, ...], value: int | None) -> int | None:
    if value is None:
        return None
    return next((shade.number for shade in scale if shade.least <= value <= shade.most), None)


def _spot(
    at: tuple[float | None, float | None], drawn: Callable[[float, float], Point]
) -> tuple[int, int] | None:
    latitude, longitude = at
    if latitude is None or longitude is None:
        return None
    point = drawn(longitude, latitude)
    return round(point.x), round(point.y)


def _geometry(outline: Any) -> BaseGeometry:
    return outline if isinstance(outline, BaseGeometry) else shape(outline)


def _frame(geometries: list[BaseGeometry], margin: float) -> tuple[float, float, float, float]:
    boxes = [geometry.bounds for geometry in geometries]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    more = max(east - west, north - south) * margin
    return west - more, south - more, east + more, north + more


def _meets(geometry: BaseGeometry, west: float, south: float, east: float, north: float) -> bool:
    left, bottom, right, top = geometry.bounds
    return left <= east and right >= west and bottom <= north and top >= south


def _path(geometry: BaseGeometry) -> str:
    """Return the SVG path of all rings, in whole units."""
    coarse = geometry.simplify(COARSE)
    parts = coarse.geoms if isinstance(coarse, MultiPolygon) else [coarse]
    polygons = [part for part in parts if isinstance(part, Polygon) and not part.is_empty]
    rings = [ring for one in polygons for ring in (one.exterior, *one.interiors)]
    return "".join(
        "M" + "L".join(f"{round(x)} {round(y)}" for x, y in list(ring.coords)[:-1]) + "Z"
        for ring in rings
    )
