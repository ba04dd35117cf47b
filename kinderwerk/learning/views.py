"""The door to everything from which colleagues learn."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.learning.consulting import queries as consulting
from kinderwerk.learning.library import queries as library
from kinderwerk.learning.reviews import queries as reviews
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page

bp = Blueprint("learning", __name__, url_prefix="/learning")


@bp.get("/")
@allow(Action.LIST, Resource.LESSON)
def index() -> ResponseReturnValue:
    return page(
        "learning/index.html", coming=consulting.coming(session(), actor()),
        due=reviews.due(session(), actor(), clock.today()),
        lessons=library.kept(session(), actor()),
    )  # fmt: skip
