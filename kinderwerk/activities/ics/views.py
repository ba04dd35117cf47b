"""Plans go out as calendars that others take over."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities import queries
from kinderwerk.activities.ics import writing
from kinderwerk.activities.models import Activity
from kinderwerk.web.access import allow
from kinderwerk.web.extensions import session

bp = Blueprint("ics", __name__)


@bp.get("/activities/<uuid:id>/plan.ics")
@allow(Action.VIEW, Resource.ACTIVITY, load=queries.by_id)
def give(activity: Activity) -> ResponseReturnValue:
    """Give a plan to a calendar that takes it over."""
    written = writing.write([(activity, queries.dates(session(), activity.id))])
    name = f"attachment; filename={activity.id}.ics"
    return Response(written, mimetype="text/calendar", headers={"Content-Disposition": name})
