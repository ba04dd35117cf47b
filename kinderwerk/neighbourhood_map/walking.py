"""How far it is on foot: the straight line, and the way around what lies across it.

Never from an address: it begins where the people of a neighbourhood live, taken as one point.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, inf, radians
from typing import Final, NamedTuple

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

#: Metres in a degree of latitude; one of longitude is shorter the farther from the equator.
DEGREE: Final = 111_320
MOST_METRES: Final = 5_000
MOST_POINTS: Final = 500
_DEGREES: Final = re.compile(r"-?\d{1,3}(?:\.\d{1,15})?", re.ASCII)


class Place(NamedTuple):
    """A point on the earth, in degrees."""

    latitude: float
    longitude: float


class NoPlace(Refusal):
    message = N_("“%(text)s” is no place. Write its latitude and longitude, such as 51.92, 4.47.")

    def __init__(self, text: str) -> None:
        super().__init__(text=text[:40])


class TooShort(Refusal):
    message = N_("A line needs two places at least, each on a line of its own.")


class TooLong(Refusal):
    message = N_("A line has %(most)d places at most.")

    def __init__(self) -> None:
        super().__init__(most=MOST_POINTS)


@dataclass(frozen=True, slots=True)
class Barrier:
    """A line that people walk around: water, a railway. Without a detour nobody gets across."""

    line: Sequence[Place]
    detour: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A barrier as somebody wants to note it."""

    name: str
    line: Sequence[Place]
    detour: int | None


def place(text: str) -> Place:
    """Read `51.92, 4.47`; NoPlace when it is not that, or not on the earth."""
    written = text.replace(",", " ").replace(";", " ").split()
    if len(written) != 2 or not all(map(_DEGREES.fullmatch, written)):
        raise NoPlace(text)
    here = Place(*map(float, written))
    if abs(here.latitude) > 90 or abs(here.longitude) > 180:
        raise NoPlace(text)
    return here


def line(text: str) -> list[Place]:
    """Read a place from each line that is not empty."""
    written = [one for one in text.splitlines() if one.strip()]
    if len(written) < 2:
        raise TooShort
    if len(written) > MOST_POINTS:
        raise TooLong
    return [place(one) for one in written]


def metres(one: Place, other: Place) -> float:
    """Return how long the straight line is; good for a town, where the earth is flat."""
    north = (other.latitude - one.latitude) * DEGREE
    east = (other.longitude - one.longitude) * DEGREE * cos(radians(one.latitude))
    return hypot(north, east)


def on_foot(start: Place, end: Place, barriers: Sequence[Barrier]) -> float:
    """Return how far it is with the detours, in metres; infinitely far where nobody gets across."""
    way = metres(start, end)
    for barrier in barriers:
        if crosses(start, end, barrier.line):
            way += inf if barrier.detour is None else barrier.detour
    return way


def crosses(start: Place, end: Place, line: Sequence[Place]) -> bool:
    """Tell whether the straight way meets the line an odd number of times: it ends beyond."""
    met = sum(_meets(start, end, one, other) for one, other in pairwise(line))
    return met % 2 == 1


def _meets(start: Place, end: Place, one: Place, other: Place) -> bool:
    return _beside(start, end, one) != _beside(start, end, other) and _beside(
        one, other, start
    ) != _beside(one, other, end)


def _beside(one: Place, other: Place, third: Place) -> bool:
    """Tell on which side of a line a place lies; what lies on it is on one of the sides."""
    one, other = sorted((one, other))
    return (other.longitude - one.longitude) * (third.latitude - one.latitude) > (
        other.latitude - one.latitude
    ) * (third.longitude - one.longitude)
