"""The map itself, by folium; nothing in it comes from people, and nothing from elsewhere.

Folium writes what it is given into a script. So it gets no names and no words of users: it makes
the map and empty layers, and `static/js/map.js` fills those from our own address, as text.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup, escape

from kinderwerk.config import Tiles
from kinderwerk.neighbourhood_map.outlined import Corners

#: The level of tiles that shows most.
MOST_NEAR: Final = 19
#: Of maps that are drawn alike; each town has a few.
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Drawing:
    """What goes into the page: an element, and the script that makes a map of it."""

    html: Markup
    script: Markup


@lru_cache(MOST)
def draw(layers: tuple[str, ...], corners: Corners | None, tiles: Tiles | None = None) -> Drawing:
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
