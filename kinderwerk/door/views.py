"""Screens for the door: made for one hand, while people wait."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.door import service
from kinderwerk.door.forms import ArrivalForm, of_list
from kinderwerk.door.rules import read_birth
from kinderwerk.families import queries as families
from kinderwerk.families.models import Child
from kinderwerk.registers import queries as registers
from kinderwerk.signups import queries as signups
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page

bp = Blueprint("door", __name__)


@bp.get("/activities/<uuid:id>/door")
@allow(Action.LIST, Resource.SIGNUP, load=signups.activity)
def of_activity(activity: Activity) -> ResponseReturnValue:
    """Go to the door of the session that goes on, or comes next."""
    dates = signups.coming(session(), activity.id)
    if not dates:
        return redirect(url_for("signups.of_activity", id=activity.id))
    return redirect(url_for(".let_in", id=dates[0].id))


@bp.route("/sessions/<uuid:id>/door", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def let_in(occurrence: Occurrence) -> ResponseReturnValue:
    if not may("list", "child"):
        raise Withheld("a child at the door")
    id = occurrence.id
    lines = registers.lines(session(), actor(), occurrence)
    form = ArrivalForm.among(of_list(lines))
    if form.carry_out(lambda: service.let_in(session(), actor(), id, form.arrival())):
        flash(gettext("%(name)s is in.", name=form.outcome.first_name), "good")
        return redirect(url_for("registers.detail", id=id, _anchor=f"child-{form.outcome.id}"), 303)
    if request.method == "GET":
        shown("child", [line.child_id for line in lines], "listed", of=id)
    return page("door/let_in.html", form=form, occurrence=occurrence, alike=_alike(form))


@bp.post("/sessions/<uuid:id>/door/<uuid:child>")
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def let_known_in(occurrence: Occurrence, child: UUID) -> ResponseReturnValue:
    id, form = occurrence.id, Form()
    if form.carry_out(lambda: service.let_known_in(session(), actor(), id, child)):
        flash(gettext("%(name)s is in.", name=form.outcome.first_name), "good")
    for said in form.form_errors:
        flash(said, "warn")
    return redirect(url_for("registers.detail", id=id), 303)


def _alike(form: ArrivalForm) -> list[Child]:
    if not form.doubt:
        return []
    try:
        born = read_birth(form.born.data, clock.today())
    except Refusal:
        return []
    found = families.alike(
        session(), actor(), form.first_name.data, form.surname.data or "", born.on,
        about=born.about,
    )  # fmt: skip
    return list(found)
