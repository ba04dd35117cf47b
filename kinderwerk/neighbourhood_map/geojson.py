"""What the browser is sent for the map, and what other programs read: shapes, and plain words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import shapely
from flask import url_for
from flask_babel import gettext as _
from shapely.geometry import mapping, shape
from shapely.geometry.polygon import orient

from kinderwerk.disclosure.tables import Shown
from kinderwerk.facts.rules import Measure
from kinderwerk.neighbourhood_map.colouring import Colouring, colour
from kinderwerk.neighbourhood_map.points import Point
from kinderwerk.neighbourhood_map.rules import Row
from kinderwerk.neighbourhood_map.white_spots import Judged
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.web.pages import wall

Outlines = Mapping[UUID, dict[str, Any]]
#: Five decimals of a degree are a metre.
DECIMALS = 5


def number(shown: Shown) -> str:
    return _(shown.label) if shown.hidden else shown.label


def layer(one: Point) -> str:
    """Return in which layer a point lies: partners by their help system."""
    if one.system:
        return f"partners_{one.system.value}"
    return LAYERS[one.kind]


LAYERS = {
    "venue": "venues", "school": "schools", "pitch": "pitches", "activity": "activities",
}  # fmt: skip
PARTNERS = {f"partners_{system.value}": system for system in HelpSystem}


def points(found: Sequence[Point]) -> dict[str, Any]:
    """Return a collection for each layer of points."""
    layers: dict[str, list[dict[str, Any]]] = {name: [] for name in (*LAYERS.values(), *PARTNERS)}
    for one in found:
        layers[layer(one)].append(_point(one))
    return {name: collection(features) for name, features in layers.items()}


def areas(judged: Iterable[Judged], outlines: Outlines, by: Colouring) -> dict[str, Any]:
    return collection(
        feature(outlines[one.area.id], one.area.name, _told(one), f"tint-{colour(one, by).value}")
        for one in judged
        if one.area.id in outlines
    )


def white(judged: Iterable[Judged], outlines: Outlines) -> dict[str, Any]:
    return collection(
        feature(outlines[one.area.id], one.area.name, _told(one), "white")
        for one in judged
        if one.spot.white and one.area.id in outlines
    )


def districts(rows: Iterable[Row], outlines: Outlines) -> dict[str, Any]:
    return collection(
        feature(
            outlines[row.area.district_id], row.area.district,
            [_("Signals: %(number)s", number=number(row.shown[Measure.SIGNALS]))], "district",
        )
        for row in rows
        if row.area.district_id in outlines
    )  # fmt: skip


def file(judged: Iterable[Judged], outlines: Outlines) -> dict[str, Any]:
    """Return the neighbourhoods with their numbers as other programs read them (RFC 7946).

    A number that is too small to show is null.
    """
    return collection(
        {
            "type": "Feature",
            "id": str(one.area.id),
            "geometry": right_handed(outlines[one.area.id]) if one.area.id in outlines else None,
            "properties": _properties(one),
        }
        for one in judged
    )


def right_handed(outline: dict[str, Any]) -> dict[str, Any]:
    """Wind outer rings against the clock and holes with it, to the metre."""
    drawn = shape(outline)
    parts = [orient(part) for part in getattr(drawn, "geoms", [drawn])]
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return dict(mapping(shapely.transform(whole, lambda at: at.round(DECIMALS))))


def _properties(one: Judged) -> dict[str, Any]:
    here = one.area.children
    return {
        "name": one.area.name,
        "district": one.area.district,
        "children_living": here.value if here else None,
        "age_from": here.age_from if here else None,
        "age_to": here.age_to if here else None,
        "year": here.year if here else None,
        "reached_in_100": one.row.reached,
        "spot": one.spot.value,
        "dates_near": one.near.dates if one.near else None,
        "places_near": one.near.places if one.near else None,
    } | {measure.value: shown.count for measure, shown in one.row.shown.items()}


def collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def feature(
    geometry: dict[str, Any], title: str, lines: Sequence[str], kind: str, url: str | None = None
) -> dict[str, Any]:
    told = {"title": title, "lines": list(lines), "kind": kind, "url": url}
    return {"type": "Feature", "geometry": geometry, "properties": told}


def _told(one: Judged) -> list[str]:
    row = one.row
    lines = [_("Children reached: %(number)s", number=number(row.shown[Measure.CHILDREN]))]
    if (here := one.area.children) and here.value is not None:
        ages = _("from %(first)d to %(last)d years", first=here.age_from, last=here.age_to)
        lines.append(_("Living here: %(number)s", number=here.value) + f" ({ages})")
    if row.reached is not None:
        lines.append(_("%(number)s in 100 children", number=row.reached))
    if nameless(one):
        lines.append(_("Reached without names: %(number)s visits", number=number(one.nameless)))
    if one.near:
        lines.append(offered(one))
    return lines


def nameless(one: Judged) -> bool:
    return one.nameless.hidden or bool(one.nameless.count)


def offered(one: Judged) -> str:
    """Say what can be walked to from where people live."""
    near = one.near
    if near is None:
        return str(_("Nobody knows where people live here"))
    if not near.dates:
        return str(_("Nothing within walking distance"))
    if near.open_dates == near.dates:
        words = _("%(dates)d times something on foot, for everybody", dates=near.dates)
    else:
        words = _(
            "%(dates)d times something on foot, %(places)d places",
            dates=near.dates, places=near.places,
        )  # fmt: skip
    return str(words)


def _point(one: Point) -> dict[str, Any]:
    endpoint, row_id = one.link
    lines = [wall(one.when)] if one.when else []
    lines += [_(one.detail) if one.kind == "partner" else one.detail] if one.detail else []
    place = {"type": "Point", "coordinates": [one.longitude, one.latitude]}
    return feature(place, one.title, lines, one.kind, url_for(endpoint, id=row_id))
