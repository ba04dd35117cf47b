"""Screens for goals, themes, policy goals and grants."""

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.goals import queries, service
from kinderwerk.goals.forms import GoalForm, GrantForm, PolicyGoalForm, ThemeForm
from kinderwerk.goals.models import Goal, Grant, PolicyGoal
from kinderwerk.goals.queries import Named
from kinderwerk.places import queries as places
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page, said

bp = Blueprint("goals", __name__)


def organisation() -> UUID:
    organisation_id = actor().organisation_id
    return organisation_id or abort(403)


def this_year() -> dict[str, date]:
    """Return the plan period that most goals have."""
    year = clock.today().year
    return {"begins_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}


@bp.get("/goals/")
@allow(Action.LIST, Resource.GOAL)
def index() -> ResponseReturnValue:
    ended = request.args.get("ended") == "1"
    goals = queries.goals(session(), actor(), None if ended else clock.today())
    return page("goals/index.html", goals=goals, ended=ended, today=clock.today())


@bp.get("/goals/<uuid:id>")
@allow(Action.VIEW, Resource.GOAL, load=queries.by_id)
def detail(goal: Goal) -> ResponseReturnValue:
    return page("goals/detail.html", goal=goal, today=clock.today())


@bp.route("/goals/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.GOAL)
def new() -> ResponseReturnValue:
    form = offered(GoalForm(**this_year()))
    if form.carry_out(lambda: service.add_goal(session(), actor(), form.wish())):
        return redirect(url_for(".detail", id=form.outcome.id), 303)
    return page("goals/form.html", form=form, goal=None)


@bp.route("/goals/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.GOAL, load=queries.by_id)
def edit(goal: Goal) -> ResponseReturnValue:
    form = offered(GoalForm.showing(goal), goal.theme.code)
    version = form.version.data
    if form.carry_out(lambda: service.change_goal(session(), actor(), goal, form.wish(), version)):
        return redirect(url_for(".detail", id=goal.id), 303)
    return page("goals/form.html", form=form, goal=goal)


def offered(form: GoalForm, kept: str = "") -> GoalForm:
    """Give the form what may be chosen; a goal keeps its theme also when that was archived."""
    themes = queries.theme_names(session(), organisation())
    form.offer_themes(
        (theme.code.value, said(theme.label))
        for theme in themes
        if not theme.archived or theme.code == kept
    )
    municipality_id = actor().municipality_id or abort(403)
    form.areas.offer(places.choices(session(), municipality_id))
    policy = queries.policy_goals(session(), actor())
    form.policy_goal_id.offer((row.id, f"{row.reference}: {row.title}") for row in policy)
    grants = queries.grants(session(), actor())
    form.grant_id.offer((row.id, row.reference) for row, _ in grants)
    return form


@bp.get("/goals/themes")
@allow(Action.CREATE, Resource.GOAL)
def themes() -> ResponseReturnValue:
    return page("goals/themes.html", themes=queries.theme_names(session(), organisation()))


@bp.route("/goals/themes/edit", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.GOAL)
def edit_theme() -> ResponseReturnValue:
    theme = named(request.values.get("code", ""))
    form = ThemeForm(code=theme.code.value, archived=theme.archived, **theme.label)
    if form.carry_out(lambda: service.change_theme(session(), actor(), form.wish())):
        flash(gettext("The theme was saved."))
        return redirect(url_for(".themes"), 303)
    return page("goals/theme_form.html", form=form, theme=theme)


def named(code: str) -> Named:
    themes = queries.theme_names(session(), organisation())
    return next((theme for theme in themes if theme.code == code), None) or abort(404)


@bp.get("/policy/")
@allow(Action.LIST, Resource.POLICY_GOAL)
def policy() -> ResponseReturnValue:
    return page(
        "goals/policy.html",
        policy_goals=queries.policy_goals(session(), actor()),
        grants=queries.grants(session(), actor()),
    )


@bp.route("/policy/goals/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.POLICY_GOAL)
def new_policy_goal() -> ResponseReturnValue:
    form = PolicyGoalForm(**this_year())
    if form.carry_out(lambda: service.add_policy_goal(session(), actor(), form.wish())):
        flash(gettext("The policy goal was saved."))
        return redirect(url_for(".policy"), 303)
    return page("goals/policy_goal_form.html", form=form, row=None)


@bp.route("/policy/goals/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.POLICY_GOAL, load=queries.policy_goal)
def edit_policy_goal(row: PolicyGoal) -> ResponseReturnValue:
    form = PolicyGoalForm(obj=row)
    version = form.version.data
    if form.carry_out(
        lambda: service.change_policy_goal(session(), actor(), row, form.wish(), version)
    ):
        flash(gettext("The policy goal was saved."))
        return redirect(url_for(".policy"), 303)
    return page("goals/policy_goal_form.html", form=form, row=row)


@bp.get("/policy/grants/<uuid:id>")
@allow(Action.VIEW, Resource.GRANT, load=queries.grant)
def grant(row: Grant) -> ResponseReturnValue:
    goals = queries.serving(session(), actor(), row.id)
    return page("goals/grant.html", grant=row, goals=goals)


@bp.route("/policy/grants/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.GRANT)
def new_grant() -> ResponseReturnValue:
    form = GrantForm(**this_year())
    if form.carry_out(lambda: service.add_grant(session(), actor(), form.wish())):
        return redirect(url_for(".grant", id=form.outcome.id), 303)
    return page("goals/grant_form.html", form=form, row=None)


@bp.route("/policy/grants/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.GRANT, load=queries.grant)
def edit_grant(row: Grant) -> ResponseReturnValue:
    form = GrantForm(obj=row)
    version = form.version.data
    if form.carry_out(lambda: service.change_grant(session(), actor(), row, form.wish(), version)):
        return redirect(url_for(".grant", id=row.id), 303)
    return page("goals/grant_form.html", form=form, row=row)
