"""Screens of the week planner."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.activities.filtering import Chip
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import HOMES
from kinderwerk.core import clock
from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.notices import queries as notices
from kinderwerk.planner import grid, own, queries, reading, service
from kinderwerk.planner.coverage import BANDS
from kinderwerk.planner.forms import (
    AcceptForm,
    AskedForm,
    MoveForm,
    PeriodForm,
    TableForm,
    WeekForm,
    mark,
)
from kinderwerk.planner.queries import WEEK
from kinderwerk.planner.ratios import PRESETS, SOURCES, USUAL
from kinderwerk.planner.rules import By, Planned, Warn, monday
from kinderwerk.web.access import actor, allow, may, public, role
from kinderwerk.web.extensions import as_system, session, settings
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page, spelled
from kinderwerk.web.pieces import piece

bp = Blueprint("planner", __name__)


@bp.app_template_filter()
def warned(warning: Warn) -> str:
    """Say what is wrong; what this reader may not know the title of has none."""
    values = {name: spelled(value) for name, value in warning.values.items()}
    if "other" in values and values["other"] is None:
        values["other"] = gettext("something else")
    return str(gettext(warning.message, **values))


@bp.get("/planner/")
@allow(Action.LIST, Resource.PLANNER)
def index() -> ResponseReturnValue:
    form = WeekForm(request.args)
    by, of = _whose(form)
    names = queries.choices(session(), actor(), by)
    form.of.offer(names)
    begins = monday(form.shown)
    week = queries.week(session(), actor(), begins)
    seen = [
        one for one in week.dates
        if one.title is not None and (not of or of in grid.keys(one, by))
    ]  # fmt: skip
    troubled = [one for one in seen if week.open(one.id)]
    shown = troubled if form.look.data else seen
    laid = grid.by_hour(begins, shown) if of else grid.by_row(begins, shown, by, names)
    return page(
        "planner/week.html", form=form, by=by, of=of, grid=laid, week=week, shown=form.shown,
        rows_by=_rows(by, form), name=next((name for id, name in names if id == of), None),
        before=begins - WEEK, after=begins + WEEK,
        troubled=len(troubled),
    )  # fmt: skip


def _whose(form: WeekForm) -> tuple[By, UUID | None]:
    """Return whose week the address asks for; a worker sees the own one first."""
    if "by" not in request.args and role() is Role.WORKER:
        form.by.data, form.of.data = By.PERSON.value, actor().id
    by = By(form.by.data) if form.by.data in list(By) else By.PERSON
    return by, form.of.data if isinstance(form.of.data, UUID) else None


def _rows(by: By, form: WeekForm) -> list[Chip]:
    return [
        Chip(gettext(one.label), url_for(".index", by=one, day=form.shown), one is by) for one in By
    ]


@bp.get("/planner/dates/<uuid:id>")
@allow(Action.VIEW, Resource.PLANNER, load=queries.occurrence)
def date(date: Occurrence) -> ResponseReturnValue:
    return _date(date, AcceptForm())


@bp.post("/planner/dates/<uuid:id>")
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.occurrence)
def accept(date: Occurrence) -> ResponseReturnValue:
    id, form = date.id, AcceptForm()
    said = lambda: service.accept(session(), actor(), id, form.mark.data, form.reason.data)  # noqa: E731
    if form.carry_out(said):
        flash(gettext("It is written down; the warning rests."), "good")
        return redirect(url_for(".date", id=id), 303)
    return _date(queries.occurrence(session(), id), form)


def _date(date: Occurrence, form: AcceptForm) -> ResponseReturnValue:
    week = queries.around(session(), actor(), date)
    planned = next(one for one in week.dates if one.id == date.id)
    return page(
        "planner/date.html", date=date, planned=planned, week=week, form=form,
        told=notices.families(session(), date), editable=may("edit", "activity", date.facts),
        shifts=_shifts(planned),
    )  # fmt: skip


def _shifts(one: Planned) -> list[tuple[str, datetime]]:
    """Return what is one press away: an hour or a day earlier or later, on the wall."""
    steps = (
        (gettext("An hour earlier"), timedelta(hours=-1)),
        (gettext("An hour later"), timedelta(hours=1)),
        (gettext("A day earlier"), timedelta(days=-1)),
        (gettext("A day later"), timedelta(days=1)),
    )
    return [(label, one.starts.replace(tzinfo=None) + step) for label, step in steps]


@bp.route("/planner/dates/<uuid:id>/move", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.occurrence)
def move(date: Occurrence) -> ResponseReturnValue:
    """Ask when it takes place instead, and show what that means before it is done."""
    id, form = date.id, MoveForm.of(date, AskedForm(request.args))
    moving = lambda: service.move(session(), actor(), id, form.slot(), looked=form.has_looked())  # noqa: E731
    if form.carry_out(moving):
        flash(gettext("It is moved."), "good")
        return redirect(_back(form), 303)
    return page("planner/move.html", form=form, **_meaning(id, form))


def _back(form: MoveForm) -> str:
    by, of = request.args.get("by"), request.args.get("of")
    return url_for(".index", day=form.day.data, by=by, of=of)


def _meaning(id: UUID, form: MoveForm) -> dict[str, Any]:
    """Return what it means that a date moves to the time in the form."""
    date, at = queries.occurrence(session(), id), form.at
    week = queries.around(session(), actor(), date, at)
    form.looked.data = mark(at) if at else ""
    return {
        "date": date, "warnings": week.open(id) if at and at != date.slot else [],
        "told": notices.families(session(), date), "other": at is not None and at != date.slot,
    }  # fmt: skip


@bp.get("/planner/adults")
@allow(Action.LIST, Resource.PLANNER)
def adults() -> ResponseReturnValue:
    return _adults(TableForm.of(queries.chosen_table(session(), actor().organisation_id)))


@bp.post("/planner/adults")
@allow(Action.EDIT, Resource.PLANNER)
def choose() -> ResponseReturnValue:
    form = TableForm()
    if form.carry_out(lambda: service.choose_table(session(), actor(), form.wish())):
        flash(gettext("Saved. The planner warns by this table from now on."), "good")
        return redirect(url_for(".adults"), 303)
    return _adults(form)


def _adults(form: TableForm) -> ResponseReturnValue:
    chosen = queries.chosen_table(session(), actor().organisation_id)
    return page(
        "planner/adults.html", form=form, presets=PRESETS, sources=SOURCES,
        preset=chosen.preset if chosen else USUAL, table=chosen.table if chosen else PRESETS[USUAL],
    )  # fmt: skip


@bp.get("/planner/goals")
@allow(Action.LIST, Resource.PLANNER)
def coverage() -> ResponseReturnValue:
    form = PeriodForm(request.args)
    form.offer()
    period = form.chosen()
    return page(
        "planner/coverage.html", form=form, period=period, whole=ALL, bands=BANDS,
        covered=reading.covered(session(), actor(), period),
    )  # fmt: skip


@bp.get("/my-calendar")
@allow(Action.EDIT, Resource.WORK_CALENDAR)
def calendar() -> ResponseReturnValue:
    key = own.mine(session(), actor())
    path = url_for(".of_staff", id=key.id, token=own.token(key)) if key else ""
    site = settings().public_url.rstrip("/")
    return page("planner/calendar.html", address=f"{site}{path}" if key else None)


@bp.post("/my-calendar/renew")
@allow(Action.EDIT, Resource.WORK_CALENDAR)
def renew_calendar() -> ResponseReturnValue:
    return _turn(own.renew)


@bp.post("/my-calendar/stop")
@allow(Action.EDIT, Resource.WORK_CALENDAR)
def stop_calendar() -> ResponseReturnValue:
    return _turn(own.stop)


def _turn(change: Callable[[Session, Actor], None]) -> ResponseReturnValue:
    Form().carry_out(lambda: change(session(), actor()))
    return redirect(url_for(".calendar"), 303)


@bp.get("/calendars/work/<uuid:id>/<token>.ics")
@public
def of_staff(id: UUID, token: str) -> ResponseReturnValue:
    """Tell a calendar that knows the secret when somebody works."""
    key = own.opened(as_system(), id, token, request.remote_addr or "nowhere")
    found, site = own.dates(as_system(), key), settings().public_url.rstrip("/")
    with force_locale(own.language(as_system(), key)):
        visits = {str(one): gettext(one.label) for one in HOMES}
        written = own.write(gettext("My work"), found, site, visits)
    answer = Response(written, mimetype="text/calendar")
    answer.add_etag()
    return answer.make_conditional(request)


@piece("account")
def my_calendar(user: object) -> str | None:
    """Offer the own calendar beside what else is one's own."""
    offered = may("edit", "work_calendar")
    return render_template("planner/_calendar.html") if offered else None


@piece("activity")
def of_activity(activity: Activity) -> str | None:
    """Show with an activity what somebody should look at in its next dates."""
    if not may("list", "planner"):
        return None
    week = queries.ahead(session(), actor(), activity)
    troubled = [one for one in week.dates if week.open(one.id)]
    return render_template("planner/_of_activity.html", troubled=troubled, week=week)


@piece("plan")
def of_plan(activity: Activity | None) -> str | None:
    """Say while planning where nothing is planned yet for a goal, this quarter."""
    if not may("list", "planner"):
        return None
    missing = reading.gaps(session(), actor(), Period.holding(clock.today())[0])
    return render_template("planner/_of_plan.html", missing=missing) if missing else None
