"""What the browser is sent for the map: shapes, and words that it shows as text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from kinderwerk.disclosure.tables import Shown
from kinderwerk.facts.rules import Measure
from kinderwerk.neighbourhood_map.queries import Point
from kinderwerk.neighbourhood_map.rules import Row
from kinderwerk.web.pages import wall

Outlines = Mapping[UUID, dict[str, Any]]
KINDS = ("venue", "activity", "partner")
LAYERS = {"venue": "venues", "activity": "activities", "partner": "partners"}


def number(shown: Shown) -> str:
    return _(shown.label) if shown.hidden else shown.label


def points(found: Sequence[Point]) -> dict[str, Any]:
    """Return a collection for each kind of point."""
    return {
        LAYERS[kind]: collection(_point(one) for one in found if one.kind == kind) for kind in KINDS
    }


def areas(rows: Iterable[Row], outlines: Outlines) -> dict[str, Any]:
    return collection(
        feature(outlines[row.area.id], row.area.name, _told(row), f"tint-{row.tint.value}")
        for row in rows
        if row.area.id in outlines
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


def collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def feature(
    geometry: dict[str, Any], title: str, lines: Sequence[str], kind: str, url: str | None = None
) -> dict[str, Any]:
    told = {"title": title, "lines": list(lines), "kind": kind, "url": url}
    return {"type": "Feature", "geometry": geometry, "properties": told}


def _told(row: Row) -> list[str]:
    lines = [_("Children reached: %(number)s", number=number(row.shown[Measure.CHILDREN]))]
    if (here := row.area.children) and here.value is not None:
        ages = _("from %(first)d to %(last)d years", first=here.age_from, last=here.age_to)
        lines.append(_("Living here: %(number)s", number=here.value) + f" ({ages})")
    if row.reached is not None:
        lines.append(_("%(number)s in 100 children", number=row.reached))
    return lines


def _point(one: Point) -> dict[str, Any]:
    endpoint, row_id = one.link
    lines = [wall(one.when)] if one.when else []
    lines += [_(one.detail) if one.kind == "partner" else one.detail] if one.detail else []
    place = {"type": "Point", "coordinates": [one.longitude, one.latitude]}
    return feature(place, one.title, lines, one.kind, url_for(endpoint, id=row_id))
