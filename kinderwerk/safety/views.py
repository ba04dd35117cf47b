"""Incidents on the phone, what is filled in later, what goes past the line, and data breaches."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.helplines import queries as helplines
from kinderwerk.places.models import Venue
from kinderwerk.safety import queries, rules, service
from kinderwerk.safety.forms import (
    CaptureForm,
    CompleteForm,
    SettleForm,
    begun,
    offered,
)
from kinderwerk.safety.models import DataBreach, Incident
from kinderwerk.safety.rules import Cause
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("safety", __name__)
SEVERE = rules.ALERTING


@bp.get("/incidents/")
@allow(Action.LIST, Resource.INCIDENT)
def index() -> ResponseReturnValue:
    closed = request.args.get("show") == "closed"
    found = queries.visible(session(), actor(), closed=closed)
    shown("incident", [one.id for one in found])
    people = queries.people(session(), [one.owner_id for one in found])
    return page("safety/index.html", incidents=found, people=people, closed=closed,
                today=clock.today())  # fmt: skip


@bp.route("/incidents/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.INCIDENT)
def new() -> ResponseReturnValue:
    held = queries.session_of(session(), actor(), _asked())
    venue_id = held.activity.venue_id if held else None
    form = CaptureForm(data=begun(request.args) | {"venue_id": venue_id})
    _offer(form, held)
    about = held.id if held else None
    if form.carry_out(lambda: service.write_down(session(), actor(), form.capture(about))):
        if form.by_staff.data:
            return redirect(url_for(".written", waits=_adviser_away()), 303)
        return redirect(url_for(".written", id=form.outcome.id), 303)
    return page("safety/new.html", form=form, occurrence=held, rare=rules.RARE)


def _adviser_away() -> str | None:
    here = actor().organisation_id
    away = here and queries.nobody_there(session(), here, Role.CONFIDANT)
    return "yes" if away else None


def _asked() -> UUID | None:
    try:
        return UUID(request.args.get("session", ""))
    except ValueError:
        return None


def _offer(form: CaptureForm, held: Occurrence | None) -> None:
    here = actor().organisation_id
    children = queries.children(session(), actor(), held)
    shown("child", children)
    offered(form, list(children.items()), of_session=held is not None)
    form.staff_id.offer(queries.staff(session(), here) if here else ())
    form.venue_id.offer(queries.venues(session(), here) if here else ())


@bp.get("/incidents/written")
@allow(Action.CREATE, Resource.INCIDENT)
def written() -> ResponseReturnValue:
    """Thank whoever wrote, and lead on to it only if they may read it again."""
    return page(
        "safety/written.html", id=request.args.get("id"), may_read=may("list", "incident"),
        waits="waits" in request.args, advice=helplines.advice(session(), actor().organisation_id),
    )  # fmt: skip


@bp.get("/incidents/year")
@allow(Action.LIST, Resource.INCIDENT)
def year() -> ResponseReturnValue:
    now = clock.today().year
    asked = request.args.get("year", now, type=int)
    chosen = asked if now - 10 <= asked <= now else now
    table = queries.year_table(session(), actor(), chosen)
    return page("safety/year.html", table=table, now=now)


@bp.get("/incidents/<uuid:id>")
@allow(Action.VIEW, Resource.INCIDENT, load=queries.by_id)
def detail(incident: Incident) -> ResponseReturnValue:
    return _read(incident.id, Resource.INCIDENT)


@bp.route("/incidents/<uuid:id>/complete", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.INCIDENT, load=queries.by_id)
def complete(incident: Incident) -> ResponseReturnValue:
    return _complete(incident.id, Resource.INCIDENT)


@bp.post("/incidents/<uuid:id>/close")
@allow(Action.EDIT, Resource.INCIDENT, load=queries.by_id)
def close(incident: Incident) -> ResponseReturnValue:
    service.close(session(), actor(), incident.id, Resource.INCIDENT)
    return _to_list(gettext("Closed. It stays where it is."), ".index")


@bp.post("/incidents/<uuid:id>/reopen")
@allow(Action.EDIT, Resource.INCIDENT, load=queries.by_id)
def reopen(incident: Incident) -> ResponseReturnValue:
    service.reopen(session(), actor(), incident.id, Resource.INCIDENT)
    return _to_list(gettext("Open again."), ".index")


@bp.get("/incidents/<uuid:id>/copy")
@allow(Action.VIEW, Resource.INCIDENT, load=queries.by_id)
def copy(incident: Incident) -> ResponseReturnValue:
    """What parents are given, to print: what happened and what was done, and of nobody else."""
    id = incident.id
    words = service.read(session(), actor(), id, Resource.INCIDENT, "incident.printed")
    return page("safety/copy.html", incident=queries.by_id(session(), id), words=words)


@bp.get("/boundaries/")
@allow(Action.LIST, Resource.BOUNDARY)
def boundaries() -> ResponseReturnValue:
    closed = request.args.get("show") == "closed"
    found = queries.boundaries(session(), actor(), closed=closed)
    shown("boundary", [one.id for one in found])
    return page("safety/boundaries.html", incidents=found, closed=closed)


@bp.get("/boundaries/<uuid:id>")
@allow(Action.VIEW, Resource.BOUNDARY, load=queries.by_id)
def boundary(incident: Incident) -> ResponseReturnValue:
    return _read(incident.id, Resource.BOUNDARY)


@bp.route("/boundaries/<uuid:id>/complete", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.BOUNDARY, load=queries.by_id)
def complete_boundary(incident: Incident) -> ResponseReturnValue:
    return _complete(incident.id, Resource.BOUNDARY)


@bp.post("/boundaries/<uuid:id>/close")
@allow(Action.EDIT, Resource.BOUNDARY, load=queries.by_id)
def close_boundary(incident: Incident) -> ResponseReturnValue:
    service.close(session(), actor(), incident.id, Resource.BOUNDARY)
    return _to_list(gettext("Closed. It stays where it is."), ".boundaries")


@bp.post("/boundaries/<uuid:id>/reopen")
@allow(Action.EDIT, Resource.BOUNDARY, load=queries.by_id)
def reopen_boundary(incident: Incident) -> ResponseReturnValue:
    service.reopen(session(), actor(), incident.id, Resource.BOUNDARY)
    return _to_list(gettext("Open again."), ".boundaries")


def _read(incident_id: UUID, resource: Resource) -> ResponseReturnValue:
    words = service.read(session(), actor(), incident_id, resource)
    incident = queries.by_id(session(), incident_id)
    involved = [one.user_id for one in incident.staff]
    people = queries.people(session(), [incident.author_id, incident.owner_id, *involved])
    return page("safety/detail.html", incident=incident, words=words, people=people,
                today=clock.today(), **ways(resource))  # fmt: skip


def _complete(incident_id: UUID, resource: Resource) -> ResponseReturnValue:
    words = service.read(session(), actor(), incident_id, resource)
    incident = queries.by_id(session(), incident_id)
    form = CompleteForm.of(incident, words)
    form.owner_id.offer((one.id, one.name) for one in queries.colleagues(session(), incident))
    form.child_id.offer(queries.children(session(), actor(), None).items())
    version = form.version.data
    if form.carry_out(
        lambda: service.complete(session(), actor(), incident_id, resource, version, form.wish())
    ):
        flash(gettext("Saved."))
        return redirect(url_for(ways(resource)["back_to"], id=incident_id), 303)
    incident = queries.by_id(session(), incident_id)
    return page("safety/complete.html", form=form, incident=incident, **ways(resource))


def ways(resource: Resource) -> dict[str, Any]:
    """Say where the pages of an incident lead: those past the line lead to others."""
    if resource is Resource.BOUNDARY:
        return {
            "list_of": "safety.boundaries", "back_to": "safety.boundary",
            "completing": "safety.complete_boundary", "closing": "safety.close_boundary",
            "reopening": "safety.reopen_boundary",
        }  # fmt: skip
    return {
        "list_of": "safety.index", "back_to": "safety.detail", "completing": "safety.complete",
        "closing": "safety.close", "reopening": "safety.reopen",
    }  # fmt: skip


def _to_list(said: str, where: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(where), 303)


@bp.get("/data-breaches/")
@allow(Action.LIST, Resource.DATA_BREACH)
def breaches() -> ResponseReturnValue:
    found = queries.breaches(session(), actor())
    shown("breach", [one.id for one in found])
    return page("safety/breaches.html", breaches=found, now=clock.now(), rules=rules)


@bp.route("/data-breaches/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.DATA_BREACH, load=queries.breach)
def breach(found: DataBreach) -> ResponseReturnValue:
    id = found.id
    happened, contained, why = service.read_breach(session(), actor(), id)
    form = SettleForm.of(queries.breach(session(), id), contained, why)
    version = form.version.data
    if form.carry_out(lambda: service.settle(session(), actor(), id, version, form.wish())):
        return _to_list(gettext("Saved."), ".breaches")
    kept = queries.breach(session(), id)
    return page("safety/breach.html", form=form, breach=kept, happened=happened, now=clock.now(),
                rules=rules)  # fmt: skip


@piece("log-door")
def door(occurrence: Occurrence) -> str | None:
    """Lead from the log of a session to writing an incident down."""
    if not may("create", "incident"):
        return None
    return render_template("safety/_door.html", occurrence=occurrence)


@piece("signal-door")
def past_the_line(subject: None) -> str | None:
    """Lead away from signals what is about somebody who works here."""
    return render_template("safety/_past_the_line.html") if may("create", "incident") else None


@piece("venue")
def mark_of(venue: Venue) -> str | None:
    """Mark a place where something serious happened, or something twice in a year."""
    found = queries.at_venue(session(), actor(), venue.id) if may("list", "incident") else ()
    if len(found) < rules.LOOK_AGAIN and not any(one.severity in SEVERE for one in found):
        return None
    return render_template("safety/_of_venue.html", incidents=found)


@bp.app_template_filter("cause")
def in_words(cause: Cause | None) -> str:
    return str(gettext(cause.label) if cause else gettext("Not known yet"))
