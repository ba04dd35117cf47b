"""Reading what is planned, held and reached for goals in a fixed period."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session as Database

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Activity, ActivityGoal, Occurrence, at_its_place
from kinderwerk.activities.rules import PRIVATE
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.facts import queries as facts
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.goals import queries as goals
from kinderwerk.places import queries as places
from kinderwerk.places.models import Venue
from kinderwerk.planner.coverage import Aim, Covered, Session, cover, protected
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Presence

COUNTED = (Measure.CHILDREN, Measure.VISITS_NAMED, Measure.VISITS_TALLY)


def covered(session: Database, actor: Actor, period: Period) -> list[Covered]:
    """Return what there is for each goal of that period."""
    here, town = actor.organisation_id, actor.municipality_id
    if here is None or town is None:
        return []
    known = places.choices(session, town)
    aims = list(_aims(session, actor, period, known))
    counts = facts.counts(
        session, organisation_ids=[here], periods=[str(period)], measures=COUNTED,
        levels=(Level.WHOLE, Level.NEIGHBOURHOOD),
    )  # fmt: skip
    sessions = [*planned(session, here, period), *held(session, here, period)]
    safe = protected([aim.id for aim in aims], [id for id, _ in known], counts)
    return cover(aims, sessions, safe)


def _aims(
    session: Database, actor: Actor, period: Period, known: Iterable[tuple[UUID, str]]
) -> Iterator[Aim]:
    for goal in goals.goals(session, actor, since=period.begins):
        if goal.begins_on <= period.ends:
            aimed = [(one.neighbourhood_id, one.neighbourhood.name) for one in goal.areas]
            yield Aim(
                id=goal.id, title=goal.title, theme=goal.theme.code,
                areas=sorted(aimed, key=lambda area: area[1].lower()) or list(known),
                target_children=goal.target_children, target_visits=goal.target_visits,
            )  # fmt: skip


def planned(session: Database, organisation_id: UUID, period: Period) -> Iterator[Session]:
    """Yield what is still to come in a period, by the goals that it serves now."""
    rows = session.execute(
        select(
            ActivityGoal.goal_id, Venue.neighbourhood_id, Activity.age_from, Activity.age_to,
            func.count(),
        )
        .select_from(Occurrence)
        .join(Occurrence.activity)
        .join(ActivityGoal, ActivityGoal.activity_id == Activity.id)
        .outerjoin(Venue, at_its_place())
        .where(
            Occurrence.organisation_id == organisation_id,
            Occurrence.cancelled_at.is_(None),
            Occurrence.starts_at >= max(clock.now(), clock.midnight(period.begins)),
            Occurrence.starts_at < clock.midnight(period.ends + timedelta(days=1)),
            Activity.format.not_in(PRIVATE),
        )
        .group_by(
            ActivityGoal.goal_id, Venue.neighbourhood_id, Activity.age_from, Activity.age_to
        )
    )  # fmt: skip
    for goal_id, area_id, age_from, age_to, times in rows:
        yield Session(goal_id, area_id, (age_from, age_to), held=False, times=times)


def held(session: Database, organisation_id: UUID, period: Period) -> Iterator[Session]:
    """Yield what was held, by the goals and the place for which it counts in the reports too."""
    rows = session.execute(
        select(Register.goal_ids, Register.neighbourhood_id, Activity.age_from, Activity.age_to)
        .join(Register.occurrence)
        .join(Occurrence.activity)
        .where(
            Register.organisation_id == organisation_id,
            Register.held_on.between(period.begins, period.ends),
            or_(Register.closed_at.is_not(None), Register.estimated > 0, _counted(), _seen()),
        )
    )
    for goal_ids, area_id, age_from, age_to in rows:
        for goal_id in goal_ids:
            yield Session(UUID(goal_id), area_id, (age_from, age_to), held=True)


def _counted() -> ColumnElement[bool]:
    return exists().where(Tally.occurrence_id == Register.occurrence_id, Tally.n > 0)


def _seen() -> ColumnElement[bool]:
    """Hold for registers in which somebody was seen or missed; see `registers.counting.written`."""
    return exists().where(
        Attendance.occurrence_id == Register.occurrence_id,
        Attendance.presence != Presence.EXCUSED,
    )


def gaps(session: Database, actor: Actor, period: Period) -> list[Covered]:
    """Return the goals that aim at a neighbourhood in which nothing more is planned."""
    here, town = actor.organisation_id, actor.municipality_id
    if here is None or town is None:
        return []
    known = places.choices(session, town)
    aims = list(_aims(session, actor, period, known))
    found = cover(aims, planned(session, here, period))
    return [one for one in found if one.gaps]
