"""Screens for access requests, and how a family learns that it can ask."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.access_requests import queries, service
from kinderwerk.access_requests.forms import HandleForm, ReceiveForm
from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.core import clock
from kinderwerk.signals import queries as signals
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("access_requests", __name__, url_prefix="/access-requests")


@bp.get("/")
@allow(Action.LIST, Resource.ACCESS_REQUEST)
def index() -> ResponseReturnValue:
    found = queries.visible(session(), actor())
    shown("access_request", [one.id for one in found])
    return page("access_requests/index.html", requests=found, today=clock.today())


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.ACCESS_REQUEST)
def new() -> ResponseReturnValue:
    form, families = ReceiveForm(), signals.families(session(), actor())
    form.offer((one.id, one.called) for one in families)
    shown("family", [one.id for one in families])
    if form.carry_out(lambda: service.receive(session(), actor(), form.receipt())):
        flash(gettext("Written down. The protection officer sees to it; a month runs."), "good")
        leads = ".index" if may("list", "access_request") else "today.index"
        return redirect(url_for(leads), 303)
    return page("access_requests/new.html", form=form)


@bp.route("/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACCESS_REQUEST, load=queries.by_id)
def handle(request: AccessRequest) -> ResponseReturnValue:
    id = request.id
    words = service.read(session(), actor(), id)
    form = HandleForm.of(queries.by_id(session(), id), words)
    version = form.version.data
    if form.carry_out(lambda: service.handle(session(), actor(), id, version, form.wish())):
        flash(gettext("Saved."))
        return redirect(url_for(".index"), 303)
    kept = queries.by_id(session(), id)
    cases = queries.signals_of(session(), actor(), kept.family_id)
    shown("signal", [one.id for one in cases])
    return page(
        "access_requests/handle.html", form=form, request_=kept, asked_by=words["asked_by"],
        cases=cases, today=clock.today(),
    )  # fmt: skip


@piece("today")
def waiting(who: str) -> str | None:
    """Tell the protection officer which answers a family still waits for."""
    if not may("list", "access_request"):
        return None
    found = queries.waiting(session(), actor())
    shown("access_request", [one.id for one in found])
    if not found:
        return None
    return render_template("access_requests/_waiting.html", requests=found, today=clock.today())


@piece("known")
def how_to_ask(households: list[object]) -> str | None:
    return render_template("access_requests/_of_family.html", households=households)
