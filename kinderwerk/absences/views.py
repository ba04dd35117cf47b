"""Screens about who is away: one's own days, and those of everybody for who watches over it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.absences import queries, service
from kinderwerk.absences.forms import LeaveForm
from kinderwerk.absences.queries import Person
from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.accounts.forms import hand_over_form, heirs
from kinderwerk.accounts.models import Away, Membership
from kinderwerk.accounts.service import burdens
from kinderwerk.web.access import actor, allow, may, personal, role
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("absences", __name__, url_prefix="/away")


def said(form: LeaveForm, one: Person) -> None:
    """Tell what comes of it."""
    if form.deputy_id.data or not one.carries:
        flash(_("Written down. On the day after the last one all is as before."), "good")
    else:
        flash(_("Written down. Nobody stands in: the protection officer hears of it."))


@bp.route("/", methods=["GET", "POST"])
@personal
def mine() -> ResponseReturnValue:
    held = actor().membership
    if held is None or held.id is None or held.organisation_id is None:
        abort(404)
    one, form = queries.of_actor(session(), actor()), LeaveForm()
    form.offer(queries.able(session(), one))
    if form.carry_out(lambda: service.go(session(), actor(), one.id, form.leave())):
        said(form, one)
        return redirect(url_for(".mine"), 303)
    return page(
        "absences/mine.html", form=form, one=one, instead=queries.standing_in(session(), actor()),
        lines=queries.to_come(session(), actor(), actor().id),
    )  # fmt: skip


@bp.get("/everybody")
@allow(Action.LIST, Resource.ABSENCE)
def everybody() -> ResponseReturnValue:
    return page(
        "absences/everybody.html", lines=queries.to_come(session(), actor()),
        alone=queries.alone(session(), actor().organisation_id), counted=watches(),
        colleagues=queries.colleagues(session(), actor()),
    )  # fmt: skip


def watches() -> bool:
    """Only the protection officer reads how much it is that nobody sees to."""
    return role() is Role.PROTECTION_OFFICER


@bp.route("/of/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ABSENCE, load=queries.person)
def of_colleague(one: Person) -> ResponseReturnValue:
    form = LeaveForm()
    form.offer(queries.able(session(), one))
    if form.carry_out(lambda: service.go(session(), actor(), one.id, form.leave())):
        said(form, one)
        return redirect(url_for(".everybody"), 303)
    return page("absences/of_colleague.html", form=form, one=one)


@bp.route("/left/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.LEFT_BEHIND, load=queries.gone)
def left(held: Membership) -> ResponseReturnValue:
    """Choose who takes over what somebody carried: how much, and never which."""
    id, name = held.id, held.user.name
    carried = burdens.burden(session(), held, everything=True)
    form = hand_over_form(carried)
    if form.carry_out(lambda: service.hand_over(session(), actor(), id, heirs(form))):
        flash(_("Handed over. Each of them got a mail."), "good")
        return redirect(url_for(".everybody"), 303)
    return page("absences/left.html", form=form, carried=carried, name=name)


@bp.post("/<uuid:id>/back")
@allow(Action.EDIT, Resource.ABSENCE, load=queries.away)
def come_back(known: Away) -> ResponseReturnValue:
    own = known.user_id == actor().id
    service.come_back(session(), actor(), known.id)
    flash(_("Taken back: from today on all is as before."), "good")
    return redirect(url_for(".mine" if own else ".everybody"), 303)


@piece("days_off")
def days_off(one: Any) -> str | None:
    """Show on somebody's page when they are away, with the way to write it down."""
    lines = queries.to_come(session(), actor(), one.user_id)
    return render_template("absences/_days_off.html", lines=lines, one=one)


@piece("today_top")
def instead_of(nothing: object) -> str | None:
    """Show on the first page for whom one stands in today."""
    lines = [one for one in queries.standing_in(session(), actor()) if one.runs]
    return render_template("absences/_instead.html", lines=lines) if lines else None


@piece("today_top")
def nobody_there(nothing: object) -> str | None:
    """Show on the first page of who watches over it for what nobody is there."""
    if not may("list", "absence"):
        return None
    alone = queries.alone(session(), actor().organisation_id)
    return (
        render_template("absences/_alone.html", alone=alone, counted=watches()) if alone else None
    )
