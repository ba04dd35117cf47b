"""Screens for holidays."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.policy import grants
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.holidays import queries, rules, service
from kinderwerk.holidays.forms import HolidayForm, RegionForm, UploadForm, YearForm
from kinderwerk.holidays.models import Holiday
from kinderwerk.holidays.rules import LARGEST_UPLOAD, Region, Written
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page

bp = Blueprint("holidays", __name__, url_prefix="/holidays")


@bp.url_value_preprocessor
def admit_files(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """A file is larger than a form; only those who may bring one in send it."""
    if endpoint == "holidays.upload" and grants(actor(), Action.CREATE, Resource.HOLIDAY):
        request.max_content_length = LARGEST_UPLOAD + 100_000


def here() -> queries.Here:
    organisation_id = actor().organisation_id
    if organisation_id is None:
        raise ValueError("whoever sees holidays works for an organisation")
    return queries.here(session(), organisation_id)


@bp.get("/")
@allow(Action.LIST, Resource.HOLIDAY)
def index() -> ResponseReturnValue:
    today, around = clock.today(), here()
    earlier = request.args.get("earlier") == "1"
    rows = queries.listed(session(), actor(), date.min if earlier else today)
    years = [
        (year, *_ours_first(some, around.region)) for year, some in groupby(rows, key=_school_year)
    ]
    form = RegionForm(formdata=None, data={"region": around.region})
    year = YearForm(formdata=None, data={"year": today.year + (today.month > 6)})
    return page(
        "holidays/index.html", years=years, region=form, year=year, around=around,
        earlier=earlier, today=today,
    )  # fmt: skip


def _ours_first(
    holidays: Iterable[Holiday], region: Region
) -> tuple[Sequence[Holiday], Sequence[Holiday]]:
    """Return those that count here, and those of other regions."""
    found = list(holidays)
    ours = [one for one in found if one.region in (region, Region.ALL)]
    return ours, [one for one in found if one not in ours]


def _school_year(holiday: Holiday) -> int:
    """Return in which year the school year began, as schools count: from August on."""
    return holiday.first_on.year - (holiday.first_on.month < 8)


@bp.post("/region")
@allow(Action.CREATE, Resource.HOLIDAY)
def set_region() -> ResponseReturnValue:
    form = RegionForm()
    if form.carry_out(lambda: service.set_region(session(), actor(), form.region.data)):
        flash(gettext("Saved."), "good")
    return redirect(url_for(".index"), 303)


@bp.post("/reckoned")
@allow(Action.CREATE, Resource.HOLIDAY)
def reckon() -> ResponseReturnValue:
    form, source = YearForm(), gettext("Reckoned: fixed days, and those of Easter")
    if form.carry_out(lambda: service.reckon(session(), actor(), form.year.data or 0, source)):
        _say(form.outcome)
    for error in (*form.form_errors, *form.year.errors):
        flash(error, "error")
    return redirect(url_for(".index"), 303)


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.HOLIDAY)
def new() -> ResponseReturnValue:
    form = HolidayForm(data={"region": here().region, "checked_on": clock.today()})
    if form.carry_out(lambda: service.add(session(), actor(), form.wish())):
        flash(gettext("Noted."), "good")
        return redirect(url_for(".index"), 303)
    return page("holidays/form.html", form=form, holiday=None)


@bp.route("/import", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.HOLIDAY)
def upload() -> ResponseReturnValue:
    form = UploadForm(data={"checked_on": clock.today()})
    if form.carry_out(lambda: service.bring_in(session(), actor(), form.upload())):
        _say(form.outcome)
        return redirect(url_for(".index"), 303)
    return page("holidays/upload.html", form=form, most=rules.MOST_ROWS)


def _say(written: Written) -> None:
    flash(
        gettext(
            "%(added)d added, %(changed)d changed, %(same)d stood there already.",
            added=written.added, changed=written.changed, same=written.same,
        ),
        "good",
    )  # fmt: skip


@bp.route("/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.HOLIDAY, load=queries.by_id)
def edit(holiday: Holiday) -> ResponseReturnValue:
    form, id = HolidayForm(obj=holiday), holiday.id
    change = lambda: service.change(session(), actor(), id, form.wish(), form.version.data)  # noqa: E731
    if form.carry_out(change):
        flash(gettext("The changes are saved."), "good")
        return redirect(url_for(".index"), 303)
    return page("holidays/form.html", form=form, holiday=holiday)


@bp.post("/<uuid:id>/remove")
@allow(Action.EDIT, Resource.HOLIDAY, load=queries.by_id)
def remove(holiday: Holiday) -> ResponseReturnValue:
    form, id = Form(), holiday.id
    if form.carry_out(lambda: service.remove(session(), actor(), id)):
        flash(gettext("It is gone."), "good")
    return redirect(url_for(".index"), 303)
