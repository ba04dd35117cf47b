"""Screens for the door: made for one hand, while people wait."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from werkzeug.exceptions import NotFound

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.accounts import sessions
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.door import codes, service, texting
from kinderwerk.door.forms import ArrivalForm, CodeForm, NumberForm, of_list
from kinderwerk.door.rules import read_birth
from kinderwerk.families import queries as families
from kinderwerk.families.models import Child
from kinderwerk.families.queries import Household
from kinderwerk.messages.gateway import ways
from kinderwerk.registers import queries as registers
from kinderwerk.signups import queries as signups
from kinderwerk.web.access import actor, allow, may, public
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("door", __name__)


@bp.get("/activities/<uuid:id>/door")
@allow(Action.LIST, Resource.SIGNUP, load=signups.activity)
def of_activity(activity: Activity) -> ResponseReturnValue:
    """Go to the door of the session that goes on, or comes next."""
    dates = signups.coming(session(), activity.id)
    if not dates:
        return redirect(url_for("signups.of_activity", id=activity.id))
    return redirect(url_for(".let_in", id=dates[0].id))


@bp.route("/sessions/<uuid:id>/door", methods=["GET", "POST"])
@allow(Action.LIST, Resource.SIGNUP, load=registers.occurrence)
def let_in(occurrence: Occurrence) -> ResponseReturnValue:
    id = occurrence.id
    lines = registers.lines(session(), actor(), occurrence)
    form = ArrivalForm.among(of_list(lines))
    if form.carry_out(lambda: service.let_in(session(), actor(), id, form.arrival())):
        return _in(form.outcome, id)
    if request.method == "GET":
        shown("child", [line.child_id for line in lines], "listed", of=id)
    return page("door/let_in.html", form=form, occurrence=occurrence, alike=_alike(form))


@bp.post("/sessions/<uuid:id>/door/<uuid:child>")
@allow(Action.LIST, Resource.SIGNUP, load=registers.occurrence)
def let_known_in(occurrence: Occurrence, child: UUID) -> ResponseReturnValue:
    id, form = occurrence.id, Form()
    if form.carry_out(lambda: service.let_known_in(session(), actor(), id, child)):
        return _in(form.outcome, id)
    for said in form.form_errors:
        flash(said, "warn")
    return redirect(url_for("registers.detail", id=id), 303)


def _in(child: Child, id: UUID) -> ResponseReturnValue:
    """Go on to the list, and say so where there was no room on it."""
    name, child_id = child.first_name, child.id
    lines = registers.lines(session(), actor(), registers.occurrence(session(), id))
    if child_id in {line.child_id for line in lines}:
        flash(gettext("%(name)s is in.", name=name), "good")
    else:
        flash(gettext("It is full: the child comes on the waiting list."), "warn")
    return redirect(url_for("registers.detail", id=id, _anchor=f"child-{child_id}"), 303)


@bp.post("/children/<uuid:id>/code/<uuid:care>")
@allow(Action.CREATE, Resource.SPOKEN_CODE, load=families.child)
def code(child: Child, care: UUID) -> ResponseReturnValue:
    """Show a code once: it is kept nowhere, so going back shows none."""
    id, form = child.id, Form()
    form.carry_out(lambda: codes.make(session(), actor(), id, care))
    again = families.child(session(), id)
    return page("door/code.html", form=form, spoken=form.outcome, child=again)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
def redeem() -> ResponseReturnValue:
    form, place = CodeForm(), request.remote_addr or "nowhere"
    if request.method == "POST":
        as_system()
    if form.carry_out(
        lambda: codes.redeem(session(), actor(), form.code.data, str(get_locale()), place)
    ):
        sessions.begin(form.outcome, sessions.AS_PARENT)
        return redirect(url_for("families.mine"), 303)
    return page("door/redeem.html", form=form)


@bp.route("/sign-in/phone", methods=["GET", "POST"])
@public
def text_me() -> ResponseReturnValue:
    """Have a code sent by text message; the answer is the same for a number of nobody."""
    form, place = NumberForm(), request.remote_addr or "nowhere"
    if not ways.country:
        raise NotFound
    if request.method == "POST":
        as_system()
    if form.carry_out(lambda: texting.ask(session(), form.phone.data, place)):
        return redirect(url_for(".redeem", texted=1), 303)
    return page("door/text_me.html", form=form)


@bp.route("/family/<uuid:id>/phone", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.FAMILY)
def my_number(id: UUID) -> ResponseReturnValue:
    """Confirm one's own number by the code that was sent there."""
    carer, form, place = texting.mine(session(), actor(), id), CodeForm(), request.remote_addr or ""
    if form.carry_out(
        lambda: texting.confirm_myself(session(), actor(), id, form.code.data, place)
    ):
        flash(gettext("From now on you can have a code sent to this number to sign in."), "good")
        return redirect(url_for("families.mine"), 303)
    return page("door/my_number.html", form=form, carer=carer, id=id)


@bp.post("/family/<uuid:id>/phone/code")
@allow(Action.CREATE, Resource.FAMILY)
def text_my_number(id: UUID) -> ResponseReturnValue:
    form, place = Form(), request.remote_addr or ""
    if not form.carry_out(lambda: texting.ask_myself(session(), actor(), id, place)):
        for said in form.form_errors:
            flash(said, "warn")
    return redirect(url_for(".my_number", id=id), 303)


@piece("settings")
def number_setting(households: list[Household]) -> str | None:
    """Offer to sign in by telephone to who has no address."""
    here = [one.organisation.id for one in households] if ways.country else []
    me = actor().id
    known = [(id, families.carer_here(session(), me, id)) for id in here if me]
    asked = [(id, carer) for id, carer in known if carer and not carer.email]
    return render_template("door/_number.html", asked=asked) if asked else None


@bp.app_context_processor
def texts_work() -> dict[str, bool]:
    return {"texts_work": bool(ways.country)}


@piece("child")
def codes_of(child: Child) -> str | None:
    if not may("create", "spoken_code", child.facts):
        return None
    cares = [care for care in child.cares if codes.has_no_other_way(session(), care)]
    return render_template("door/_codes.html", child=child, cares=cares) if cares else None


def _alike(form: ArrivalForm) -> list[Child]:
    if not form.doubt:
        return []
    try:
        born = read_birth(form.born.data, clock.today())
    except Refusal:
        return []
    found = families.alike(
        session(), actor(), form.first_name.data, form.surname.data or "", born.on,
        about=born.about,
    )  # fmt: skip
    return list(found)
