"""The map itself, by folium; nothing in it comes from people, and nothing from elsewhere.

Folium writes what it is given into a script. So it gets no names and no words of users: it makes
the map and empty layers, and `static/js/map.js` fills those from our own address, as text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape
from shapely.geometry import shape

from kinderwerk.config import Tiles

#: The level of tiles that shows most.
MOST_NEAR: Final = 19


@dataclass(frozen=True, slots=True)
class Drawing:
    """What goes into the page: an element, and the script that makes a map of it."""

    html: Markup
    script: Markup


def draw(
    layers: Sequence[str], corners: list[list[float]] | None, tiles: Tiles | None = None
) -> Drawing:
    """Draw an empty map with empty layers; `corners` are its south-west and north-east ends."""
    import folium  # noqa: PLC0415 (heavy, and only here)

    chart = folium.Map(location=(52.0, 5.0), zoom_start=12, tiles=None, prefer_canvas=True)
    chart.default_js, chart.default_css = [], []
    chart._id = "kinderwerk"
    chart.options |= {"max_zoom": MOST_NEAR, "zoom_snap": 0.25,
                      "attribution_control": tiles is not None}  # fmt: skip
    if tiles:
        under = folium.TileLayer(tiles.url, attr=escape(tiles.attribution), max_zoom=MOST_NEAR)
        under._id = "under"
        under.add_to(chart)
    for name in layers:
        layer = folium.GeoJson({"type": "FeatureCollection", "features": []}, name=name)
        layer._id = name
        layer.add_to(chart)
    if corners:
        ends = folium.FitBounds(corners)
        ends._id = "ends"
        ends.add_to(chart)
    figure: Any = chart.get_root()
    figure.render()
    return Drawing(Markup(figure.html.render()), Markup(figure.script.render()))  # noqa: S704


def bounds(outlines: Iterable[dict[str, Any]]) -> list[list[float]] | None:
    """Return the corners of the smallest box around GeoJSON geometries."""
    boxes = [shape(outline).bounds for outline in outlines]
    if not boxes:
        return None
    west, south, east, north = (
        pick(box[n] for box in boxes) for n, pick in enumerate((min, min, max, max))
    )
    return [[south, west], [north, east]]
