"""Changing themes, goals, policy goals and grants."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.goals import queries, rules
from kinderwerk.goals.models import Goal, GoalArea, Grant, Indicator, PolicyGoal, Theme
from kinderwerk.goals.rules import GoalWish, GrantWish, PolicyGoalWish, ThemeCode, ThemeWish
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.integrity import violated
from kinderwerk.storage.work import revise, unit_of_work


def seed_themes(session: Session, actor: Actor, organisation_id: UUID) -> dict[ThemeCode, Theme]:
    """Return the organisation's themes by code, after adding those that it does not have yet."""
    with unit_of_work(session):
        # the lock keeps two first goals from bringing the themes twice
        session.get_one(Organisation, organisation_id, with_for_update=True)
        known = {row.code: row for row in queries.themes(session, organisation_id)}
        for position, (code, label) in enumerate(rules.THEMES.items()):
            if code not in known:
                row = Theme(
                    organisation_id=organisation_id, code=code, label=dict(label),
                    position=position,
                )  # fmt: skip
                session.add(row)
                audit.record(session, actor, "theme.added", row.id)
                known[code] = row
    return known


def change_theme(session: Session, actor: Actor, wish: ThemeWish) -> Theme:
    """Call a theme otherwise, take it out of the lists to choose from, or put it back.

    A theme is never deleted: reports of past years speak of it.
    """
    with unit_of_work(session):
        organisation_id = _organisation(demand(actor, Action.CREATE, Resource.GOAL))
        theme = seed_themes(session, actor, organisation_id)[wish.code]
        demand(actor, Action.EDIT, Resource.GOAL, theme.facts)
        if wish.archived and theme.archived_at is None:
            _refuse_running(session, theme)
            theme.archived_at = clock.now()
        elif not wish.archived:
            theme.archived_at = None
        theme.label = wish.label
        audit.record(session, actor, "theme.changed", theme.id, archived=wish.archived)
    return theme


def _refuse_running(session: Session, theme: Theme) -> None:
    running = select(Goal.id).where(Goal.theme_id == theme.id, Goal.ends_on >= clock.today())
    if session.scalars(running).first():
        raise rules.ThemeInUse


def add_goal(session: Session, actor: Actor, wish: GoalWish) -> Goal:
    rules.check(wish)
    with unit_of_work(session):
        organisation_id = _organisation(demand(actor, Action.CREATE, Resource.GOAL))
        theme = seed_themes(session, actor, organisation_id)[wish.theme]
        _check_ties(session, organisation_id, wish)
        goal = Goal(organisation_id=organisation_id, theme=theme, **_scalars(wish))
        _fill(session, goal, wish)
        session.add(goal)
        audit.record(session, actor, "goal.added", goal.id)
    return goal


def change_goal(
    session: Session, actor: Actor, goal: Goal, wish: GoalWish, version: int | None
) -> Goal:
    rules.check(wish)
    goal_id = goal.id
    with unit_of_work(session):
        goal = session.get_one(Goal, goal_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.GOAL, goal.facts)
        theme = seed_themes(session, actor, goal.organisation_id)[wish.theme]
        _check_ties(session, goal.organisation_id, wish)
        try:
            revise(goal, version, **_scalars(wish))
        except Stale as stale:
            raise Stale(stale.theirs | _hanging(goal), stale.version) from None
        goal.theme = theme
        _fill(session, goal, wish)
        audit.record(session, actor, "goal.changed", goal.id)
    return goal


def _organisation(membership: Membership) -> UUID:
    if membership.organisation_id is None:
        raise Withheld("a goal belongs to an organisation")
    return membership.organisation_id


def _scalars(wish: GoalWish) -> dict[str, Any]:
    """Return what is a plain column of the goal."""
    return {
        name: getattr(wish, name)
        for name in (
            "title", "description", "begins_on", "ends_on", "target_visits", "target_children",
            "policy_goal_id", "grant_id",
        )
    }  # fmt: skip


def _hanging(goal: Goal) -> dict[str, object]:
    """Return what hangs on a goal as it stands, under the names of the wish."""
    return {
        "theme": goal.theme.code,
        "areas": [area.neighbourhood_id for area in goal.areas],
        "indicators": [(one.text, one.kind) for one in goal.indicators],
    }


