"""Screens for whom to call, and the cards that other pages show."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.helplines import queries, service
from kinderwerk.helplines.forms import LineForm
from kinderwerk.helplines.rules import Helpline
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("helplines", __name__, url_prefix="/helplines")


@bp.app_template_global("emergency_lines")
def emergency_lines() -> Sequence[Helpline]:
    return queries.emergency(session(), actor().organisation_id)


@bp.app_template_global("advice_line")
def advice_line() -> Helpline:
    return queries.advice(session(), actor().organisation_id)


@bp.app_template_global("line_of_children")
def line_of_children(organisation_id: UUID | None = None) -> Helpline:
    return queries.for_children(session(), organisation_id or actor().organisation_id)


@bp.app_template_global("wall_now")
def wall_now() -> datetime:
    return clock.to_wall(clock.now())


@bp.app_template_filter("dial")
def dial(number: str) -> str:
    """Leave what a telephone dials."""
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")


@bp.get("/")
@allow(Action.LIST, Resource.HELPLINE)
def index() -> ResponseReturnValue:
    lines = queries.every(session(), actor().organisation_id)
    return page("helplines/index.html", lines=lines, today=clock.today())


@bp.route("/<key>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.HELPLINE)
def line(key: str) -> ResponseReturnValue:
    found = queries.one(session(), _here(), key)
    form = LineForm.of(found)
    if form.carry_out(lambda: service.say(session(), actor(), key, form.wish())):
        flash(gettext("Noted. Every card shows it from now on."), "good")
        return redirect(url_for(".index"), 303)
    return page("helplines/form.html", form=form, line=found)


def _here() -> UUID:
    organisation_id = actor().organisation_id
    if organisation_id is None:
        raise ValueError("whoever sees to numbers works for an organisation")
    return organisation_id


@piece("today")
def to_check(who: str) -> str | None:
    """Ask the administrator to call numbers that nobody has called for half a year."""
    if not may("edit", "helpline"):
        return None
    lines = queries.every(session(), _here())
    old = [one for one in lines if one.number and one.is_old(clock.today())]
    wanted = queries.missing(session(), _here())
    if not (old or wanted):
        return None
    return render_template("helplines/_to_check.html", old=old, wanted=wanted)
