"""Screens of shifts, for the phone; and who is there on one date."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities import queries as activities
from kinderwerk.activities.models import Occurrence, Shift
from kinderwerk.core import clock
from kinderwerk.staffing import queries, rules, service
from kinderwerk.staffing.forms import PersonForm, PostForm
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("staffing", __name__)


@bp.get("/shifts/")
@allow(Action.LIST, Resource.SHIFT)
def mine() -> ResponseReturnValue:
    return _mine()


def _mine(form: Form | None = None) -> ResponseReturnValue:
    here = actor().organisation_id
    hours = queries.give_back_hours(session(), here) if here else 0
    return page(
        "staffing/mine.html", form=form, hours=hours, me=actor().id,
        weeks=queries.by_week(queries.mine(session(), actor())),
        this_week=queries.monday(clock.today()), can_give_back=_in_time(hours),
    )  # fmt: skip


def _in_time(hours: int) -> Any:
    now = clock.now()
    return lambda stand: rules.in_time(stand.starts_at, now, hours)


@bp.get("/shifts/open")
@allow(Action.LIST, Resource.SHIFT)
def open_shifts() -> ResponseReturnValue:
    return _open()


def _open(form: Form | None = None) -> ResponseReturnValue:
    found = queries.open_dates(session(), actor())
    return page("staffing/open.html", form=form, stands=found, me=actor().id)


@bp.post("/shifts/<uuid:id>/take")
@allow(Action.CREATE, Resource.SHIFT, load=queries.shift)
def take(shift: Shift) -> ResponseReturnValue:
    form, id = Form(), shift.id
    if form.carry_out(lambda: service.take(session(), actor(), id)):
        flash(gettext("It is yours. Thank you! It stands among your shifts."), "good")
        return redirect(url_for(".mine"), 303)
    return _open(form)


@bp.post("/shifts/dates/<uuid:id>/give-back")
@allow(Action.EDIT, Resource.SHIFT, load=queries.date_of)
def give_back(date: Occurrence) -> ResponseReturnValue:
    form, id = Form(), date.id
    if form.carry_out(lambda: service.give_back(session(), actor(), id)):
        flash(gettext("You gave it back in time. Somebody else can take it now."), "good")
        return redirect(url_for(".mine"), 303)
    return _mine(form)


@bp.post("/shifts/<uuid:id>/close")
@allow(Action.EDIT, Resource.ROSTER, load=queries.shift)
def close(shift: Shift) -> ResponseReturnValue:
    form, id, date_id = Form(), shift.id, shift.occurrence_id
    if form.carry_out(lambda: service.close(session(), actor(), id)):
        return redirect(url_for(".roster", id=date_id), 303)
    return _roster(date_id, form)


@bp.route("/sessions/<uuid:id>/people", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ROSTER, load=queries.date_of)
def roster(date: Occurrence) -> ResponseReturnValue:
    id, form = date.id, PostForm()
    form.user_id.offer(activities.colleagues(session(), date.organisation_id))
    if form.carry_out(lambda: service.post(session(), actor(), id, form.post())):
        flash(gettext("Noted."), "good")
        return redirect(url_for(".roster", id=id), 303)
    return _roster(id, form)


@bp.post("/sessions/<uuid:id>/people/off")
@allow(Action.EDIT, Resource.ROSTER, load=queries.date_of)
def leave_out(date: Occurrence) -> ResponseReturnValue:
    return _about_one(date, service.leave_out)


@bp.post("/sessions/<uuid:id>/people/back")
@allow(Action.EDIT, Resource.ROSTER, load=queries.date_of)
def back_again(date: Occurrence) -> ResponseReturnValue:
    return _about_one(date, service.back_again)


def _about_one(date: Occurrence, deed: Any) -> ResponseReturnValue:
    id, form = date.id, PersonForm()
    form.user_id.offer(queries.concerned(session(), date))
    if form.carry_out(lambda: deed(session(), actor(), id, form.user_id.data)):
        return redirect(url_for(".roster", id=id), 303)
    return _roster(id, form)


def _roster(id: UUID, form: Form) -> ResponseReturnValue:
    date = queries.date_of(session(), id)
    posting = form if isinstance(form, PostForm) else PostForm(None)
    posting.user_id.offer(activities.colleagues(session(), date.organisation_id))
    return page(
        "staffing/roster.html", form=form, posting=posting, date=date,
        people=queries.on_duty(session(), [id]).get(id, ()), off=queries.off(session(), date),
    )  # fmt: skip


@piece("date")
def of_date(date: Occurrence) -> str | None:
    """Show with a date who is there, and to whom it may concern what is still missing."""
    if not may("view", "roster", date.facts):
        return None
    people = queries.on_duty(session(), [date.id]).get(date.id, ())
    held = actor().membership
    return render_template(
        "staffing/_of_date.html", date=date, people=people, unseen=held and not held.checked
    )
