"""Screens about who cares for a child: for staff, for carers who ask, and for who is invited."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.accounts import sessions
from kinderwerk.families import queries as families
from kinderwerk.families.custody import correcting, handing, queries, service
from kinderwerk.families.custody.asking import AskForm
from kinderwerk.families.custody.forms import (
    CourtNoteForm,
    EditCareForm,
    NewCareForm,
    SafeAddressForm,
    WhoForm,
)
from kinderwerk.families.models import Care, CareRequest, Child
from kinderwerk.messages import holding
from kinderwerk.messages.gateway import ways
from kinderwerk.web.access import actor, allow, public
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("custody", __name__)
bp.add_app_template_global(handing.hand_over, "hand_over")
bp.add_app_template_global(handing.emergency, "in_emergency")


@bp.route("/children/<uuid:id>/carers/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.CARE, load=families.child)
def add(child: Child) -> ResponseReturnValue:
    id, asked = child.id, _asked(child)
    form = NewCareForm.offering(queries.known(session(), child), asked)
    answers = asked.id if asked else None
    if form.carry_out(
        lambda: service.add(session(), actor(), id, form.newcomer(), form.wish(), answers)
    ):
        return redirect(url_for("families.show", id=id), 303)
    return page("families/care_add.html", form=form, child=child, asked=asked)


def _asked(child: Child) -> CareRequest | None:
    """Return the request that is being answered, if it is about this child and still open."""
    waiting = queries.open_requests(session(), child)
    return next((one for one in waiting if str(one.id) == request.args.get("request")), None)


@bp.post("/children/care/asked/<uuid:id>/decline")
@allow(Action.CREATE, Resource.CARE, load=queries.request)
def decline(wish: CareRequest) -> ResponseReturnValue:
    child_id, id = wish.child_id, wish.id
    return _pressed(child_id, lambda: service.decline(session(), actor(), id))


@bp.route("/children/care/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CARE, load=queries.care)
def change(care: Care) -> ResponseReturnValue:
    id, child_id, form = care.id, care.child_id, _care_form(care)
    if form.carry_out(
        lambda: service.change(
            session(), actor(), id, form.version.data, form.wish(), form.siblings.data or ()
        )
    ):
        flash(gettext("The changes are saved."), "good")
        return redirect(url_for("families.show", id=child_id), 303)
    care = queries.care(session(), id)
    return page("families/care_edit.html", form=form, care=care, child=care.child)


def _care_form(care: Care) -> EditCareForm:
    others = queries.elsewhere(session(), actor(), care.child)
    return EditCareForm.of(care, [one for one in others if one.carer_id == care.carer_id])


@bp.route("/children/care/<uuid:id>/who", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CARE, load=queries.care)
def correct(care: Care) -> ResponseReturnValue:
    """Put right the name and the number of somebody."""
    id, child, form = care.id, care.child, WhoForm(obj=care.carer)
    child_id, told = child.id, (form.name.data, form.phone.data)
    if form.carry_out(
        lambda: correcting.correct(
            session(), actor(), id, form.version.data, *told, asked=form.asked.data
        )
    ):
        flash(gettext("The changes are saved."), "good")
        return redirect(url_for("families.show", id=child_id), 303)
    return page(
        "families/care_who.html", form=form, care=queries.care(session(), id), texts=ways.country
    )


@bp.post("/children/care/<uuid:id>/end")
@allow(Action.EDIT, Resource.CARE, load=queries.care)
def end(care: Care) -> ResponseReturnValue:
    child_id, id = care.child_id, care.id
    return _pressed(child_id, lambda: service.end(session(), actor(), id))


@bp.post("/children/care/<uuid:id>/again")
@allow(Action.EDIT, Resource.CARE, load=queries.care)
def begin_again(care: Care) -> ResponseReturnValue:
    child_id, id = care.child_id, care.id
    return _pressed(child_id, lambda: service.begin_again(session(), actor(), id))


@bp.post("/children/care/<uuid:id>/invite")
@allow(Action.EDIT, Resource.CARE, load=queries.care)
def invite(care: Care) -> ResponseReturnValue:
    child_id, id = care.child_id, care.id
    return _pressed(child_id, lambda: service.invite(session(), actor(), id))


@bp.route("/children/care/<uuid:id>/address", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CARE, load=queries.care)
def confirm_address(care: Care) -> ResponseReturnValue:
    id, child, form = care.id, care.child, SafeAddressForm()
    child_id = child.id
    if form.carry_out(lambda: service.confirm_address(session(), actor(), id, form.email.data)):
        flash(gettext("What was held goes out now."), "good")
        return redirect(url_for("families.show", id=child_id), 303)
    waiting = holding.count(session(), [care.carer_id]).get(care.carer_id, 0)
    return page("families/care_address.html", form=form, care=care, child=child, waiting=waiting)


@bp.route("/children/care/<uuid:id>/court-note", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.COURT_NOTE, load=queries.care)
def court_note(care: Care) -> ResponseReturnValue:
    id, child_id, form = care.id, care.child_id, CourtNoteForm(version=care.version)
    if form.carry_out(
        lambda: service.write_court_note(
            session(), actor(), id, form.version.data, form.text.data or ""
        )
    ):
        return redirect(url_for("families.show", id=child_id), 303)
    if request.method == "GET":
        form.text.data = service.read_court_note(session(), actor(), id)
    care = queries.care(session(), id)
    return page("families/care_note.html", form=form, care=care, child=care.child)


@bp.route("/family/children/<uuid:id>/carers", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CHILD, load=families.child)
def ask(child: Child) -> ResponseReturnValue:
    """Let a carer ask that somebody else sees the family page too; staff decide."""
    id, form = child.id, AskForm()
    if form.carry_out(lambda: service.ask(session(), actor(), id, form.adult())):
        flash(gettext("Thank you. We look at it and let you know."), "good")
        return redirect(url_for(".ask", id=id), 303)
    asked = queries.asked(session(), actor(), child)
    return page("families/care_ask.html", form=form, child=child, asked=asked)


@bp.route("/family/invitation/<uuid:id>/<token>", methods=["GET", "POST"])
@public
def accept(id: UUID, token: str) -> ResponseReturnValue:
    """Let whoever reads the mail come in with a button."""
    as_system()
    care, form = service.invited(session(), id, token), Form()
    oneself = care.child.own is care
    if form.carry_out(lambda: service.accept(session(), id, token, str(get_locale()))):
        sessions.begin(form.outcome, sessions.AS_PARENT)
        return redirect(url_for("families.mine"), 303)
    where = families.organisation(session(), care.organisation_id)
    return page("families/care_invited.html", form=form, where=where, oneself=oneself)


@piece("carers")
def of_child(child: Child) -> str:
    held = [care.carer_id for care in child.cares if care.held_at]
    waiting = holding.count(session(), held) if held else {}
    return render_template(
        "families/_carers.html", child=child, waiting=waiting,
        elsewhere=queries.elsewhere(session(), actor(), child),
        asked=queries.open_requests(session(), child), noted=queries.noted(session(), child),
    )  # fmt: skip


@piece("children")
def waiting_answers(_found: object) -> str | None:
    """Show of which children a carer asked something, above the list of them all."""
    children = queries.with_requests(session(), actor())
    return render_template("families/_asked.html", children=children) if children else None


@piece("own_child")
def of_own_child(told: families.Told) -> str:
    return render_template("families/_ask_carer.html", child=told.child)


def _pressed(child_id: UUID, action: Callable[[], object]) -> ResponseReturnValue:
    form = Form()
    if not form.carry_out(action):
        for message in form.form_errors:
            flash(message, "warn")
    return redirect(url_for("families.show", id=child_id), 303)