def _fill(session: Session, goal: Goal, wish: GoalWish) -> None:
    """Write areas and indicators; an indicator that stays as it is keeps its row."""
    areas = {row.neighbourhood_id: row for row in goal.areas}
    goal.areas = [areas.get(id) or GoalArea(neighbourhood_id=id) for id in wish.areas]
    known = {(row.text, row.kind): row for row in goal.indicators}
    goal.indicators = [
        known.pop(key) if (key := (one.text, one.kind)) in known
        else Indicator(text=one.text, kind=one.kind)
        for one in wish.indicators
    ]  # fmt: skip
    for position, row in enumerate(goal.indicators):
        row.position = position


def _check_ties(session: Session, organisation_id: UUID, wish: GoalWish) -> None:
    """Refuse what belongs to somebody else, and what runs in another period."""
    organisation = session.get_one(Organisation, organisation_id)
    for id in wish.areas:
        area = session.get(Neighbourhood, id)
        if area is None or area.municipality_id != organisation.municipality_id:
            raise Withheld("a neighbourhood of another municipality")
    if wish.policy_goal_id:
        policy = session.get(PolicyGoal, wish.policy_goal_id)
        if policy is None or policy.municipality_id != organisation.municipality_id:
            raise Withheld("a policy goal of another municipality")
        _check_overlap(policy, wish, "policy_goal_id")
    if wish.grant_id:
        grant = session.get(Grant, wish.grant_id)
        if grant is None or grant.organisation_id != organisation_id:
            raise Withheld("a grant of another organisation")
        _check_overlap(grant, wish, "grant_id")


def _check_overlap(tied: PolicyGoal | Grant, wish: GoalWish, field: str) -> None:
    if not rules.overlap(wish.begins_on, wish.ends_on, tied.begins_on, tied.ends_on):
        refusal = rules.OutsideThePeriod(
            begins=tied.begins_on.isoformat(), ends=tied.ends_on.isoformat()
        )
        refusal.field = field
        raise refusal


def add_policy_goal(session: Session, actor: Actor, wish: PolicyGoalWish) -> PolicyGoal:
    rules.check_period(wish.begins_on, wish.ends_on)
    with _reference_of_its_own(), unit_of_work(session):
        membership = demand(actor, Action.CREATE, Resource.POLICY_GOAL)
        if membership.municipality_id is None:
            raise Withheld("a policy goal belongs to a municipality")
        row = PolicyGoal(municipality_id=membership.municipality_id, **asdict(wish))
        session.add(row)
        audit.record(session, actor, "policy_goal.added", row.id)
    return row


def change_policy_goal(
    session: Session, actor: Actor, row: PolicyGoal, wish: PolicyGoalWish, version: int | None
) -> PolicyGoal:
    rules.check_period(wish.begins_on, wish.ends_on)
    row_id = row.id
    with _reference_of_its_own(), unit_of_work(session):
        row = session.get_one(PolicyGoal, row_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.POLICY_GOAL, row.facts)
        revise(row, version, **asdict(wish))
        audit.record(session, actor, "policy_goal.changed", row.id)
    return row


def add_grant(session: Session, actor: Actor, wish: GrantWish) -> Grant:
    rules.check_period(wish.begins_on, wish.ends_on)
    with _reference_of_its_own(), unit_of_work(session):
        organisation_id = _organisation(demand(actor, Action.CREATE, Resource.GRANT))
        organisation = session.get_one(Organisation, organisation_id)
        row = Grant(
            organisation_id=organisation_id, municipality_id=organisation.municipality_id,
            **asdict(wish),
        )  # fmt: skip
        session.add(row)
        audit.record(session, actor, "grant.added", row.id)
    return row


def change_grant(
    session: Session, actor: Actor, row: Grant, wish: GrantWish, version: int | None
) -> Grant:
    rules.check_period(wish.begins_on, wish.ends_on)
    row_id = row.id
    with _reference_of_its_own(), unit_of_work(session):
        row = session.get_one(Grant, row_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.GRANT, row.facts)
        revise(row, version, **asdict(wish))
        audit.record(session, actor, "grant.changed", row.id)
    return row


@contextmanager
def _reference_of_its_own() -> Iterator[None]:
    """Turn the database's word on a reference that exists already into ours."""
    try:
        yield
    except IntegrityError as error:
        if (violated(error) or "").endswith("_reference"):
            raise rules.TakenReference from None
        raise
