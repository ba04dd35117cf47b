"""Screens for going into a new school year: what there is to go through, and one list for each."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.school_year import queries, rules, service
from kinderwerk.school_year.forms import AlongForm, DoneForm, MonthForm, YearForm
from kinderwerk.school_year.queries import Here
from kinderwerk.school_year.rules import Part, SchoolYear
from kinderwerk.web.access import actor, allow
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page

bp = Blueprint("school_year", __name__, url_prefix="/school-year")
#: What a part means to whoever goes through it.
MEANINGS: Final[Mapping[Part, str]] = {
    Part.ACTIVITIES: N_("Ended, or end before the new year. What goes on becomes a draft."),
    Part.HOLIDAYS: N_("School holidays that are known for your region. Series leave them out."),
    Part.GOALS: N_("An activity needs a goal that still runs."),
    Part.GRANTS: N_("See in time what has to be asked for again."),
    Part.PARTNERS: N_("Without an agreement nothing about anybody goes to a partner."),
    Part.TEAM: N_("What has to be asked for or renewed before the year is over."),
    Part.ACCOUNTS: N_("Not seen for half a year, or locked. Who left needs no way in."),
    Part.CHILDREN: N_("Too old for what they came to, or old enough to answer for themselves."),
    Part.KEYS: N_("Older than a year, and they open something by themselves."),
}
ICONS: Final[Mapping[Part, str]] = {
    Part.ACTIVITIES: "calendar", Part.HOLIDAYS: "sun", Part.GOALS: "target", Part.GRANTS: "euro",
    Part.PARTNERS: "encounter", Part.TEAM: "shield", Part.ACCOUNTS: "person",
    Part.CHILDREN: "child", Part.KEYS: "link",
}  # fmt: skip
#: Where a single one is seen to.
PLACES: Final[Mapping[Part, str]] = {
    Part.GOALS: "goals.detail", Part.GRANTS: "goals.grant", Part.PARTNERS: "partners.detail",
}  # fmt: skip


def _year() -> tuple[Here, SchoolYear]:
    """Return where we are, and the year that the address names; another one is not there."""
    here = queries.here(session(), actor())
    form = YearForm(request.args)
    try:
        return here, rules.within(form.year.data, clock.today(), here.month)
    except Refusal:
        abort(404)


@bp.get("")
@allow(Action.LIST, Resource.SCHOOL_YEAR)
def index() -> ResponseReturnValue:
    here, year = _year()
    return _index(here, year, MonthForm(formdata=None, data={"month": here.month}))


def _index(here: Here, year: SchoolYear, form: MonthForm) -> ResponseReturnValue:
    form.offer()
    running = SchoolYear.holding(clock.today(), here.month)
    other = running if year != running else running.moved(1)
    return page(
        "school_year/index.html", year=year, other=other, form=form, icons=ICONS,
        meanings=MEANINGS, lines=queries.lines(session(), actor(), year, here),
    )  # fmt: skip


@bp.post("/month")
@allow(Action.EDIT, Resource.SCHOOL_YEAR)
def set_month() -> ResponseReturnValue:
    form = MonthForm()
    form.offer()
    if form.carry_out(lambda: service.set_month(session(), actor(), form.month.data)):
        flash(gettext("Saved."), "good")
        return redirect(url_for(".index"), 303)
    return _index(*_year(), form)


@bp.route("/activities", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.SCHOOL_YEAR)
def activities() -> ResponseReturnValue:
    (_, year), form = _year(), AlongForm()
    along = lambda: service.take_along(session(), actor(), year, form.chosen.data or ())  # noqa: E731
    if form.carry_out(along):
        flash(_made(len(form.outcome)), "good")
        return redirect(url_for(".activities", year=year.number), 303)
    offers = queries.offers(session(), actor(), year)
    return page(
        "school_year/activities.html", year=year, form=form, offers=offers,
        chosen=set(form.chosen.data or ()),
    )  # fmt: skip


def _made(number: int) -> str:
    said: str = ngettext(
        "%(num)d draft was made. Nobody sees it until you publish it.",
        "%(num)d drafts were made. Nobody sees them until you publish them.",
        number,
    )
    return said


@bp.get("/<part>")
@allow(Action.LIST, Resource.SCHOOL_YEAR)
def detail(part: str) -> ResponseReturnValue:
    wanted = _part(part)
    here, year = _year()
    return page(
        TEMPLATES.get(wanted, "school_year/ending.html"), year=year, part=wanted,
        meaning=MEANINGS[wanted], place=PLACES.get(wanted), today=clock.today(),
        **LISTS[wanted](here, year),
    )  # fmt: skip


def _part(named: str) -> Part:
    if named not in LISTS:
        abort(404)
    demand(actor(), *queries.NEEDS[Part(named)])
    return Part(named)


def _children(here: Here, year: SchoolYear) -> dict[str, Any]:
    found = queries.growers(session(), actor(), year)
    shown("child", [one.id for one in found])
    return {"growers": found, "Growing": rules.Growing}


def _ending(part: Part) -> Callable[[Here, SchoolYear], dict[str, Any]]:
    return lambda here, year: {"rows": queries.ending_in(session(), actor(), year, part)}


LISTS: Final[Mapping[Part, Callable[[Here, SchoolYear], dict[str, Any]]]] = {
    Part.GOALS: _ending(Part.GOALS),
    Part.GRANTS: _ending(Part.GRANTS),
    Part.PARTNERS: _ending(Part.PARTNERS),
    Part.TEAM: lambda here, year: {"people": queries.people(session(), actor(), year)},
    Part.ACCOUNTS: lambda here, year: {"accounts": queries.accounts(session(), actor())},
    Part.CHILDREN: _children,
    Part.KEYS: lambda here, year: {"keys": queries.keys(session(), here)},
}
TEMPLATES: Final[Mapping[Part, str]] = {
    Part.TEAM: "school_year/team.html", Part.ACCOUNTS: "school_year/accounts.html",
    Part.CHILDREN: "school_year/children.html", Part.KEYS: "school_year/keys.html",
}  # fmt: skip


@bp.post("/<part>/done")
@allow(Action.EDIT, Resource.SCHOOL_YEAR)
def settle(part: str) -> ResponseReturnValue:
    if part not in set(Part):
        abort(404)
    (_, year), form = _year(), DoneForm()
    if form.carry_out(
        lambda: service.settle(session(), actor(), year, Part(part), done=form.done.data)
    ):
        flash(gettext("Saved."), "good")
    return redirect(url_for(".index", year=year.number), 303)
