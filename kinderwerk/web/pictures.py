"""Sending pictures that are kept: as what they are, to be shown and never to be run."""

from typing import Final

from flask import Response, request

from kinderwerk.files.rules import WEBP
from kinderwerk.web.headers import BARE

#: Opened by itself, a picture is a page without an origin.
POLICY: Final = f"{BARE}; sandbox"
YEAR: Final = 365 * 24 * 3600


def send(content: bytes, mark: str, *, to_all: bool) -> Response:
    """Answer with a picture; one that is for all, its address never means another."""
    response = Response(content, mimetype=WEBP)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Robots-Tag"] = "noindex"  # whoever is on it is not to be searched for
    response.set_etag(mark)
    if to_all:
        response.cache_control.public = True
        response.cache_control.max_age = YEAR
        response.cache_control.immutable = True
    response.make_conditional(request)
    return response
