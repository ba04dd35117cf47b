"""Screens of measuring: what is asked, the taps at a session, and what it says of a goal."""

from typing import Final
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import charts, clock
from kinderwerk.core.charts import BarChart, Datum
from kinderwerk.core.periods import Period
from kinderwerk.goals import queries as goals
from kinderwerk.goals.models import Goal
from kinderwerk.measuring import draw, paper, queries, rules, service, weeks
from kinderwerk.measuring.forms import (
    NumbersForm,
    QuestionForm,
    ReadingForm,
    TapForm,
    WeekForm,
    labels,
)
from kinderwerk.measuring.models import Question, Week
from kinderwerk.measuring.queries import Card, Result
from kinderwerk.papers import service as papers
from kinderwerk.papers.kinds import KINDS
from kinderwerk.papers.orders import OrderForm
from kinderwerk.registers import queries as registers
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("measuring", __name__)
PAPER: Final = KINDS[paper.NAME]


def period_asked(written: str | None = None) -> Period:
    """Return the period that the address asks for, or this year."""
    try:
        return Period.read(written or request.args.get("period", ""))
    except ValueError:
        return Period(clock.today().year)


def periods() -> list[Period]:
    """Return what can be chosen: this quarter, half-year and year, and those before them."""
    quarter, half, year = Period.holding(clock.today())
    return [quarter, quarter.previous, half, half.previous, year, year.previous]


@bp.get("/measuring/")
@allow(Action.LIST, Resource.MEASUREMENT)
def index() -> ResponseReturnValue:
    period = period_asked()
    return page(
        "measuring/index.html", found=queries.overview(session(), actor(), period), period=period,
        periods=periods(), weeks=weeks.weeks(session(), actor().organisation_id),
    )  # fmt: skip


