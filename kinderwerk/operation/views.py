"""What a monitor reads, if it shows the token of this installation."""

import hmac

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST

from kinderwerk.operation import figures as told
from kinderwerk.web.access import public
from kinderwerk.web.extensions import as_system, settings

bp = Blueprint("operation", __name__)


@bp.get("/metrics")
@public
def figures() -> Response:
    """Answer as if there were nothing, unless the token is shown."""
    token = settings().monitor_token
    shown = request.headers.get("Authorization", "")
    if token is None or not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        abort(404)
    return Response(
        told.told(as_system(), settings()),
        content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"},
    )  # fmt: skip
