"""The doors without locks: one button per role, in the made-up neighbourhood only."""

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts import sessions
from kinderwerk.demo import queries
from kinderwerk.web.access import public
from kinderwerk.web.extensions import csrf, session, settings

bp = Blueprint("demo", __name__)


@bp.post("/demo/<role>")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def enter(role: str) -> ResponseReturnValue:
    """Take somebody's place. Only the demo's own people have a door, and only in the demo.

    It needs no token: who is led in from elsewhere finds nothing but what is made up.
    """
    wanted = next((one for one in Role if one.value == role), None)
    if not settings().demo or wanted is None or not queries.made_up(session()):
        abort(404)
    user = queries.who_opens(session(), wanted)
    if user is None:
        abort(404)
    held = queries.membership(user, wanted)
    sessions.begin(user, held.id if held else sessions.AS_PARENT)
    return redirect(url_for("today.index" if held else "families.mine"), 303)
