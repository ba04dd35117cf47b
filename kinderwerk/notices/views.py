"""Screens on which staff tell families something, and on which families say how."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.notices import queries
from kinderwerk.notices.forms import MoveForm
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("notices", __name__)


@bp.route("/activities/dates/<uuid:id>/move", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.occurrence)
def move(date: Occurrence) -> ResponseReturnValue:
    id, activity_id, form = date.id, date.activity_id, MoveForm.of(date)
    if form.carry_out(lambda: activities.move_occurrence(session(), actor(), id, form.slot())):
        flash(gettext("It is moved, and the families hear of it in a few minutes."), "good")
        return redirect(url_for("activities.detail", id=activity_id), 303)
    return page(
        "notices/move.html", form=form, date=date, told=queries.families(session(), date)
    )  # fmt: skip


@piece("plan")
def of_plan(activity: Activity | None) -> str | None:
    """Say beside a plan how many families a change of it is told to."""
    told = queries.families_of(session(), activity.id) if activity else 0
    return render_template("notices/_of_plan.html", told=told) if told else None
