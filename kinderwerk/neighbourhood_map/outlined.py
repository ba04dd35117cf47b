"""What follows from an outline alone: worked out once for each, because the same ones come back.

They are public, and are found by all that is written of them, so a new outline is a new one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import shapely
from shapely.geometry import mapping

from kinderwerk.neighbourhood_map.walking import Place

#: A large city has some 400 neighbourhoods.
MOST: Final = 1_000
#: South-west and north-east ends, each as latitude and longitude.
Corners = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Outlined:
    middle: Place
    corners: Corners


@lru_cache(MOST)
def outlined(written: str) -> Outlined:
    """Return what follows from a GeoJSON geometry: its middle, and the box around it.

    The middle is the centroid where that lies inside, else some point that does.
    """
    drawn = shapely.from_geojson(written)
    point = drawn.centroid if drawn.covers(drawn.centroid) else drawn.representative_point()
    west, south, east, north = drawn.bounds
    return Outlined(Place(point.y, point.x), ((south, west), (north, east)))


@lru_cache(MOST)
def joined(written: tuple[str, ...]) -> dict[str, Any]:
    """Return one outline around several."""
    return dict(mapping(shapely.union_all([shapely.from_geojson(one) for one in written])))


def around(several: Iterable[Outlined]) -> Corners | None:
    """Return the corners of the smallest box around all of them."""
    boxes = [one.corners for one in several]
    if not boxes:
        return None
    (south, west), (north, east) = (
        (pick(box[n][0] for box in boxes), pick(box[n][1] for box in boxes))
        for n, pick in enumerate((min, max))
    )
    return (south, west), (north, east)