@bp.route("/measuring/weeks/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.MEASUREMENT)
def new_week() -> ResponseReturnValue:
    form = WeekForm.of(draw.mondays(clock.today()))
    if form.carry_out(
        lambda: service.draw_week(session(), actor(), form.monday.data, form.size.data or 0)
    ):
        return redirect(url_for(".week", id=form.outcome.id), 303)
    return page("measuring/new_week.html", form=form)


@bp.get("/measuring/weeks/<uuid:id>")
@allow(Action.VIEW, Resource.MEASUREMENT, load=weeks.by_id)
def week(week: Week) -> ResponseReturnValue:
    turns = weeks.turns(session(), week.id)
    return page("measuring/week.html", week=week, turns=turns, now=clock.now())


@bp.get("/measuring/goals/<uuid:id>")
@allow(Action.VIEW, Resource.MEASUREMENT, load=goals.by_id)
def of_goal(goal: Goal) -> ResponseReturnValue:
    period = period_asked()
    found = queries.results(session(), [goal.id], period).get(goal.id, [])
    return page(
        "measuring/goal.html", goal=goal, period=period, periods=periods(), results=found,
        chart=drawn, labels=labels, questions=queries.questions(session(), goal.id),
        reading=queries.reading(session(), goal.id, period), fewest=rules.FEWEST,
    )  # fmt: skip


def drawn(result: Result) -> BarChart:
    shares = result.shares or ()
    data = [
        Datum(label=label, value=share, text=f"{n} ({share} %)")
        for label, share, n in zip(
            labels(result.question), shares, result.counts or (), strict=True
        )
    ]
    return charts.bars(f"q{result.question.id.hex}", data, 100)


@bp.route("/measuring/goals/<uuid:id>/questions/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.QUESTION, load=goals.by_id)
def new(goal: Goal) -> ResponseReturnValue:
    form = offered(QuestionForm(), goal)
    if form.carry_out(lambda: service.add_question(session(), actor(), goal.id, form.wish())):
        flash(gettext("The question was saved."))
        return redirect(url_for(".of_goal", id=goal.id), 303)
    return page("measuring/question.html", form=form, goal=goal, question=None)


@bp.route("/measuring/questions/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.QUESTION, load=queries.question)
def edit(question: Question) -> ResponseReturnValue:
    goal = goals.by_id(session(), question.goal_id)
    form = offered(QuestionForm.showing(question), goal)
    version = form.version.data
    if form.carry_out(
        lambda: service.change_question(session(), actor(), question, form.wish(), version)
    ):
        flash(gettext("The question was saved."))
        return redirect(url_for(".of_goal", id=goal.id), 303)
    return page("measuring/question.html", form=form, goal=goal, question=question)


def offered(form: QuestionForm, goal: Goal) -> QuestionForm:
    form.indicator_id.offer((one.id, one.text) for one in goal.indicators)
    return form


@bp.route("/measuring/goals/<uuid:id>/reading/<period>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.MEASUREMENT, load=goals.by_id)
def read(goal: Goal, period: str) -> ResponseReturnValue:
    about = period_asked(period)
    form = ReadingForm.showing(queries.reading(session(), goal.id, about))
    version = form.version.data
    if form.carry_out(
        lambda: service.read(session(), actor(), goal.id, about, form.wish(), version)
    ):
        flash(gettext("Saved."))
        return redirect(url_for(".of_goal", id=goal.id, period=about), 303)
    return page("measuring/reading.html", form=form, goal=goal, period=about)


@bp.get("/sessions/<uuid:id>/measuring")
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def at_session(occurrence: Occurrence) -> ResponseReturnValue:
    asking = queries.asking(session(), occurrence)
    return page("measuring/session.html", occurrence=occurrence, asking=asking, now=clock.now(),
                day=registers.day_of(occurrence))  # fmt: skip


@bp.route("/sessions/<uuid:id>/measuring/paper", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def on_paper(occurrence: Occurrence) -> ResponseReturnValue:
    form, here = OrderForm.of(PAPER), occurrence.id
    if form.carry_out(lambda: papers.ask(session(), actor(), form.order(PAPER, here))):
        return redirect(url_for("papers.detail", id=form.outcome), 303)
    return page("measuring/ask_paper.html", form=form, kind=PAPER, occurrence=occurrence)


@bp.route("/sessions/<uuid:id>/measuring/<uuid:question>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def ask(occurrence: Occurrence, question: UUID) -> ResponseReturnValue:
    form, here = TapForm(), occurrence.id
    if form.carry_out(
        lambda: service.answer(session(), actor(), here, question, form.step.data or 0)
    ):
        return redirect(url_for(".ask", id=here, question=question), 303)
    return tapped(here, question, form)


@bp.post("/sessions/<uuid:id>/measuring/<uuid:question>/back")
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def back(occurrence: Occurrence, question: UUID) -> ResponseReturnValue:
    form, here = TapForm(), occurrence.id
    if form.carry_out(
        lambda: service.take_back(session(), actor(), here, question, form.step.data or 0)
    ):
        return redirect(url_for(".ask", id=here, question=question), 303)
    return tapped(here, question, form)


@bp.route("/sessions/<uuid:id>/measuring/<uuid:question>/numbers", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def numbers(occurrence: Occurrence, question: UUID) -> ResponseReturnValue:
    card, here = card_of(occurrence, question), occurrence.id
    form = NumbersForm.of(card.question)
    if form.carry_out(lambda: service.set_numbers(session(), actor(), here, question, form.wish())):
        flash(gettext("Saved."))
        return redirect(url_for(".at_session", id=here), 303)
    return page("measuring/numbers.html", form=form, occurrence=occurrence, card=card)


def tapped(occurrence_id: UUID, question: UUID, form: TapForm) -> ResponseReturnValue:
    occurrence = registers.occurrence(session(), occurrence_id)
    card = card_of(occurrence, question)
    kept = queries.measurements(session(), occurrence_id).get(question)
    return page(
        "measuring/ask.html", form=form, occurrence=occurrence, card=card,
        labels=labels(card.question), last=kept.last_step if kept and not kept.stands else None,
    )  # fmt: skip


def card_of(occurrence: Occurrence, question: UUID) -> Card:
    cards = queries.asking(session(), occurrence).cards
    return next((one for one in cards if one.question.id == question), None) or abort(404)


@piece("after-register")
def door(occurrence: Occurrence) -> str | None:
    """Lead from the list of a session to its questions, if there are any."""
    if occurrence.starts_at > clock.now() or occurrence.cancelled_at:
        return None
    if not permits(actor(), Action.EDIT, Resource.REGISTER, occurrence.facts):
        return None
    asking = queries.asking(session(), occurrence)
    return render_template("measuring/_door.html", occurrence=occurrence, asking=asking)


@piece("today")
def still_to_ask(who: str) -> str | None:
    """Show whoever ran a session that was drawn that nothing was asked there yet."""
    if not may("list", "measurement"):
        return None
    turns = weeks.to_do(session(), actor())
    return render_template("measuring/_today.html", turns=turns) if turns else None


@piece("goal")
def measured(goal: Goal) -> str | None:
    """Lead from a goal to what is measured for it."""
    if not permits(actor(), Action.VIEW, Resource.MEASUREMENT, goal.facts):
        return None
    return render_template("measuring/_of_goal.html", goal=goal)
