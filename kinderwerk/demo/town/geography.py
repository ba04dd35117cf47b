"""A town that lies nowhere: its outlines stand in the water of a lake."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

Point = tuple[float, float]

TOWN: Final = "Zonnewaard"
CODE: Final = "GM9990"
_MIDDLE: Final[Point] = (5.2150, 52.5600)  # longitude and latitude
_KM_NORTH: Final = 111.3
_KM_EAST: Final = 67.7
_ROUNDS: Final = 3

#: Lines in kilometres from the middle of the town; each neighbourhood lies between three of them.
_LINES: Final[Mapping[str, Sequence[Point]]] = {
    "north": ((0.1, 1.1), (0.17, 0.82), (0.04, 0.55), (0.12, 0.27), (0, 0)),
    "south": ((0, 0), (-0.08, -0.28), (0.04, -0.52), (-0.07, -0.8), (-0.1, -1.0)),
    "west": ((-1.3, 0.1), (-1.02, 0.01), (-0.72, 0.07), (-0.4, -0.05), (0, 0)),
    "east": ((0, 0), (0.35, 0.1), (0.72, 0.02), (1.05, -0.08), (1.4, -0.05)),
    "north-west": (
        (-1.3, 0.1), (-1.4, 0.42), (-1.22, 0.71), (-0.93, 0.84), (-0.7, 1.07), (-0.32, 1.0),
        (0.1, 1.1),
    ),
    "north-east": (
        (0.1, 1.1), (0.48, 1.2), (0.85, 1.0), (1.22, 0.93), (1.33, 0.6), (1.54, 0.35),
        (1.4, -0.05),
    ),
    "south-east": (
        (1.4, -0.05), (1.47, -0.4), (1.2, -0.66), (0.92, -0.74), (0.62, -1.03), (0.25, -0.95),
        (-0.1, -1.0),
    ),
    "south-west": (
        (-0.1, -1.0), (-0.45, -1.14), (-0.8, -0.93), (-1.13, -0.88), (-1.25, -0.55),
        (-1.43, -0.25), (-1.3, 0.1),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood: who lives there, and the lines around it (a minus walks one backwards)."""

    code: str
    name: str
    district: str
    residents: int
    children: int  # from 0 to 15, as the statistics office counts them: 15 itself not
    around: tuple[str, ...]


DISTRICTS: Final[Mapping[str, str]] = {
    "WK999001": "Noorderwaard",
    "WK999002": "Zuiderwaard",
}
AREAS: Final = (
    Area("BU99900101", "Molenhoek", "WK999001", 2860, 498, ("north-west", "north", "-west")),
    Area("BU99900102", "Vogelnest", "WK999001", 3415, 742, ("north-east", "-east", "-north")),
    Area("BU99900201", "Oude Werf", "WK999002", 2190, 304, ("south-west", "west", "south")),
    Area("BU99900202", "Klaverveld", "WK999002", 3980, 861, ("east", "south-east", "-south")),
)


def place(east: float, north: float) -> Point:
    """Return longitude and latitude of a point so many kilometres from the middle."""
    return (
        round(_MIDDLE[0] + east / _KM_EAST, 6),
        round(_MIDDLE[1] + north / _KM_NORTH, 6),
    )


def _smooth(line: Sequence[Point]) -> list[Point]:
    """Cut the corners off a line, so that it looks as if it had grown; its ends stay."""
    points = list(line)
    for _ in range(_ROUNDS):
        cut = [points[0]]
        for (x, y), (u, v) in pairwise(points):
            cut += [(0.75 * x + 0.25 * u, 0.75 * y + 0.25 * v)]
            cut += [(0.25 * x + 0.75 * u, 0.25 * y + 0.75 * v)]
        points = [*cut, points[-1]]
    return points


def _ring(area: Area) -> list[Point]:
    lines = {name: _smooth(line) for name, line in _LINES.items()}
    walked: list[Point] = []
    for name in area.around:
        line = lines[name.removeprefix("-")]
        walked += line[::-1][:-1] if name.startswith("-") else line[:-1]
    ring = [place(*point) for point in walked]
    if _area(ring) < 0:
        ring.reverse()
    return [*ring, ring[0]]


def _area(ring: Sequence[Point]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return math.fsum(x * v - u * y for (x, y), (u, v) in pairs) / 2


def water() -> list[Point]:
    """Return where the water runs, from the west of the town to its east."""
    line = [*_smooth(_LINES["west"]), *_smooth(_LINES["east"])[1:]]
    return [place(*point) for point in line]


def outlines() -> bytes:
    """Return the neighbourhoods as public bodies publish them: GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"buurtcode": area.code, "buurtnaam": area.name},
            "geometry": {"type": "Polygon", "coordinates": [_ring(area)]},
        }
        for area in AREAS
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def figures() -> bytes:
    """Return the people of the town as public bodies publish them: CSV, three levels in one."""
    lines = ["code;naam;niveau;inwoners;inwoners_0_tot_15"]
    lines += [f"{CODE};{TOWN};gemeente;{_sum('residents', '')};{_sum('children', '')}"]
    lines += [
        f"{code};{name};wijk;{_sum('residents', code)};{_sum('children', code)}"
        for code, name in DISTRICTS.items()
    ]
    lines += [f"{one.code};{one.name};buurt;{one.residents};{one.children}" for one in AREAS]
    return "\n".join([*lines, ""]).encode()


def _sum(what: str, district: str) -> int:
    return sum(getattr(one, what) for one in AREAS if one.district.startswith(district))
