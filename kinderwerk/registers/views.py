"""Screens of the register: made for one thumb, and they work without scripts."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Occurrence
from kinderwerk.families import queries as families
from kinderwerk.families.models import Child
from kinderwerk.registers import queries, service
from kinderwerk.registers.forms import (
    CountForm,
    CountingForm,
    CrowdForm,
    LeaveForm,
    MarkForm,
    NumbersForm,
    PlainForm,
    RestForm,
    SearchForm,
    SomebodyElseForm,
    Tap,
)
from kinderwerk.registers.queries import Sheet
from kinderwerk.registers.rules import Box, Gender, Known, Leaving
from kinderwerk.web.access import actor, allow, may, role
from kinderwerk.web.disclosing import shown as listed
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page, wants_fragment

bp = Blueprint("registers", __name__)


@bp.get("/sessions/")
@allow(Action.LIST, Resource.REGISTER)
def index() -> ResponseReturnValue:
    everyone = request.args.get("show", "all" if role() is Role.COORDINATOR else "mine") == "all"
    agenda = queries.agenda(session(), actor(), everyone=everyone)
    return page("registers/index.html", agenda=agenda, everyone=everyone)


@bp.get("/sessions/<uuid:id>")
@allow(Action.VIEW, Resource.REGISTER, load=queries.occurrence)
def detail(occurrence: Occurrence) -> ResponseReturnValue:
    return shown(occurrence)


@bp.post("/sessions/<uuid:id>/marks")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def mark(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = MarkForm(), occurrence.id
    form.carry_out(lambda: service.mark(session(), actor(), here, form.mark.data))
    return answered(occurrence, form, changed=form.children)


@bp.post("/sessions/<uuid:id>/left")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def leave(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = LeaveForm(), occurrence.id
    form.carry_out(lambda: _leave(here, *form.left.data))
    return answered(occurrence, form, changed=form.children)


def _leave(here: UUID, child_id: UUID, leaving: Leaving | None) -> None:
    if leaving is None:
        return service.stay(session(), actor(), here, child_id)
    return service.leave(session(), actor(), here, child_id, leaving)


@bp.route("/sessions/<uuid:id>/left/<uuid:child>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def hand_over(occurrence: Occurrence, child: UUID) -> ResponseReturnValue:
    """Ask why a child goes with somebody whom the family did not name."""
    form, here = SomebodyElseForm(), occurrence.id
    if form.carry_out(lambda: service.leave(session(), actor(), here, child, form.leaving())):
        return redirect(url_for(".detail", id=here, _anchor=f"child-{child}"), 303)
    again = queries.occurrence(session(), here)
    line = queries.line(session(), actor(), again, child)
    listed("register", [child], "seen", of=here)
    return page("registers/hand_over.html", form=form, occurrence=again, line=line)


@bp.route("/organisation/<uuid:id>/counting", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ORGANISATION, load=families.organisation)
def counting(organisation: Organisation) -> ResponseReturnValue:
    form = CountingForm(data={"asked": organisation.count_gender})
    if form.carry_out(lambda: service.ask_gender(session(), actor(), asked=form.asked.data)):
        flash(gettext("The changes are saved."), "good")
        return redirect(url_for(".index"), 303)
    return page("registers/counting.html", form=form, id=organisation.id)


@bp.post("/sessions/<uuid:id>/rest")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def rest(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = RestForm(), occurrence.id
    form.carry_out(lambda: service.mark_rest(session(), actor(), here, form.rest.data))
    return answered(occurrence, form)


@bp.post("/sessions/<uuid:id>/counts")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def count(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = CountForm(), occurrence.id
    form.carry_out(lambda: service.count(session(), actor(), here, *form.count.data))
    return answered(occurrence, form, counted=form.boxes, tap=form.tap)


@bp.post("/sessions/<uuid:id>/numbers")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def numbers(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = numbers_of(queries.sheet(session(), actor(), occurrence)), occurrence.id
    form.carry_out(lambda: service.set_numbers(session(), actor(), here, form.typed))
    return answered(occurrence, form, numbers=form)


@bp.post("/sessions/<uuid:id>/crowd")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def estimate(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = CrowdForm(), occurrence.id
    form.carry_out(lambda: service.estimate(session(), actor(), here, form.crowd()))
    return answered(occurrence, form, crowd=form)


@bp.post("/sessions/<uuid:id>/close")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def close(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = PlainForm(), occurrence.id
    if form.carry_out(lambda: service.close(session(), actor(), here)):
        flash(gettext("The list is complete. Thank you!"))
        return redirect(url_for("logbook.log", id=here), 303)
    return answered(occurrence, form)


@bp.post("/sessions/<uuid:id>/reopen")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def reopen(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = PlainForm(), occurrence.id
    form.carry_out(lambda: service.reopen(session(), actor(), here))
    return answered(occurrence, form)


@bp.post("/sessions/<uuid:id>/recount")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def recount(occurrence: Occurrence) -> ResponseReturnValue:
    form, which = PlainForm(), [occurrence.activity_id]
    if form.carry_out(lambda: service.recount(session(), actor(), which)):
        flash(gettext("All sessions of this activity now count for its goals of today."))
    return answered(occurrence, form)


@bp.post("/sessions/<uuid:id>/children")
@allow(Action.EDIT, Resource.REGISTER, load=queries.occurrence)
def search(occurrence: Occurrence) -> ResponseReturnValue:
    """Find a child to add; by POST, so that no name comes into an address."""
    demand(actor(), Action.LIST, Resource.CHILD)
    form = SearchForm()
    if form.carry_out(lambda: queries.to_add(session(), actor(), occurrence, form.name.data)):
        listed("child", [one.id for one in form.outcome], "searched")
        return page("registers/search.html", occurrence=occurrence, form=form, found=form.outcome)
    return answered(occurrence, form, search=form)


@bp.get("/children/<uuid:id>/attendance")
@allow(Action.VIEW, Resource.CHILD, load=queries.child)
def of_child(child: Child) -> ResponseReturnValue:
    staff = may("list", "child")
    visits = queries.of_child(session(), child.id, private=staff)
    return page("registers/of_child.html", child=child, visits=visits, staff=staff)


def answered(
    occurrence: Occurrence, form: Form, changed: list[UUID] | None = None,
    counted: list[Box] | None = None, tap: Tap | None = None, **forms: Form,
) -> ResponseReturnValue:  # fmt: skip
    """Show what is wrong, or only what changed to htmx, or the register where it was left."""
    if form.errors or wants_fragment():
        return shown(
            occurrence, form, changed=changed or [], counted=counted or [], tap=tap, **forms
        )
    anchor = f"child-{changed[0]}" if changed else "tally" if counted else None
    last = tap.said if tap else None
    return redirect(url_for(".detail", id=occurrence.id, tap=last, _anchor=anchor), 303)


def shown(occurrence: Occurrence, form: Form | None = None, **given: Any) -> ResponseReturnValue:
    sheet = queries.sheet(session(), actor(), queries.occurrence(session(), occurrence.id))
    if request.method == "GET":
        listed("register", [line.child_id for line in sheet.lines], "seen", of=occurrence.id)
    plain: dict[str, Any] = {
        "numbers": numbers_of(sheet, formdata=None),
        "crowd": CrowdForm.of(sheet.totals, formdata=None),
        "search": SearchForm(None),
        "changed": [],
        "counted": [],
        "tap": Tap.read(request.args.get("tap", "")),
        "form": form,
        "sheet": sheet,
    }
    return page("registers/detail.html", "registers/_changed.html", **plain | given)


def numbers_of(sheet: Sheet, **given: Any) -> NumbersForm:
    labels = {box: labelled(box) for box in sheet.all_boxes}
    return NumbersForm.of(sheet.boxes, labels, **given)


def labelled(box: Box) -> str:
    parts = [gettext(box.band.label)]
    if box.known is not Known.UNASKED:
        parts.append(gettext(box.known.label).lower())
    if box.gender is not Gender.UNASKED:
        parts.append(gettext(box.gender.label).lower())
    return ", ".join(parts)
