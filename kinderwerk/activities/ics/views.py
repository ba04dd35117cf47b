"""Screens on which calendars come in and plans go out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext

from kinderwerk.access.policy import grants
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities import queries
from kinderwerk.activities.ics import service, writing
from kinderwerk.activities.ics.forms import LARGEST_FORM, ImportForm
from kinderwerk.activities.models import Activity
from kinderwerk.core.words import in_language
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session, settings
from kinderwerk.web.pages import page

bp = Blueprint("ics", __name__)


@bp.url_value_preprocessor
def admit_calendars(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """A calendar is larger than a form; only those who plan activities send one."""
    if endpoint == "ics.bring_in" and grants(actor(), Action.CREATE, Resource.ACTIVITY):
        request.max_content_length = LARGEST_FORM
        request.max_form_memory_size = LARGEST_FORM


def here() -> UUID:
    organisation_id = actor().organisation_id
    if organisation_id is None:
        raise ValueError("whoever plans activities works for an organisation")
    return organisation_id


@bp.route("/activities/import", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.ACTIVITY)
def bring_in() -> ResponseReturnValue:
    """Look what is in a calendar first; drafts are made by another button."""
    form = ImportForm()
    form.zone = settings().zone
    form.goal_id.offer(
        (goal.id, f"{goal.title} ({in_language(goal.theme.label, str(get_locale()))})")
        for goal in queries.goals(session(), here())
    )
    if "make" in request.form:
        made = lambda: service.bring_in(session(), actor(), form.content, form.wish())  # noqa: E731
        if form.carry_out(made):
            count = len(form.outcome)
            flash(ngettext("%(num)d draft was made.", "%(num)d drafts were made.", count), "good")
            return redirect(url_for("activities.index", state="draft"), 303)
    found = None
    if form.is_submitted() and not form.errors and form.validate():
        found = service.look(session(), here(), form.content, form.wish())
    return page("activities/import.html", form=form, found=found)


@bp.get("/activities/<uuid:id>/plan.ics")
@allow(Action.VIEW, Resource.ACTIVITY, load=queries.by_id)
def give(activity: Activity) -> ResponseReturnValue:
    """Give a plan to a calendar that takes it over."""
    written = writing.write([(activity, queries.dates(session(), activity.id))])
    name = f"attachment; filename={activity.id}.ics"
    return Response(written, mimetype="text/calendar", headers={"Content-Disposition": name})
