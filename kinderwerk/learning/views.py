"""The door to everything from which colleagues learn."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.learning import queries
from kinderwerk.learning.consulting import queries as consulting
from kinderwerk.learning.library import queries as library
from kinderwerk.learning.reviews import queries as reviews
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("learning", __name__, url_prefix="/learning")


@bp.get("/")
@allow(Action.LIST, Resource.LESSON)
def index() -> ResponseReturnValue:
    return page(
        "learning/index.html", coming=consulting.coming(session(), actor()),
        due=reviews.due(session(), actor(), clock.today()),
        lessons=library.kept(session(), actor()),
    )  # fmt: skip


@piece("interfaces")
def jams(period: Period) -> str | None:
    """Show beside the handovers of a half-year what jammed, as reviews found it."""
    if (here := actor().organisation_id) is None:
        return None
    return render_template("learning/_jams.html", jams=queries.told(session(), here, period))
