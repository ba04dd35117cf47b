"""Screens about people at work: of the coordinator, and of each person about themselves."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.team import queries, service
from kinderwerk.team.forms import (
    DAYS,
    OwnForm,
    RecordForm,
    RefusedForm,
    ScreeningForm,
    TrainingForm,
)
from kinderwerk.team.queries import Colleague
from kinderwerk.team.rules import Half
from kinderwerk.web.access import actor, allow, may, personal
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("team", __name__)


@bp.get("/team/")
@allow(Action.LIST, Resource.STAFF)
def index() -> ResponseReturnValue:
    people = queries.everybody(session(), actor().organisation_id)
    return page("team/index.html", people=people, here=actor().organisation_id)


@bp.get("/team/<uuid:id>")
@allow(Action.VIEW, Resource.STAFF, load=queries.colleague)
def detail(one: Colleague) -> ResponseReturnValue:
    return _detail(one)


def _detail(one: Colleague, form: Form | None = None) -> ResponseReturnValue:
    id, edits = one.id, may("edit", "staff", one.facts)
    outcome = service.outcome(session(), actor(), one) if edits else ""
    one = queries.colleague(session(), id)
    training = form if isinstance(form, TrainingForm) else TrainingForm(None)
    training.offer(queries.trainings(session(), one.organisation_id))
    return page(
        "team/detail.html", one=one, form=form, edits=edits, outcome=outcome, days=DAYS,
        halves=list(Half), seer=queries.seer(session(), one), training=training,
        refused=form if isinstance(form, RefusedForm) else RefusedForm(None),
    )  # fmt: skip


@bp.route("/team/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.STAFF, load=queries.colleague)
def edit(one: Colleague) -> ResponseReturnValue:
    id, known = one.id, one.record
    form = RecordForm(obj=known, data=None if known else {"kind": one.kind, "version": 1})
    if form.carry_out(
        lambda: service.write(session(), actor(), id, form.wish(), form.version.data)
    ):
        flash(gettext("The changes are saved."), "good")
        return redirect(url_for(".detail", id=id), 303)
    return page("team/edit.html", form=form, one=queries.colleague(session(), id))


@bp.post("/team/<uuid:id>/training")
@allow(Action.EDIT, Resource.STAFF, load=queries.colleague)
def train(one: Colleague) -> ResponseReturnValue:
    form, id = TrainingForm(), one.id
    form.offer(queries.trainings(session(), one.organisation_id))
    if form.carry_out(lambda: service.train(session(), actor(), id, form.training())):
        return redirect(url_for(".detail", id=id), 303)
    return _detail(queries.colleague(session(), id), form)


@bp.post("/team/<uuid:id>/refused")
@allow(Action.EDIT, Resource.STAFF, load=queries.colleague)
def refuse(one: Colleague) -> ResponseReturnValue:
    form, id = RefusedForm(), one.id
    if form.carry_out(lambda: service.refuse(session(), actor(), id, form.words.data or "")):
        flash(gettext("Noted. Only coordinators read it."), "good")
        return redirect(url_for(".detail", id=id), 303)
    return _detail(queries.colleague(session(), id), form)


@bp.route("/team/me", methods=["GET", "POST"])
@personal
def me() -> ResponseReturnValue:
    held = actor().membership
    if held is None or held.id is None or held.organisation_id is None:
        abort(404)
    id: UUID = held.id
    one = queries.colleague(session(), id)
    if one.user_id != actor().id:
        abort(404)
    form = OwnForm(obj=one.record)
    form.offer()
    if form.carry_out(lambda: service.tell_own(session(), actor(), id, form.own())):
        flash(gettext("The changes are saved."), "good")
        return redirect(url_for(".me"), 303)
    return page("team/me.html", form=form, one=queries.colleague(session(), id))


@bp.route("/team/rules/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ORGANISATION, load=queries.organisation)
def screening(here: Organisation) -> ResponseReturnValue:
    id = here.id
    form = ScreeningForm.of(here)
    if form.carry_out(lambda: service.set_rules(session(), actor(), id, form.wish())):
        flash(gettext("The changes are saved."), "good")
        return redirect(url_for(".index"), 303)
    return page("team/screening.html", form=form, id=id)


@piece("today")
def waiting(role: str) -> str | None:
    """Show on the first page whose certificate somebody has to see to."""
    if not may("list", "staff"):
        return None
    people = queries.to_see_to(session(), actor())
    return render_template("team/_waiting.html", people=people) if people else None
