"""Screens for children who were recorded twice."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.doubles import queries, service
from kinderwerk.doubles.forms import MergeForm, born, going_home
from kinderwerk.doubles.queries import Trace
from kinderwerk.families.merging import differing, first
from kinderwerk.families.models import Child
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("doubles", __name__)


@bp.get("/children/doubles")
@allow(Action.LIST, Resource.DOUBLE)
def index() -> ResponseReturnValue:
    found = queries.doubles(session(), actor())
    waiting = queries.waiting(session(), actor())
    ids = [each.id for pair in found for each in (pair.one, pair.other)]
    shown("child", [*ids, *(child.id for child in waiting)])
    return page("doubles/index.html", doubles=found, waiting=waiting)


@bp.route("/children/<uuid:id>/merge/<uuid:other>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.DOUBLE, load=queries.child)
def merge(child: Child, other: UUID) -> ResponseReturnValue:
    second = queries.other(session(), actor(), other)
    kept, gone = queries.records(session(), [child, second])
    if not first(kept.side, gone.side):
        kept, gone = gone, kept
    form, wish = MergeForm.of(kept, gone), None
    if form.validate_on_submit():
        wish = form.wish(kept, gone)
    if wish and form.carry_out(lambda: service.merge(session(), actor(), wish)):
        flash(gettext("It is one child now. Everything of both is here."), "good")
        return redirect(url_for(".merged", id=form.outcome.id), 303)
    shown("child", [kept.child.id, gone.child.id], "compared")
    return page(
        "doubles/merge.html", form=form, kept=kept, gone=gone,
        differing=differing(kept.side, gone.side),
        clashes=queries.in_one_line(session(), kept.child, gone.child),
    )  # fmt: skip


@bp.post("/children/<uuid:id>/differs/<uuid:other>")
@allow(Action.EDIT, Resource.DOUBLE, load=queries.child)
def set_apart(child: Child, other: UUID) -> ResponseReturnValue:
    id, form = child.id, Form()
    if form.carry_out(lambda: service.set_apart(session(), actor(), id, other)):
        flash(gettext("We will not ask again: these are two children."), "good")
    return redirect(url_for(".index"), 303)


@bp.get("/children/<uuid:id>/merged")
@allow(Action.EDIT, Resource.DOUBLE, load=queries.child)
def merged(child: Child) -> ResponseReturnValue:
    return page(
        "doubles/merged.html", child=child, undecided=queries.undecided(session(), child),
        traces=[(trace, list(in_words(trace))) for trace in queries.traces(session(), child)],
    )  # fmt: skip


@bp.post("/children/<uuid:id>/merged/<uuid:care>/<answer>")
@allow(Action.EDIT, Resource.DOUBLE, load=queries.child)
def let_see(child: Child, care: UUID, answer: str) -> ResponseReturnValue:
    id, form = child.id, Form()
    form.carry_out(lambda: service.let_see(session(), actor(), id, care, yes=answer == "yes"))
    return redirect(url_for(".merged", id=id), 303)


@piece("child")
def of_child(child: Child) -> str | None:
    if not may("edit", "double", child.facts):
        return None
    traces = queries.traces(session(), child)
    if not traces:
        return None
    waiting = queries.undecided(session(), child)
    return render_template("doubles/_of_child.html", child=child, traces=traces, undecided=waiting)


def in_words(trace: Trace) -> Iterator[tuple[str, str]]:
    """Yield what a record said that the child's own does not say, with what it is."""
    told = trace.told
    if told.get("first_name"):
        yield gettext("First name"), told["first_name"]
    if told.get("surname"):
        yield gettext("Surname"), told["surname"]
    if told.get("born_on"):
        day = date.fromisoformat(told["born_on"])
        yield gettext("Date of birth"), born(day, about=bool(told.get("born_about")))
    if told.get("emergency_phone"):
        words = f"{told.get('emergency_name') or ''}, {told['emergency_phone']}"
        yield gettext("In an emergency"), words
    if "goes_home_alone" in told:
        by = told.get("picked_up_by") or ""
        yield gettext("Going home"), going_home(alone=told["goes_home_alone"], by=by)
    if told.get("neighbourhood"):
        yield gettext("Neighbourhood"), told["neighbourhood"]
