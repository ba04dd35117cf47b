"""Screens of the child council: an agenda for each session, and what became of every point."""

from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import Format
from kinderwerk.children import queries as corners
from kinderwerk.children.rules import Corner, Tile
from kinderwerk.children.tiles import tile
from kinderwerk.council import queries, service
from kinderwerk.council.forms import DecisionForm, PointForm, ToldForm
from kinderwerk.council.models import CouncilPoint
from kinderwerk.registers import queries as registers
from kinderwerk.web.access import actor, allow, public
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("council", __name__)
#: The place of the tile on the first page of children: beside the board.
TILE: Final = 42


@bp.get("/council/")
@allow(Action.LIST, Resource.COUNCIL)
def index() -> ResponseReturnValue:
    points = queries.visible(session(), actor())
    told = sum(one.told_back_on is not None for one in points)
    return page("council/index.html", points=points, told=told)


@bp.route("/sessions/<uuid:id>/council", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.COUNCIL, load=registers.occurrence)
def agenda(occurrence: Occurrence) -> ResponseReturnValue:
    here, form = occurrence.id, PointForm()
    form.offer(queries.waiting_ideas(session(), actor()))
    if form.carry_out(lambda: service.put_on(session(), actor(), here, form.point())):
        flash(gettext("It is on the agenda."))
        return redirect(url_for(".agenda", id=here), 303)
    occurrence = registers.occurrence(session(), here)
    return page(
        "council/agenda.html", form=form, occurrence=occurrence,
        points=queries.of_session(session(), here), day=registers.day_of(occurrence),
    )  # fmt: skip


@bp.route("/council/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.COUNCIL, load=queries.by_id)
def decide(point: CouncilPoint) -> ResponseReturnValue:
    id, form = point.id, DecisionForm(obj=point)
    version, back = form.version.data, url_for(".agenda", id=point.occurrence_id)
    if form.carry_out(lambda: service.decide(session(), actor(), id, version, form.wish())):
        flash(gettext("Saved. Now tell the children."))
        return redirect(back, 303)
    return page("council/decide.html", form=form, point=queries.by_id(session(), id))


@bp.route("/council/<uuid:id>/told", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.COUNCIL, load=queries.by_id)
def tell_back(point: CouncilPoint) -> ResponseReturnValue:
    id, form = point.id, ToldForm.of(point)
    version, back = form.version.data, url_for(".agenda", id=point.occurrence_id)
    if form.carry_out(lambda: service.tell_back(session(), actor(), id, version, form.answer())):
        flash(gettext("Saved. Everybody can read it now."))
        return redirect(back, 303)
    return page("council/tell_back.html", form=form, point=queries.by_id(session(), id))


@bp.post("/council/<uuid:id>/remove")
@allow(Action.EDIT, Resource.COUNCIL, load=queries.by_id)
def take_off(point: CouncilPoint) -> ResponseReturnValue:
    id, back, form = point.id, url_for(".agenda", id=point.occurrence_id), Form()
    if form.carry_out(lambda: service.take_off(session(), actor(), id)):
        flash(gettext("Taken away."))
    return redirect(back, 303)


@bp.get("/kids/<uuid:organisation>/<uuid:neighbourhood>/council")
@public
def told(organisation: UUID, neighbourhood: UUID) -> ResponseReturnValue:
    """Tell everybody what children decided, once the children heard it."""
    corner = corners.corner(session(), organisation, neighbourhood)
    points = queries.told(session(), organisation, neighbourhood)
    return page("council/told.html", corner=corner, points=points)


@tile(TILE)
def told_tile(corner: Corner) -> Tile | None:
    area = corner.neighbourhood_id
    if area is None or not queries.told(session(), corner.organisation_id, area):
        return None
    return Tile(
        label=gettext("What the child council decided"), drawing="table", theme="talent",
        url=url_for("council.told", **corner.address),
    )  # fmt: skip


@piece("after-register")
def door(occurrence: Occurrence) -> str | None:
    """Lead from a session of the child council to its agenda."""
    if occurrence.activity.format is not Format.CHILD_COUNCIL:
        return None
    if not permits(actor(), Action.CREATE, Resource.COUNCIL, occurrence.facts):
        return None
    points = queries.of_session(session(), occurrence.id)
    return render_template("council/_door.html", occurrence=occurrence, points=points)
