"""The first page of children, what it promises them, and the way out that leaves nothing."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from kinderwerk.children import queries
from kinderwerk.children.tiles import tiles
from kinderwerk.web.access import public
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("children", __name__, url_prefix="/kids")
#: What a browser of somebody who is signed in keeps when a child leaves.
OF_STAFF = "_user_id"


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    found = queries.corners(as_system())
    if len(found) == 1:
        return redirect(url_for(".corner", **found[0].address))
    return page("children/index.html", corners=found, corner=None)


@bp.get("/<uuid:organisation>/")
@bp.get("/<uuid:organisation>/<uuid:neighbourhood>/")
@public
def corner(organisation: UUID, neighbourhood: UUID | None = None) -> ResponseReturnValue:
    here = queries.corner(session(), organisation, neighbourhood)
    return page("children/corner.html", corner=here, tiles=tiles(here))


@bp.get("/<uuid:organisation>/about")
@bp.get("/<uuid:organisation>/<uuid:neighbourhood>/about")
@public
def about(organisation: UUID, neighbourhood: UUID | None = None) -> ResponseReturnValue:
    """Say in a child's words what we know, what we do not, and who can see it."""
    here = queries.corner(session(), organisation, neighbourhood)
    return page("children/about.html", corner=here)


@bp.get("/leave")
@public
def leave() -> ResponseReturnValue:
    """Go to the programme, and leave in this browser nothing of where one was."""
    if OF_STAFF not in cookie:
        cookie.clear()
    answer = redirect(url_for("activities.programme"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@piece("programme")
def door(found: Any) -> str:
    return render_template("children/_door.html")
