"""The register of talks: written down in a few taps, and what all of them together say."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.children import queries as corners
from kinderwerk.children.rules import Corner, Tile
from kinderwerk.children.tiles import tile
from kinderwerk.conversations import poster, queries, rules, service
from kinderwerk.conversations.forms import TalkForm
from kinderwerk.conversations.models import Conversation
from kinderwerk.conversations.rules import BANDS, NAMED, REST, Channel, Pointed, Row, Serious
from kinderwerk.core import charts, clock
from kinderwerk.core.charts import BarChart, Datum, LineChart
from kinderwerk.core.periods import YEARS
from kinderwerk.core.words import N_
from kinderwerk.disclosure.tables import SMALLEST_BASE
from kinderwerk.papers import service as papers
from kinderwerk.papers.kinds import KINDS
from kinderwerk.papers.orders import OrderForm
from kinderwerk.web.access import actor, allow, public
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import day, page

bp = Blueprint("conversations", __name__)
PAPER: Final = KINDS[poster.NAME]
#: The place of the tile on the first page of children: after the board.
TILE: Final = 45
#: So many talks on a day fill the width of the picture, unless there were more.
BUSY: Final = 5
#: What is told of a year: the theme first.
KINDS_OF: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "theme": (
        N_("What they were about"),
        {one.value: one.label for one in NAMED} | {REST: N_("Something that is not named here")},
    ),
    "channel": (N_("How children talked to us"), {one.value: one.label for one in Channel}),
    "band": (N_("How old they were"), {one.value: one.label for one in BANDS}),
    "serious": (N_("Meant seriously or not"), {one.value: one.label for one in Serious}),
    "pointed": (N_("Whom we helped them on to"), {one.value: one.label for one in Pointed}),
}


@bp.get("/conversations/")
@allow(Action.LIST, Resource.CONVERSATION)
def index() -> ResponseReturnValue:
    here, years = actor().organisation_id, queries.years(session(), actor().organisation_id)
    year = request.args.get("year", years[0], type=int)
    if year not in years:
        abort(404)
    talks = queries.of_year(session(), here, year)
    total = sum(one.n for one in talks)
    parts = {name: _rows(year, name, talks) for name in KINDS_OF} if rules.enough(total) else {}
    months = _months(year, talks)
    return page(
        "conversations/index.html", year=year, years=years, total=total, parts=parts,
        titles={name: title for name, (title, _) in KINDS_OF.items()}, chart=_shares,
        minutes=sum(one.minutes for one in talks), months=months, course=_by_month(months),
        sensitive=queries.sensitive(session(), here, year), fewest=SMALLEST_BASE,
        heard=queries.heard_in(session(), here), here=here, settled=rules.settled(clock.today()),
    )  # fmt: skip


def _rows(year: int, name: str, talks: list[rules.Some]) -> list[Row]:
    found = rules.rows(year, name, KINDS_OF[name][1], talks)
    return rules.by_size(found) if name == "theme" else found


def _months(year: int, talks: list[rules.Some]) -> list[tuple[date, int]]:
    """Return how many talks there were in each month that has begun."""
    first = [date(year, number, 1) for number in range(1, 13)]
    return [
        (one, sum(some.n for some in talks if some.month == one.month))
        for one in first if one <= clock.today()
    ]  # fmt: skip


@bp.app_template_filter("month")
def month(first: date) -> str:
    return str(format_date(first, "LLLL y"))


def _by_month(months: list[tuple[date, int]]) -> LineChart:
    data = [Datum(label=format_date(one, "LLL"), value=n, text=str(n)) for one, n in months]
    return charts.line("months", data)


def _shares(name: str, rows: list[Row]) -> BarChart:
    data = [
        Datum(
            label=gettext(row.label), value=row.share,
            text=gettext("too small to show") if row.share is None else f"{row.share} %",
        )
        for row in rows
    ]  # fmt: skip
    return charts.bars(f"talks-{name}", data)


@bp.get("/conversations/<int:year>/<int(min=1, max=12):number>")
@allow(Action.LIST, Resource.CONVERSATION)
def of_month(year: int, number: int) -> ResponseReturnValue:
    here = actor().organisation_id
    oldest = queries.years(session(), here)[-1]
    if not oldest <= year < YEARS.stop or date(year, number, 1) > clock.today():
        abort(404)
    first, length = date(year, number, 1), monthrange(year, number)[1]
    until = first + timedelta(days=length)
    before = first - timedelta(days=1)
    counts = queries.by_day(session(), here, first, until)
    days = [first + timedelta(days=n) for n in range(length)]
    shown = [(one, counts.get(one, 0)) for one in days if one <= clock.today()]
    return page(
        "conversations/month.html", first=first, days=shown, total=sum(counts.values()),
        earlier=before if before.year >= oldest else None,
        later=until if until <= clock.today() else None, chart=_daily(shown),
    )  # fmt: skip


def _daily(days: list[tuple[date, int]]) -> BarChart:
    """Draw the days on which somebody talked; the table beside it has all of them."""
    data = [Datum(label=day(one), value=n, text=str(n)) for one, n in days if n]
    return charts.bars("days", data, max(BUSY, charts.longest(data)))


@bp.route("/conversations/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.CONVERSATION)
def new() -> ResponseReturnValue:
    """Write a talk down; the next one can be written down at once."""
    form = TalkForm.like(queries.last(session(), actor()), request.args.get("channel", ""))
    places = queries.neighbourhoods(session(), actor())
    form.offer(places, only=actor().neighbourhood_id is not None)
    if form.carry_out(lambda: service.write_down(session(), actor(), form.wish())):
        flash(gettext("Counted."))
        return redirect(url_for(".new"), 303)
    return page(
        "conversations/new.html", form=form, minutes=rules.TAPPED, last=_last_tap(),
        today=queries.counted_today(session(), actor()),
    )  # fmt: skip


def _last_tap() -> Conversation | None:
    """Return what this person tapped a moment ago, to take it back."""
    last = queries.last(session(), actor())
    return last if last and clock.now() - last.created_at <= rules.JUST_NOW else None


@bp.post("/conversations/<uuid:id>/remove")
@allow(Action.EDIT, Resource.CONVERSATION, load=queries.by_id)
def take_back(conversation: Conversation) -> ResponseReturnValue:
    id, form = conversation.id, Form()
    done = form.carry_out(lambda: service.take_back(session(), actor(), id))
    flash(gettext("Taken away.") if done else " ".join(form.form_errors))
    return redirect(url_for(".new"), 303)


@bp.route("/conversations/poster/<uuid:id>", methods=["GET", "POST"])
@allow(Action.LIST, Resource.CONVERSATION)
def on_paper(id: UUID) -> ResponseReturnValue:
    area = queries.neighbourhood(session(), id)
    form, told = OrderForm.of(PAPER), poster.told(session(), actor(), area)
    if told is None:
        abort(404)
    if form.carry_out(lambda: papers.ask(session(), actor(), form.order(PAPER, id))):
        return redirect(url_for("papers.detail", id=form.outcome), 303)
    return page("conversations/ask_poster.html", form=form, kind=PAPER, area=area, told=told)


@bp.get("/kids/<uuid:organisation>/<uuid:neighbourhood>/talked-about")
@public
def told(organisation: UUID, neighbourhood: UUID) -> ResponseReturnValue:
    """Tell the neighbourhood what its children talk about; never how few of them."""
    corner = corners.corner(session(), organisation, neighbourhood)
    found = queries.told(session(), organisation, neighbourhood)
    return page("conversations/told.html", corner=corner, told=found)


@tile(TILE)
def told_tile(corner: Corner) -> Tile | None:
    """Lead to what children talk about, once there is enough to tell."""
    here = corner.organisation_id, corner.neighbourhood_id
    if here[1] is None or queries.told(session(), *here) is None:
        return None
    return Tile(
        label=gettext("What children here talk about"), drawing="talk", theme="encounter",
        url=url_for("conversations.told", **corner.address),
    )  # fmt: skip
