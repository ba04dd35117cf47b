"""Screens for requests about somebody's own details."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.access_requests import queries, service
from kinderwerk.access_requests.forms import HandleForm, LiftForm, LimitForm, ReceiveForm
from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.core import clock
from kinderwerk.families import limits
from kinderwerk.families.models import Child
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
    answers = may("list", "access_request")
    form, find = ReceiveForm(), queries.families if answers else signals.families
    families = find(session(), actor())
    form.offer((one.id, one.called) for one in families)
    shown("family", [one.id for one in families])
    if form.carry_out(lambda: service.receive(session(), actor(), form.receipt())):
        flash(gettext("Written down. Whoever answers it sees to it; a month runs."), "good")
        return redirect(url_for(".index" if answers else "today.index"), 303)
    return page("access_requests/new.html", form=form)


@bp.route("/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACCESS_REQUEST, load=queries.by_id)
def handle(request: AccessRequest) -> ResponseReturnValue:
    id, weighs = request.id, may("release", "access_request", request.facts)
    words = service.read(session(), actor(), id)
    kept = queries.by_id(session(), id)
    families = [] if kept.family else queries.families(session(), actor())
    shown("family", [one.id for one in families])
    named = [(one.id, one.called) for one in families]
    form = HandleForm.of(kept, words, weighs=weighs, families=named)
    version = form.version.data
    if form.carry_out(lambda: service.handle(session(), actor(), id, version, form.wish())):
        flash(gettext("Saved."))
        return redirect(url_for(".handle" if kept.sent_on is None else ".index", id=id), 303)
    kept = queries.by_id(session(), id)
    return page(
        "access_requests/handle.html", form=form, request_=kept, words=words,
        cases=_cases(kept), limited=_limited(kept), today=clock.today(),
    )  # fmt: skip


def _cases(kept: AccessRequest) -> list[object]:
    """Return the cases of which a copy can be made, for who reads them."""
    if kept.family_id is None or not may("list", "signal"):
        return []
    found = queries.signals_of(session(), actor(), kept.family_id)
    shown("signal", [one.id for one in found])
    return list(found)


def _limited(kept: AccessRequest) -> list[tuple[Child, object]]:
    """Return the children of the family, each with how far the use of what is kept is limited."""
    known = limits.of(session(), [child.id for child in kept.children])
    return [(child, known.get(child.id)) for child in kept.children]


@bp.route("/<uuid:id>/limit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACCESS_REQUEST, load=queries.by_id)
def limit(request: AccessRequest) -> ResponseReturnValue:
    form, id = LimitForm(), request.id
    form.children.offer((child.id, child.first_name) for child, held in _limited(request))
    if form.carry_out(
        lambda: service.limit(
            session(), actor(), id, form.children.data, form.limit.data, told=False
        )
    ):
        flash(gettext("From now on this is limited, until you lift it."), "good")
        return redirect(url_for(".handle", id=id), 303)
    return page("access_requests/limit.html", form=form, request_=queries.by_id(session(), id))


@bp.route("/<uuid:id>/lift", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACCESS_REQUEST, load=queries.by_id)
def lift(request: AccessRequest) -> ResponseReturnValue:
    form, id = LiftForm(), request.id
    form.children.offer((child.id, child.first_name) for child, held in _limited(request) if held)
    if form.carry_out(
        lambda: service.limit(session(), actor(), id, form.children.data, None, told=form.told.data)
    ):
        flash(gettext("It is lifted."), "good")
        return redirect(url_for(".handle", id=id), 303)
    return page("access_requests/lift.html", form=form, request_=queries.by_id(session(), id))


@piece("today")
def waiting(who: str) -> str | None:
    """Tell whoever answers which answers somebody still waits for."""
    if not may("list", "access_request"):
        return None
    found = queries.waiting(session(), actor())
    shown("access_request", [one.id for one in found])
    if not found:
        return None
    return render_template("access_requests/_waiting.html", requests=found, today=clock.today())


@piece("known")
def how_to_ask(households: list[object]) -> str | None:
    return render_template(
        "access_requests/_of_family.html", households=households,
        asked=queries.own(session(), actor()), today=clock.today(),
    )  # fmt: skip


@piece("child")
def limited(child: Child) -> str | None:
    """Say to who works with a child that what is kept of it is limited in its use."""
    held = limits.of(session(), [child.id]).get(child.id)
    return render_template("access_requests/_of_child.html", limit=held) if held else None
