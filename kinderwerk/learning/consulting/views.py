"""Screens of peer consultation: planning one, the room with its clock, and what came of it."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.learning.consulting import paper, queries, rules, service
from kinderwerk.learning.consulting.forms import (
    AnswerForm,
    CaseForm,
    PlainForm,
    PlanningForm,
    PressForm,
    SayForm,
    StepForm,
    minutes_form,
    only_signal,
    wished,
)
from kinderwerk.learning.consulting.models import Consultation
from kinderwerk.learning.consulting.rules import Kind, Part, Phase, Standing
from kinderwerk.papers import service as papers
from kinderwerk.papers.kinds import KINDS
from kinderwerk.papers.orders import OrderForm
from kinderwerk.signals.models import Signal
from kinderwerk.web import pages
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page, wants_fragment
from kinderwerk.web.pieces import piece

bp = Blueprint("consulting", __name__, url_prefix="/consultations")
PAPER: Final = KINDS[paper.NAME]
OF_TEAM: Final = {"part": Part, "kind": Kind, "phases": Phase, "told": rules.TOLD}


@bp.get("/")
@allow(Action.LIST, Resource.CONSULTATION)
def index() -> ResponseReturnValue:
    over = request.args.get("show") == "over"
    found = queries.visible(session(), actor(), over=over)
    names = queries.people(session(), [id for one in found for id in one.parts])
    return page("consulting/index.html", found=found, over=over, names=names, part=Part,
                me=actor().id)  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.CONSULTATION)
def new() -> ResponseReturnValue:
    form = PlanningForm(data={"bringer_id": actor().id})
    _offer(form, request.args.get("signal", type=UUID))
    if form.carry_out(lambda: service.plan(session(), actor(), form.planning())):
        flash(gettext("Planned. Everybody whom you invited finds it on their first page."))
        return _after_planning(form.outcome)
    return page("consulting/plan.html", form=form, consultation=None)


def _after_planning(row: Consultation) -> ResponseReturnValue:
    inside = actor().id in row.parts
    return redirect(url_for(".detail", id=row.id) if inside else url_for(".index"), 303)


def _offer(form: PlanningForm, signal_id: UUID | None) -> None:
    here = actor().organisation_id
    people = queries.colleagues(session(), here) if here else ()
    chosen = [(one.id, one.name) for one in people]
    for field in (form.bringer_id, form.moderator_id, form.minutes_id, form.adviser_ids):
        field.offer(chosen)
    signal = queries.signal_of(session(), actor(), signal_id)
    label = gettext("Signal of %(day)s", day=pages.day(signal.observed_on)) if signal else ""
    form.signal_id.offer(only_signal(signal, label))
    if signal and not form.is_submitted() and form.signal_id.data is None:
        form.signal_id.data = signal.id


@bp.get("/<uuid:id>")
@allow(Action.VIEW, Resource.CONSULTATION, load=queries.by_id)
def detail(consultation: Consultation) -> ResponseReturnValue:
    return _room(consultation.id)


def _room(consultation_id: UUID, form: SayForm | None = None) -> ResponseReturnValue:
    """Show what there is to see by how far it is; a phase begins with an empty form."""
    told = _told(consultation_id)
    row = told["consultation"]
    if form is None:
        form = SayForm(formdata=None, data={"phase": row.phase})
    name = "room" if row.standing is Standing.RUNNING else "outside"
    fragment = "consulting/_room.html" if row.standing is Standing.RUNNING else None
    return page(f"consulting/{name}.html", fragment, form=form, **told)


def _told(consultation_id: UUID) -> dict[str, Any]:
    reading = service.read(session(), actor(), queries.by_id(session(), consultation_id))
    row = queries.by_id(session(), consultation_id)
    mine = row.parts[actor().id]  # type: ignore[index]
    advisers = sum(one is Part.ADVISER for one in row.parts.values())
    return {
        "consultation": row, "reading": reading, "mine": mine, "me": actor().id, **OF_TEAM,
        "names": queries.people(session(), [*row.parts, *(s.row.author_id for s in reading.said)]),
        "says": rules.SAID.get(row.phase) if row.phase else None,
        "speaks": rules.speaks(row.phase, mine), "now": clock.now(), "today": clock.today(),
        "signal": queries.signal_of(session(), actor(), row.signal_id),
        "usual": rules.is_usual(advisers), "advisers": advisers,
        "left": _left(row), "minutes": queries.minutes(session(), row.organisation_id),
    }  # fmt: skip


def _left(row: Consultation) -> int:
    """Return how many seconds of the phase are left."""
    if row.phase_began_at is None or row.phase_minutes is None:
        return 0
    return int(rules.left(row.phase_began_at, row.phase_minutes, clock.now()).total_seconds())


@bp.post("/<uuid:id>/live")
@allow(Action.VIEW, Resource.CONSULTATION, load=queries.by_id)
def live(consultation: Consultation) -> ResponseReturnValue:
    """Answer each browser in the room with what is new, or that nothing is."""
    id = consultation.id
    if not wants_fragment() or consultation.standing is not Standing.RUNNING:
        return _back(id)
    if request.form.get("seen") == consultation.mark:
        return "", 204
    moved = request.form.get("phase") != consultation.phase
    form = SayForm(formdata=None, data={"phase": consultation.phase})
    return page("consulting/_news.html", moved=moved, form=form, **_told(id))


def _back(consultation_id: UUID) -> ResponseReturnValue:
    """Lead to the page of the consultation; a browser that polls goes there as a whole."""
    address = url_for(".detail", id=consultation_id)
    return ("", 200, {"HX-Redirect": address}) if wants_fragment() else redirect(address, 303)


@bp.route("/<uuid:id>/plan", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def change(consultation: Consultation) -> ResponseReturnValue:
    id, form = consultation.id, PlanningForm.of(consultation)
    version = form.version.data
    _offer(form, consultation.signal_id or request.args.get("signal", type=UUID))
    if form.carry_out(lambda: service.change(session(), actor(), id, version, form.planning())):
        flash(gettext("Saved."))
        return _after_planning(queries.by_id(session(), id))
    return page("consulting/plan.html", form=form, consultation=queries.by_id(session(), id))


@bp.route("/<uuid:id>/case", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def bring(consultation: Consultation) -> ResponseReturnValue:
    id = consultation.id
    reading = service.read(session(), actor(), consultation)
    form = CaseForm.of(queries.by_id(session(), id), reading)
    version = form.version.data
    return _written(
        id, form, "consulting/case.html",
        lambda: service.bring(session(), actor(), id, version, form.wish()),
    )  # fmt: skip


@bp.route("/<uuid:id>/step", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def step(consultation: Consultation) -> ResponseReturnValue:
    id = consultation.id
    reading = service.read(session(), actor(), consultation)
    form = StepForm.of(queries.by_id(session(), id), reading)
    version = form.version.data
    return _written(
        id, form, "consulting/step.html",
        lambda: service.set_step(session(), actor(), id, version, form.wish()),
    )  # fmt: skip


@bp.route("/<uuid:id>/answer/<uuid:said_id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def answer(consultation: Consultation, said_id: UUID) -> ResponseReturnValue:
    id, form = consultation.id, AnswerForm()
    reading = service.read(session(), actor(), consultation)
    asked = next((one for one in reading.of(Kind.QUESTION) if one.row.id == said_id), None)
    return _written(
        id, form, "consulting/answer.html",
        lambda: service.answer(
            session(), actor(), id, said_id, form.answer.data, only_words=form.only_words.data
        ),
        asked=asked,
    )  # fmt: skip


def _written(
    consultation_id: UUID, form: Form, template: str, action: Callable[[], Any], **told: Any
) -> ResponseReturnValue:
    if form.carry_out(action):
        flash(gettext("Saved."))
        return redirect(url_for(".detail", id=consultation_id), 303)
    row = queries.by_id(session(), consultation_id)
    return page(template, form=form, consultation=row, **told)


@bp.post("/<uuid:id>/say")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def say(consultation: Consultation) -> ResponseReturnValue:
    id, form = consultation.id, SayForm()
    if form.carry_out(lambda: service.say(session(), actor(), id, form.saying())):
        return _room(id) if wants_fragment() else redirect(url_for(".detail", id=id), 303)
    return _room(id, form)


@bp.post("/<uuid:id>/take-back/<uuid:said_id>")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def take_back(consultation: Consultation, said_id: UUID) -> ResponseReturnValue:
    id = consultation.id
    return _pressed(id, lambda: service.take_back(session(), actor(), id, said_id))


@bp.post("/<uuid:id>/choose/<uuid:said_id>")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def choose(consultation: Consultation, said_id: UUID) -> ResponseReturnValue:
    id = consultation.id
    return _pressed(id, lambda: service.choose(session(), actor(), id, said_id))


@bp.post("/<uuid:id>/begin")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def begin(consultation: Consultation) -> ResponseReturnValue:
    id = consultation.id
    return _pressed(id, lambda: service.begin(session(), actor(), id))


@bp.post("/<uuid:id>/next")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def move_on(consultation: Consultation) -> ResponseReturnValue:
    id, form = consultation.id, PressForm()
    return _pressed(id, lambda: service.move_on(session(), actor(), id, form.phase.data), form)


@bp.post("/<uuid:id>/extend/<int:minutes>")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def extend(consultation: Consultation, minutes: int) -> ResponseReturnValue:
    id, form = consultation.id, PressForm()
    more = lambda: service.extend(session(), actor(), id, form.phase.data, minutes)  # noqa: E731
    return _pressed(id, more, form)


@bp.post("/<uuid:id>/end")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def end(consultation: Consultation) -> ResponseReturnValue:
    id = consultation.id
    return _pressed(id, lambda: service.end(session(), actor(), id))


@bp.post("/<uuid:id>/chair")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def take_chair(consultation: Consultation) -> ResponseReturnValue:
    id = consultation.id
    return _pressed(id, lambda: service.take_chair(session(), actor(), id))


@bp.post("/<uuid:id>/cancel")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def cancel(consultation: Consultation) -> ResponseReturnValue:
    id = consultation.id
    return _pressed(id, lambda: service.cancel(session(), actor(), id))


@bp.post("/<uuid:id>/done")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def done(consultation: Consultation) -> ResponseReturnValue:
    id = consultation.id
    return _pressed(id, lambda: service.tick(session(), actor(), id))


@bp.post("/<uuid:id>/leave")
@allow(Action.EDIT, Resource.CONSULTATION, load=queries.by_id)
def leave(consultation: Consultation) -> ResponseReturnValue:
    id, form = consultation.id, PlainForm()
    if form.carry_out(lambda: service.leave(session(), actor(), id)):
        flash(gettext("You left. What you said stays."))
        return redirect(url_for(".index"), 303)
    return _said_why(id, form)


def _pressed(
    consultation_id: UUID, action: Callable[[], Any], form: Form | None = None
) -> ResponseReturnValue:
    """Carry out what a button stands for; why it cannot be is told above the page."""
    form = form or PlainForm()
    form.carry_out(action)
    return _said_why(consultation_id, form)


def _said_why(consultation_id: UUID, form: Form) -> ResponseReturnValue:
    for why in [*form.form_errors, *(one for field in form for one in field.errors)]:
        flash(str(why), "warning")
    return redirect(url_for(".detail", id=consultation_id), 303)


@bp.route("/<uuid:id>/paper", methods=["GET", "POST"])
@allow(Action.VIEW, Resource.CONSULTATION, load=queries.by_id)
def on_paper(consultation: Consultation) -> ResponseReturnValue:
    form, id = OrderForm.of(PAPER), consultation.id
    if form.carry_out(lambda: papers.ask(session(), actor(), form.order(PAPER, id))):
        return redirect(url_for("papers.detail", id=form.outcome), 303)
    return page("consulting/ask_paper.html", form=form, kind=PAPER, id=id)


@bp.route("/phases", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.PHASES)
def phases() -> ResponseReturnValue:
    form = minutes_form(queries.minutes(session(), actor().organisation_id))
    if form.carry_out(lambda: service.set_minutes(session(), actor(), wished(form))):
        flash(gettext("Saved."))
        return redirect(url_for(".index"), 303)
    return page("consulting/phases.html", form=form, usual=rules.USUAL, phases=Phase)


@piece("today")
def waiting(role: str) -> str | None:
    """Show what is coming, and the first step that was promised."""
    if not may("list", "consultation"):
        return None
    coming = queries.coming(session(), actor())
    steps = queries.steps(session(), actor())
    if not coming and not steps:
        return None
    return render_template("consulting/_today.html", coming=coming, steps=steps,
                           today=clock.today())  # fmt: skip


@piece("signal")
def of_signal(signal: Signal) -> str | None:
    """Offer to think about it together, without its names."""
    if not may("create", "consultation"):
        return None
    found = queries.of_signal(session(), actor(), signal.id)
    return render_template("consulting/_of_signal.html", signal=signal, found=found)
