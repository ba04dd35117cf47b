"""Whether this process serves, and whether its database answers; nothing else is told."""

from flask import Blueprint, Response
from sqlalchemy import text

from kinderwerk.web.access import public
from kinderwerk.web.extensions import session

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def check() -> Response:
    session().execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
