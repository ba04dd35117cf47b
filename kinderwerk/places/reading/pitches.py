"""Reading sports pitches from GeoJSON, as OpenStreetMap and towns publish them.

What is no place for sports is left out; what has no name is called after its sport.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from kinderwerk.core.words import N_
from kinderwerk.places.reading import outlines, words
from kinderwerk.places.reading.findings import Unreadable, Where
from kinderwerk.places.reading.grids import Grid
from kinderwerk.places.reading.schools import School, Schools
from kinderwerk.places.rules import CodeScheme

PLAYED_ON: Final = frozenset(("pitch", "sports_centre", "track", "stadium"))
#: What a pitch without a name is called, in the languages of the towns; `{}` is its sport.
CALLED: Final[Mapping[CodeScheme, str]] = MappingProxyType(
    {CodeScheme.NL_CBS: "Sportveld", CodeScheme.DE_AGS: "Sportplatz"}
)
SPORTS: Final[Mapping[CodeScheme, Mapping[str, str]]] = MappingProxyType(
    {
        CodeScheme.NL_CBS: {
            "soccer": "voetbal", "basketball": "basketbal", "tennis": "tennis", "hockey": "hockey",
            "field_hockey": "hockey", "skateboard": "skaten", "korfball": "korfbal",
            "table_tennis": "tafeltennis", "baseball": "honkbal", "multi": "alle sporten",
        },
        CodeScheme.DE_AGS: {
            "soccer": "Fußball", "basketball": "Basketball", "tennis": "Tennis",
            "hockey": "Hockey", "field_hockey": "Hockey", "skateboard": "Skaten",
            "table_tennis": "Tischtennis", "multi": "alle Sportarten",
        },
    }
)  # fmt: skip


def read(data: bytes, scheme: CodeScheme) -> Schools:
    """Read the whole file; never raises for what is in it."""
    found = Schools()
    try:
        document = outlines.load(data)
        features = outlines.listed(document)
        grid = Grid.of(document, features, scheme)
    except Unreadable as reason:
        found.findings.fault(reason.at())
        return found
    for number, told in _played_on(features):
        try:
            found.rows.append(_pitch(number, told, grid, scheme))
        except Unreadable as reason:
            found.findings.fault(reason.at(Where.FEATURE, number))
    if not found.rows and not found.findings.faults:
        found.findings.fault(Unreadable(N_("It holds no sports pitches.")).at())
    return found


def _played_on(features: Sequence[Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, one in enumerate(features, 1):
        told = one.get("properties") if isinstance(one, dict) else None
        if isinstance(told, dict) and told.get("leisure") in PLAYED_ON:
            yield number, one


def _pitch(number: int, one: Mapping[str, Any], grid: Grid, scheme: CodeScheme) -> School:
    told = {name: value for name, value in one["properties"].items() if isinstance(value, str)}
    longitude, latitude = _middle(one.get("geometry"), grid)
    return School(
        number=number, reference=str(told.get("@id") or one.get("id") or "")[:40],
        name=_name(told, scheme), address="", postcode="", town="", phone="", website="",
        latitude=latitude, longitude=longitude,
    )  # fmt: skip


def _middle(geometry: Any, grid: Grid) -> tuple[float, float]:
    """Return longitude and latitude of a point, or of a point inside an area."""
    try:
        inside = shapely.point_on_surface(shape(geometry))
        at = grid.degrees(np.array([[inside.x, inside.y]], dtype=float))[0]
    except (ShapelyError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise Unreadable(N_("It has no point that can be read.")) from None
    return float(at[0]), float(at[1])


def _name(told: Mapping[str, str], scheme: CodeScheme) -> str:
    if words.clean(told.get("name", "")):
        return words.name(told["name"])
    called, sports = CALLED.get(scheme, CALLED[CodeScheme.NL_CBS]), SPORTS.get(scheme, {})
    played = [sports[one] for one in told.get("sport", "").split(";") if one in sports]
    return f"{called} ({', '.join(played)})" if played else called
