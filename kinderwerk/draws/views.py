"""Screens about draws: for everybody, for families, and for staff."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities.models import Activity
from kinderwerk.draws import queries, service
from kinderwerk.draws.rules import Published, examine
from kinderwerk.families.queries import Household
from kinderwerk.signups import queries as signups
from kinderwerk.signups.models import Signup
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("draws", __name__)


@bp.get("/programme/<uuid:id>/draw")
@allow(Action.VIEW, Resource.PROGRAMME, load=queries.activity)
def detail(activity: Activity) -> ResponseReturnValue:
    draw, told = queries.of_activity(session(), activity.id), _published(activity)
    return page("draws/detail.html", activity=activity, draw=draw, told=told)


@bp.get("/programme/<uuid:id>/draw/again")
@allow(Action.VIEW, Resource.PROGRAMME, load=queries.activity)
def again(activity: Activity) -> ResponseReturnValue:
    """Draw again from what is published, and nothing else."""
    told = _published(activity) or signups.none_there()
    findings = list(examine(told))
    return page("draws/again.html", activity=activity, told=told, findings=findings)


@bp.get("/programme/<uuid:id>/draw.json")
@allow(Action.VIEW, Resource.PROGRAMME, load=queries.activity)
def file(activity: Activity) -> ResponseReturnValue:
    told = _published(activity) or signups.none_there()
    headers = {"Content-Disposition": "attachment; filename=kinderwerk-draw.json"}
    written = told.text(activity=activity.title)
    return Response(written, mimetype="application/json", headers=headers)


def _published(activity: Activity) -> Published | None:
    """Read the tickets as the system: their numbers are for all, and whose they are for nobody."""
    draw = queries.of_activity(as_system(), activity.id)
    return queries.published(session(), draw) if draw else None


@bp.get("/activities/<uuid:id>/draw")
@allow(Action.LIST, Resource.SIGNUP, load=queries.activity)
def manage(activity: Activity) -> ResponseReturnValue:
    hopeful = queries.hopeful(session(), actor(), activity.id) if activity.kept else []
    shown("signup", [one.child_id for one in hopeful], of=activity.id)
    return page(
        "draws/manage.html", activity=activity, hopeful=hopeful,
        draw=queries.of_activity(session(), activity.id),
        figures=queries.figures(session(), activity.id),
        editable=may("edit", "activity", activity.facts),
    )  # fmt: skip


@bp.post("/activities/sign-ups/<uuid:id>/reserve")
@allow(Action.EDIT, Resource.SIGNUP, load=signups.by_id)
def reserve(signup: Signup) -> ResponseReturnValue:
    id, name, form = signup.id, signup.child.first_name, Form()
    onwards = url_for(".manage", id=signup.activity_id)
    if form.carry_out(lambda: service.reserve(session(), actor(), id)):
        flash(gettext("%(name)s has a place now.", name=name), "good")
    return _back(form, onwards)


@bp.post("/activities/<uuid:id>/draw/let-go")
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.activity)
def let_go(activity: Activity) -> ResponseReturnValue:
    id, form = activity.id, Form()
    if form.carry_out(lambda: service.let_go(session(), actor(), id)):
        flash(gettext("These places are offered to those who wait."), "good")
    return _back(form, url_for(".manage", id=id))


def _back(form: Form, onwards: str) -> ResponseReturnValue:
    for message in form.form_errors:
        flash(message, "warn")
    return redirect(onwards, 303)


@piece("offer_terms")
def of_offer(activity: Activity) -> str | None:
    if activity.draw is None:
        return None
    draw = queries.of_activity(session(), activity.id)
    return render_template("draws/_of_offer.html", activity=activity, draw=draw)


@piece("sign_up")
def of_sign_up(activity: Activity) -> str | None:
    if not activity.undrawn:
        return None
    return render_template("draws/_of_sign_up.html", activity=activity)


@piece("activity")
def of_activity(activity: Activity) -> str | None:
    if activity.draw is None or not may("list", "signup", activity.facts):
        return None
    return render_template("draws/_of_activity.html", activity=activity)


@piece("below_children")
def of_family(households: list[Household]) -> str | None:
    held = queries.of_family(session(), actor()) if households else []
    return render_template("draws/_of_family.html", held=held) if held else None
