"""Reading what needs somebody today: each question is one statement, however much there is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Role
from kinderwerk.accounts.models import Invitation
from kinderwerk.activities.models import Activity, ActivityGoal, Occurrence, at_its_place
from kinderwerk.activities.rules import PRIVATE, SignupKind, State
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.goals.models import Goal, Theme
from kinderwerk.messages.models import Message
from kinderwerk.places.models import KeyFigure, Neighbourhood, Venue
from kinderwerk.reports.models import Agreement, Edition
from kinderwerk.reports.queries import newest
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.staffing.queries import stands
from kinderwerk.today.rules import (
    AHEAD,
    GROWN_UP,
    LONG_LINE,
    MOST,
    Agenda,
    House,
    Line,
    Meeting,
    Readings,
    agenda,
    monday,
)


def sessions(session: Session, actor: Actor) -> Agenda:
    """Return the sessions of today and the coming days: one's own, or the whole house's."""
    today = clock.today()
    mine = stands(actor.id)
    seen = or_(mine, Activity.format.not_in(PRIVATE)) if _leads(actor) else mine
    rows = session.execute(
        select(Occurrence, Activity, Venue.name, Theme.code)
        .join(Occurrence.activity)
        .outerjoin(Venue, at_its_place())
        .outerjoin(
            ActivityGoal,
            and_(ActivityGoal.activity_id == Activity.id, ActivityGoal.position == 0),
        )
        .outerjoin(ActivityGoal.goal)
        .outerjoin(Goal.theme)
        .where(
            Occurrence.organisation_id == actor.organisation_id,
            Occurrence.cancelled_at.is_(None),
            Occurrence.starts_at >= clock.midnight(today),
            Occurrence.starts_at < clock.midnight(today + AHEAD + timedelta(days=1)),
            or_(Activity.state != State.DRAFT, Activity.format.in_(PRIVATE)),
            seen,
        )
        .order_by(Occurrence.starts_at, Activity.title, Occurrence.id)
    )
    return agenda([_meeting(*row) for row in rows], today)


def _meeting(held: Occurrence, activity: Activity, venue: str | None, theme: Any) -> Meeting:
    taken = {SignupKind.SERIES: activity.taken, SignupKind.PER_DAY: held.taken}
    by_name = activity.format not in PRIVATE and activity.age_from < GROWN_UP
    return Meeting(
        id=held.id, title=activity.title, format=activity.format, theme=theme,
        starts_at=held.starts_at, ends_at=held.ends_at, venue=venue,
        day=clock.to_wall(held.starts_at, ZoneInfo(activity.zone)).date(),
        expected=taken.get(activity.signup) if by_name else None,
        open=activity.signup is SignupKind.NONE and activity.format not in PRIVATE,
    )  # fmt: skip


def _leads(actor: Actor) -> bool:
    return actor.role is Role.COORDINATOR


def long_lines(session: Session, actor: Actor) -> Sequence[Line]:
    """Return the activities for which most children wait."""
    waiting = func.count(Signup.id)
    rows = session.execute(
        select(Activity.id, Activity.title, waiting, Activity.capacity)
        .join(Signup, Signup.activity_id == Activity.id)
        .where(
            Activity.organisation_id == actor.organisation_id,
            Activity.state == State.PUBLISHED,
            Signup.standing == Standing.WAITING,
        )
        .group_by(Activity.id, Activity.title, Activity.capacity)
        .having(waiting >= LONG_LINE)
        .order_by(waiting.desc(), Activity.title)
        .limit(MOST)
    )
    return [
        Line(activity_id=id, title=title, waiting=n, capacity=capacity)
        for id, title, n, capacity in rows
    ]


def drafts(session: Session, actor: Actor) -> Sequence[Activity]:
    """Return what was planned and still waits to be shown to parents."""
    return session.scalars(
        select(Activity)
        .where(
            Activity.organisation_id == actor.organisation_id,
            Activity.state == State.DRAFT,
            Activity.format.not_in(PRIVATE),
            Activity.ends_on >= clock.today(),
        )
        .order_by(Activity.begins_on, Activity.title)
        .limit(MOST)
    ).all()


def to_agree(session: Session, actor: Actor) -> Sequence[Edition]:
    """Return the reports that wait until this organisation agrees with its figures."""
    agreed = exists().where(
        Agreement.edition_id == Edition.id, Agreement.organisation_id == actor.organisation_id
    )
    return session.scalars(
        select(Edition)
        .where(
            Edition.municipality_id == actor.municipality_id,
            Edition.released_at.is_(None),
            ~agreed,
        )
        .order_by(Edition.period)
    ).all()


def released(session: Session, actor: Actor) -> Sequence[Edition]:
    """Return the reports that this municipality may read, the newest first."""
    return session.scalars(
        select(Edition)
        .where(
            Edition.municipality_id == actor.municipality_id,
            Edition.released_at.is_not(None),
            newest(),
        )
        .order_by(Edition.period.desc())
        .limit(MOST)
    ).all()


def house(session: Session, actor: Actor) -> House:
    """Count what an administrator has to see to, in one statement."""
    here, town = actor.organisation_id, actor.municipality_id
    invitations = select(func.count(Invitation.id)).where(
        Invitation.organisation_id == here, Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )  # fmt: skip
    failed = select(func.count(Message.id)).where(
        Message.organisation_id == here,
        or_(Message.failed_at.is_not(None), Message.bounced_at.is_not(None)),
    )
    areas = select(func.count(Neighbourhood.id)).where(Neighbourhood.municipality_id == town)
    known = exists().where(KeyFigure.neighbourhood_id == Neighbourhood.id)
    venues = select(func.count(Venue.id)).where(Venue.organisation_id == here, ~Venue.retired)
    counted = [invitations, failed, areas, areas.where(~known), venues]
    row = session.execute(select(*(one.scalar_subquery() for one in counted))).one()
    return House(
        invitations=row[0], failed=row[1], neighbourhoods=row[2], without_figures=row[3],
        venues=row[4],
    )  # fmt: skip


def readings(session: Session, actor: Actor) -> Readings:
    """Count the readings of sealed words of this week, by role."""
    since = monday(clock.today())
    n = func.count(AuditEntry.id)
    rows = session.execute(
        select(AuditEntry.role, n)
        .where(
            AuditEntry.organisation_id == actor.organisation_id,
            AuditEntry.deed.endswith(".read", autoescape=True),
            AuditEntry.at >= clock.midnight(since),
        )
        .group_by(AuditEntry.role)
        .order_by(n.desc(), AuditEntry.role)
    )
    return Readings(since=since, by_role=[(role, count) for role, count in rows])
