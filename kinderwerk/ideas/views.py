"""Ideas of children: written down in a session, and followed until they heard the answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.ideas import queries, service
from kinderwerk.ideas.forms import (
    AnswerForm,
    ChoiceForm,
    CorrectionForm,
    DecisionForm,
    PlainForm,
    SayingForm,
)
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.rules import Standing
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("ideas", __name__)


@bp.get("/ideas/")
@allow(Action.LIST, Resource.IDEA)
def index() -> ResponseReturnValue:
    form = ChoiceForm(request.args)
    form.neighbourhood_id.offer(queries.neighbourhoods(session(), actor()))
    chosen, standing = form.chosen, _standing()
    return page(
        "ideas/index.html", choice=form, standing=standing, standings=list(Standing),
        ideas=queries.visible(session(), actor(), standing, chosen), chosen=chosen,
        counted=queries.counted(session(), actor(), chosen),
    )  # fmt: skip


def _standing() -> Standing:
    try:
        return Standing(request.args.get("show", Standing.OPEN))
    except ValueError:
        return Standing.OPEN


@bp.route("/ideas/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.IDEA)
def new() -> ResponseReturnValue:
    held = queries.session_of(session(), actor(), request.args.get("session", type=UUID))
    about, form = held.id if held else None, SayingForm()
    if form.carry_out(lambda: service.write_down(session(), actor(), form.saying(about))):
        flash(gettext("Written down. Now it waits for an answer."))
        return redirect(_after(about), 303)
    held = queries.session_of(session(), actor(), about)
    return page("ideas/new.html", form=form, occurrence=held)


def _after(occurrence_id: UUID | None) -> str:
    if occurrence_id:
        return url_for("logbook.log", id=occurrence_id)
    return url_for(".index") if may("list", "idea") else url_for("today.index")


@bp.get("/ideas/<uuid:id>")
@allow(Action.VIEW, Resource.IDEA, load=queries.by_id)
def detail(idea: Idea) -> ResponseReturnValue:
    return page("ideas/detail.html", idea=idea, told_at=queries.told_at(session(), idea))


@bp.route("/ideas/<uuid:id>/words", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def correct(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, CorrectionForm(obj=idea)
    version = form.version.data
    return _written(
        id, form, "ideas/correct.html",
        lambda: service.correct(session(), actor(), id, version, form.wish()),
    )  # fmt: skip


@bp.route("/ideas/<uuid:id>/decision", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def decide(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, DecisionForm(obj=idea)
    version = form.version.data
    return _written(
        id, form, "ideas/decide.html",
        lambda: service.decide(session(), actor(), id, version, form.wish()),
    )  # fmt: skip


@bp.route("/ideas/<uuid:id>/told-back", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def tell_back(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, AnswerForm.of(idea, clock.today())
    version = form.version.data
    return _written(
        id, form, "ideas/tell_back.html",
        lambda: service.tell_back(session(), actor(), id, version, form.wish()),
    )  # fmt: skip


def _written(
    idea_id: UUID, form: Form, template: str, action: Callable[[], Any]
) -> ResponseReturnValue:
    if form.carry_out(action):
        flash(gettext("Saved."))
        return redirect(url_for(".detail", id=idea_id), 303)
    return page(template, form=form, idea=queries.by_id(session(), idea_id))


@bp.post("/ideas/<uuid:id>/remove")
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def remove(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, PlainForm()
    if form.carry_out(lambda: service.remove(session(), actor(), id)):
        flash(gettext("Taken away."))
    return redirect(url_for(".index"), 303)


@piece("log-door")
def door(occurrence: Occurrence) -> str | None:
    """Lead from the log of a session to writing an idea down."""
    if not may("create", "idea"):
        return None
    return render_template("ideas/_door.html", occurrence=occurrence)


@piece("today")
def waiting(role: str) -> str | None:
    """Show on the first page that children wait for an answer."""
    if not may("list", "idea"):
        return None
    counted = queries.counted(session(), actor())
    if not counted.waiting:
        return None
    return render_template("ideas/_waiting.html", counted=counted)
