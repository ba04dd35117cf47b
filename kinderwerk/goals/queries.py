"""Reading themes, goals, policy goals and grants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.core import clock
from kinderwerk.core.words import Translated
from kinderwerk.goals.models import Goal, GoalArea, Grant, PolicyGoal, Theme
from kinderwerk.goals.rules import THEMES, ThemeCode
from kinderwerk.storage.scoping import in_municipality, scope, within

GOALS: Final = scope(
    Resource.GOAL, Goal, {conditions.same_organisation: within(Goal.organisation_id)}
)
POLICY_GOALS: Final = scope(
    Resource.POLICY_GOAL,
    PolicyGoal,
    {conditions.same_municipality: in_municipality(PolicyGoal.municipality_id)},
)
GRANTS: Final = scope(
    Resource.GRANT,
    Grant,
    {
        conditions.same_organisation: within(Grant.organisation_id),
        conditions.same_municipality: in_municipality(Grant.municipality_id),
    },
)
_WHOLE: Final = (
    joinedload(Goal.theme),
    joinedload(Goal.policy_goal),
    joinedload(Goal.grant),
    selectinload(Goal.areas).joinedload(GoalArea.neighbourhood),
    selectinload(Goal.indicators),
)


def themes(session: Session, organisation_id: UUID) -> Sequence[Theme]:
    return session.scalars(
        select(Theme).where(Theme.organisation_id == organisation_id).order_by(Theme.position)
    ).all()


@dataclass(frozen=True, slots=True)
class Named:
    """A theme as an organisation has it, also before it has any rows of them."""

    code: ThemeCode
    label: Translated
    archived: bool


def theme_names(session: Session, organisation_id: UUID) -> list[Named]:
    known = {row.code: row for row in themes(session, organisation_id)}
    return [
        Named(code, known[code].label, known[code].archived_at is not None)
        if code in known
        else Named(code, dict(label), False)
        for code, label in THEMES.items()
    ]


def by_id(session: Session, goal_id: UUID) -> Goal:
    return session.get_one(Goal, goal_id, options=_WHOLE)


def goals(session: Session, actor: Actor, since: date | None = None) -> Sequence[Goal]:
    """Return the goals that this actor may view, by theme; `since` leaves out what ended before."""
    query = select(Goal).join(Goal.theme).where(GOALS.visible(actor))
    if since is not None:
        query = query.where(Goal.ends_on >= since)
    return session.scalars(
        query.options(
            contains_eager(Goal.theme),
            joinedload(Goal.policy_goal),
            selectinload(Goal.areas).joinedload(GoalArea.neighbourhood),
        ).order_by(Theme.position, Goal.begins_on, Goal.title, Goal.id)
    ).all()


def current(session: Session, actor: Actor, on: date | None = None) -> Sequence[Goal]:
    """Return the goals to plan for: those that have not ended."""
    return goals(session, actor, on or clock.today())


def choices(
    session: Session, actor: Actor, on: date | None = None
) -> list[tuple[UUID, str, ThemeCode]]:
    """Return id, title and theme of what a list to choose a goal from shows."""
    return [(goal.id, goal.title, goal.theme.code) for goal in current(session, actor, on)]


def policy_goal(session: Session, policy_goal_id: UUID) -> PolicyGoal:
    return session.get_one(PolicyGoal, policy_goal_id)


def policy_goals(session: Session, actor: Actor) -> Sequence[PolicyGoal]:
    return session.scalars(
        select(PolicyGoal)
        .where(POLICY_GOALS.visible(actor))
        .order_by(PolicyGoal.begins_on.desc(), PolicyGoal.reference)
    ).all()


def grant(session: Session, grant_id: UUID) -> Grant:
    return session.get_one(Grant, grant_id)


def grants(session: Session, actor: Actor) -> Sequence[tuple[Grant, str]]:
    """Return the grants that this actor may view, each with the name of its organisation."""
    rows = session.execute(
        select(Grant, Organisation.name)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(GRANTS.visible(actor))
        .order_by(Grant.begins_on.desc(), Organisation.name, Grant.reference)
    )
    return [(row[0], row[1]) for row in rows]


def serving(session: Session, actor: Actor, grant_id: UUID) -> Sequence[Goal]:
    """Return the goals that hang to a grant, as far as this actor may view them."""
    return session.scalars(
        select(Goal)
        .join(Goal.theme)
        .where(GOALS.visible(actor), Goal.grant_id == grant_id)
        .options(contains_eager(Goal.theme))
        .order_by(Theme.position, Goal.title)
    ).all()
