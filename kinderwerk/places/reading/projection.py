"""From the metres on a national map to degrees of longitude and latitude.

Each function takes an array of (x, y) in metres, shape (n, 2), and returns one of (longitude,
latitude) in degrees of the same shape. ETRS89 and WGS84 are taken as equal: they differ by less
than a metre, and a neighbourhood's border is not drawn finer than that.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Projection = Callable[[Points], Points]

WGS84: Final = 4326
RD_NEW: Final = 28992

# Bessel 1841 and GRS80: half the long axis in metres, flattening.
BESSEL: Final = (6377397.155, 1 / 299.1528128)
GRS80: Final = (6378137.0, 1 / 298.257222101)

# RD New (EPSG 28992): oblique stereographic around the tower in Amersfoort.
_RD_ORIGIN: Final = (np.radians(5 + 23 / 60 + 15.5 / 3600), np.radians(52 + 9 / 60 + 22.178 / 3600))
_RD_FALSE: Final = (155000.0, 463000.0)
_RD_SCALE: Final = 0.9999079
# From Amersfoort to ETRS89: shift in metres, rotation in seconds of arc, scale in millionths.
_SHIFT: Final = np.array([565.4171, 50.3319, 465.5524])
_TURN: Final = np.radians(np.array([-0.398957, 0.343988, -1.8774]) / 3600)
_STRETCH: Final = 4.0725e-6


def from_rd(metres: Points) -> Points:
    """Read RD New; right to about a quarter of a metre within the Netherlands."""
    sphere = _unroll_stereographic(metres)
    bessel = _to_ellipsoid(sphere)
    return np.degrees(_geographic(_shifted(_geocentric(bessel, BESSEL)), GRS80))


def from_utm(metres: Points, *, zone: int) -> Points:
    """Read a northern UTM zone by Krüger's series to the third power of the flattening."""
    half_axis, flattening = GRS80
    n = flattening / (2 - flattening)
    radius = half_axis / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    backward = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)
    to_latitude = (2 * n - 2 * n**2 / 3 - 2 * n**3, 7 * n**2 / 3 - 8 * n**3 / 5, 56 * n**3 / 15)
    north = metres[:, 1] / (0.9996 * radius)
    east = (metres[:, 0] - 500000.0) / (0.9996 * radius)
    along = north - sum(
        b * np.sin(2 * j * north) * np.cosh(2 * j * east) for j, b in enumerate(backward, 1)
    )
    across = east - sum(
        b * np.cos(2 * j * north) * np.sinh(2 * j * east) for j, b in enumerate(backward, 1)
    )
    conformal = np.arcsin(np.sin(along) / np.cosh(across))
    latitude = conformal + sum(d * np.sin(2 * j * conformal) for j, d in enumerate(to_latitude, 1))
    longitude = np.radians(zone * 6 - 183) + np.arctan2(np.sinh(across), np.cos(along))
    return _in_degrees(longitude, latitude)


def from_web_mercator(metres: Points) -> Points:
    half_axis = 6378137.0
    longitude = metres[:, 0] / half_axis
    latitude = np.arctan(np.sinh(metres[:, 1] / half_axis))
    return _in_degrees(longitude, latitude)


def from_degrees(degrees: Points) -> Points:
    return degrees


#: By EPSG number: what public bodies in the Netherlands and Germany publish in.
PROJECTIONS: Final[Mapping[int, Projection]] = MappingProxyType(
    {
        WGS84: from_degrees,
        4258: from_degrees,
        RD_NEW: from_rd,
        7415: from_rd,
        3857: from_web_mercator,
        **{25800 + zone: partial(from_utm, zone=zone) for zone in (31, 32, 33)},
        **{32600 + zone: partial(from_utm, zone=zone) for zone in (31, 32, 33)},
    }
)


def _in_degrees(longitude: Points, latitude: Points) -> Points:
    degrees: Points = np.degrees(np.column_stack((longitude, latitude)))
    return degrees


def _unroll_stereographic(metres: Points) -> Points:
    """From the map's plane to the conformal sphere that touches Bessel's ellipsoid."""
    radius, _, _, origin = _conformal()
    x, y = (metres - np.array(_RD_FALSE)).T
    distance = np.maximum(np.hypot(x, y), 1e-9)
    angle = 2 * np.arctan(distance / (2 * _RD_SCALE * radius))
    latitude = np.arcsin(
        np.cos(angle) * np.sin(origin) + y * np.sin(angle) * np.cos(origin) / distance
    )
    longitude = np.arctan2(
        x * np.sin(angle),
        distance * np.cos(origin) * np.cos(angle) - y * np.sin(origin) * np.sin(angle),
    )
    return np.column_stack((longitude, latitude))


def _conformal() -> tuple[float, float, float, float]:
    """Return the sphere's radius, the two constants of the mapping, the origin's latitude there."""
    half_axis, flattening = BESSEL
    e2 = flattening * (2 - flattening)
    e = np.sqrt(e2)
    latitude = _RD_ORIGIN[1]
    squeezed = 1 - e2 * np.sin(latitude) ** 2
    radius = half_axis * np.sqrt(1 - e2) / squeezed
    n = np.sqrt(1 + e2 * np.cos(latitude) ** 4 / (1 - e2))
    sphere = np.arcsin(np.sin(latitude) / n)
    isometric = np.arctanh(np.sin(latitude)) - e * np.arctanh(e * np.sin(latitude))
    m = np.arctanh(np.sin(sphere)) - n * isometric
    return float(radius), float(n), float(m), float(sphere)


def _to_ellipsoid(sphere: Points) -> Points:
    _, n, m, _ = _conformal()
    e = np.sqrt(BESSEL[1] * (2 - BESSEL[1]))
    isometric = (np.arctanh(np.sin(sphere[:, 1])) - m) / n
    latitude = np.arcsin(np.tanh(isometric))
    for _step in range(5):  # each step gains more than two digits
        latitude = np.arcsin(np.tanh(isometric + e * np.arctanh(e * np.sin(latitude))))
    return np.column_stack((_RD_ORIGIN[0] + sphere[:, 0] / n, latitude))


def _geocentric(radians: Points, ellipsoid: tuple[float, float]) -> Points:
    half_axis, flattening = ellipsoid
    e2 = flattening * (2 - flattening)
    longitude, latitude = radians.T
    normal = half_axis / np.sqrt(1 - e2 * np.sin(latitude) ** 2)
    return np.column_stack(
        (
            normal * np.cos(latitude) * np.cos(longitude),
            normal * np.cos(latitude) * np.sin(longitude),
            normal * (1 - e2) * np.sin(latitude),
        )
    )


def _shifted(at: Points) -> Points:
    return _SHIFT + (1 + _STRETCH) * (at + np.cross(_TURN, at))


def _geographic(at: Points, ellipsoid: tuple[float, float]) -> Points:
    half_axis, flattening = ellipsoid
    e2 = flattening * (2 - flattening)
    x, y, z = at.T
    across = np.hypot(x, y)
    latitude = np.arctan2(z, across * (1 - e2))
    for _step in range(5):
        normal = half_axis / np.sqrt(1 - e2 * np.sin(latitude) ** 2)
        latitude = np.arctan2(z + e2 * normal * np.sin(latitude), across)
    return np.column_stack((np.arctan2(y, x), latitude))
