"""How whoever finds a weak spot tells it, for machines (RFC 9116) and for people."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, abort, url_for
from flask.typing import ResponseReturnValue

from kinderwerk.core import clock
from kinderwerk.web.access import public
from kinderwerk.web.extensions import settings
from kinderwerk.web.pages import page

bp = Blueprint("weak_spots", __name__)
#: The contact is that of the running installation; whoever kept a copy asks again in time.
TRUE_FOR: Final = timedelta(days=90)
LANGUAGES: Final = "nl, en, de"


@bp.get("/.well-known/security.txt")
@public
def machine() -> Response:
    here = settings()
    if here.security_contact is None:
        abort(404)
    until = clock.midnight(clock.today() + TRUE_FOR)
    told = {
        "Contact": here.security_contact,
        "Expires": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Preferred-Languages": LANGUAGES,
        "Canonical": here.public_url + url_for(".machine"),
        "Policy": here.public_url + url_for(".about"),
    }
    lines = "".join(f"{name}: {value}\n" for name, value in told.items())
    return Response(lines, content_type="text/plain; charset=utf-8")


@bp.get("/weak-spots")
@public
def about() -> ResponseReturnValue:
    contact = settings().security_contact
    return page("weak_spots.html", contact=contact, written=(contact or "").removeprefix("mailto:"))
