"""Screens on which another calendar is looked at, becomes drafts, and is taken back."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext

from kinderwerk.access.policy import grants
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities import queries as activities
from kinderwerk.core.words import in_language
from kinderwerk.imports import queries
from kinderwerk.imports.calendars import service
from kinderwerk.imports.calendars.forms import LARGEST_FORM, CalendarForm
from kinderwerk.imports.service import stayed
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session, settings
from kinderwerk.web.pages import page

bp = Blueprint("calendars_in", __name__)
PAGE: Final = "imports/calendar.html"


@bp.url_value_preprocessor
def admit_calendars(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """A calendar is larger than a form; only those who plan activities send one."""
    if grants(actor(), Action.CREATE, Resource.ACTIVITY):
        request.max_content_length = LARGEST_FORM
        request.max_form_memory_size = LARGEST_FORM


@bp.route("/activities/import", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.ACTIVITY)
def bring_in() -> ResponseReturnValue:
    """Look what is in a calendar first; drafts are made by another button."""
    form, make = _form(), "make" in request.form
    wish = lambda: service.bring_in(session(), actor(), form.content, form.wish(), **form.wishes)  # noqa: E731
    if make and form.carry_out(wish):
        n = form.outcome.n
        flash(ngettext("%(num)d draft was made.", "%(num)d drafts were made.", n), "good")
        return redirect(url_for("activities.index", state="draft"), 303)
    found = form.found
    if not make and form.validate_on_submit():
        found = service.look(session(), here(), form.content, form.wish())
    brought = [(one, stayed(session(), one)) for one in queries.own_drafts(session(), actor())]
    return page(PAGE, form=form, found=found, brought=brought)


def _form() -> CalendarForm:
    form = CalendarForm()
    form.zone = settings().zone
    form.goal_id.offer(
        (goal.id, f"{goal.title} ({in_language(goal.theme.label, str(get_locale()))})")
        for goal in activities.goals(session(), here())
    )
    return form


def here() -> UUID:
    organisation_id = actor().organisation_id
    if organisation_id is None:
        raise ValueError("whoever plans activities works for an organisation")
    return organisation_id
