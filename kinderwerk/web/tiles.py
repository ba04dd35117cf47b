"""The pictures that lie under the map, if the administrator named somewhere to get them from.

Without that no request leaves for anybody else. With it the browser of whoever opens the map asks
there for pictures, so that page, and no other, lets them in.
"""

from urllib.parse import urlsplit

from flask import g

from kinderwerk.config import Tiles
from kinderwerk.web.extensions import settings


def known() -> Tiles | None:
    return settings().tiles


def let_in() -> None:
    """Let this page show pictures from where the tiles are."""
    if tiles := known():
        at = urlsplit(tiles.url)
        g.pictures_from = f" {at.scheme}://{at.netloc}"
