"""Reading activities, for those who work here."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource, Role
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.activities.models import (
    Activity,
    ActivityGoal,
    ActivityPartner,
    ActivityStaff,
    Occurrence,
)
from kinderwerk.activities.rules import DEEDS, HOMES, Format, SignupKind, State
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.goals.models import Goal, Theme
from kinderwerk.goals.rules import ThemeCode
from kinderwerk.partners.models import Partner
from kinderwerk.places.models import Neighbourhood, Venue
from kinderwerk.storage.scoping import belonging, scope

#: Those who can run an activity.
RUNNING: Final = (Role.VOLUNTEER, Role.WORKER, Role.COORDINATOR)
PAGE: Final = 25
MOST: Final = 50


def _staffed_by(user_id: UUID | None) -> ColumnElement[bool]:
    return exists().where(
        ActivityStaff.activity_id == Activity.id, ActivityStaff.user_id == user_id
    )


ACTIVITIES: Final = scope(
    Resource.ACTIVITY,
    Activity,
    {
        conditions.of_organisation: belonging(Activity.organisation_id),
        conditions.restricted: lambda actor, held: Activity.format.in_(HOMES),
        conditions.own: lambda actor, held: Activity.author_id == actor.id,
        conditions.reader: lambda actor, held: _staffed_by(actor.id),
    },
)
PROGRAMME: Final = scope(
    Resource.PROGRAMME,
    Activity,
    {conditions.published: lambda actor, held: Activity.state == State.PUBLISHED},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which activities somebody looks for; what is empty does not matter."""

    state: State | None = None
    weekday: int | None = None
    venue_id: UUID | None = None
    theme: ThemeCode | None = None
    mine: bool = False
    text: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """An activity as a list shows it."""

    id: UUID
    title: str
    format: Format
    state: State
    signup: SignupKind
    age_from: int
    age_to: int
    capacity: int | None
    taken: int
    starts: time
    ends: time
    begins_on: date
    venue: str | None
    theme: ThemeCode | None
    next_at: datetime | None
    staff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    lines: Sequence[Line]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done with an activity: when, what, by whom."""

    at: datetime
    deed: str
    name: str | None
    details: Mapping[str, Any]

    @property
    def label(self) -> str:
        return DEEDS.get(self.deed, (self.deed, "check"))[0]

    @property
    def icon(self) -> str:
        return DEEDS.get(self.deed, (self.deed, "check"))[1]

    @property
    def changed(self) -> Sequence[str]:
        touched: Sequence[str] = self.details.get("changed", ())
        return touched


def by_id(session: Session, activity_id: UUID) -> Activity:
    return session.get_one(
        Activity,
        activity_id,
        options=[
            joinedload(Activity.venue).joinedload(Venue.neighbourhood),
            joinedload(Activity.photo),
            selectinload(Activity.words),
            selectinload(Activity.goals).joinedload(ActivityGoal.goal).joinedload(Goal.theme),
        ],
    )


def alone(session: Session, activity_id: UUID) -> Activity:
    """Return an activity without all that its page needs."""
    return session.get_one(Activity, activity_id)


def occurrence(session: Session, occurrence_id: UUID) -> Occurrence:
    return session.get_one(Occurrence, occurrence_id, options=[joinedload(Occurrence.activity)])


def dates(session: Session, activity_id: UUID) -> Sequence[Occurrence]:
    return session.scalars(
        select(Occurrence)
        .where(Occurrence.activity_id == activity_id)
        .order_by(Occurrence.starts_at)
    ).all()


def templates(session: Session, actor: Actor) -> Sequence[tuple[UUID, str]]:
    """Return what this actor can begin a new activity with, by name."""
    rows = session.execute(
        select(Activity.id, Activity.template)
        .where(ACTIVITIES.visible(actor), Activity.template != "")
        .order_by(func.lower(Activity.template), Activity.id)
        .limit(MOST)
    )
    return [(row.id, row.template) for row in rows]


def search(session: Session, actor: Actor, wanted: Search) -> Found:
    """Return a page of what this actor may see: what comes next is first."""
    found = _matching(actor, wanted)
    next_at = (
        select(func.min(Occurrence.starts_at))
        .where(
            Occurrence.activity_id == Activity.id, Occurrence.cancelled_at.is_(None),
            Occurrence.ends_at > clock.now(),
        )
        .scalar_subquery()
    )  # fmt: skip
    rows: Sequence[Any] = session.execute(
        select(
            Activity.id, Activity.title, Activity.format, Activity.state, Activity.signup,
            Activity.age_from, Activity.age_to, Activity.capacity, Activity.taken,
            Activity.starts, Activity.ends, Activity.begins_on,
            Venue.name.label("venue"), Theme.code.label("theme"), next_at.label("next_at"),
            func.count().over().label("total"),
        )
        .where(Activity.id.in_(found))
        .outerjoin(Activity.venue)
        .outerjoin(
            ActivityGoal,
            and_(ActivityGoal.activity_id == Activity.id, ActivityGoal.position == 0),
        )
        .outerjoin(ActivityGoal.goal)
        .outerjoin(Goal.theme)
        .order_by(next_at.is_(None), next_at, Activity.begins_on.desc(), Activity.id)
        .limit(PAGE)
        .offset((wanted.page - 1) * PAGE)
    ).all()  # fmt: skip
    total = rows[0].total if rows else _count(session, found) if wanted.page > 1 else 0
    people = _staff(session, [row.id for row in rows])
    return Found([_line(row._asdict(), people) for row in rows], total, wanted.page)


def _line(told: dict[str, Any], people: Mapping[UUID, Sequence[str]]) -> Line:
    del told["total"]
    return Line(**told, staff=tuple(people.get(told["id"], ())))


def _count(session: Session, found: Select[UUID]) -> int:
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def falls_on(weekday: int) -> ColumnElement[bool]:
    """Tell on which weekday activities take place or begin; 0 is Monday."""
    return Activity.weekdays.bitwise_and(1 << weekday) != 0


def _matching(actor: Actor, wanted: Search) -> Select[UUID]:
    """Return the ids of what this actor may see and looks for."""
    found = select(Activity.id).where(ACTIVITIES.visible(actor))
    found = found.where(
        Activity.state == wanted.state if wanted.state else Activity.state != State.ENDED
    )
    if wanted.weekday is not None:
        found = found.where(falls_on(wanted.weekday))
    if wanted.venue_id:
        found = found.where(Activity.venue_id == wanted.venue_id)
    if wanted.mine:
        found = found.where(or_(Activity.author_id == actor.id, _staffed_by(actor.id)))
    if wanted.theme:
        serves = (
            exists()
            .where(ActivityGoal.activity_id == Activity.id, ActivityGoal.goal_id == Goal.id)
            .where(Goal.theme_id == Theme.id, Theme.code == wanted.theme)
        )
        found = found.where(serves)
    if wanted.text:
        found = found.where(
            or_(
                Activity.title.icontains(wanted.text, autoescape=True),
                Activity.summary.icontains(wanted.text, autoescape=True),
            )
        )
    return found


def _staff(session: Session, activity_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
    rows = session.execute(
        select(ActivityStaff.activity_id, User.name)
        .join(User, User.id == ActivityStaff.user_id)
        .where(ActivityStaff.activity_id.in_(activity_ids))
        .order_by(User.name)
    )
    names: dict[UUID, list[str]] = defaultdict(list)
    for activity_id, name in rows:
        names[activity_id].append(name)
    return names


def staff(session: Session, activity_id: UUID) -> Sequence[str]:
    """Return the names of those who run it."""
    return _staff(session, [activity_id]).get(activity_id, ())


def history(session: Session, activity_id: UUID) -> Sequence[Step]:
    """Return what was done with it, the newest first."""
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.deed, User.name, AuditEntry.details)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.subject_id == activity_id, AuditEntry.deed.startswith("activity."))
        .order_by(AuditEntry.id.desc())
        .limit(MOST)
    )
    return [Step(*row) for row in rows]


def colleagues(session: Session, organisation_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Return those of an organisation who can run an activity, by name."""
    rows = session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id, Membership.ended_at.is_(None),
            Membership.role.in_(RUNNING),
        )
        .group_by(User.id, User.name)
        .order_by(User.name, User.id)
    )  # fmt: skip
    return [(row.id, row.name) for row in rows]


def goals(session: Session, organisation_id: UUID, besides: Sequence[UUID] = ()) -> Sequence[Goal]:
    """Return the goals that an activity can serve now, and those it serves already, by theme."""
    current = and_(Goal.ends_on >= clock.today(), Theme.archived_at.is_(None))
    return session.scalars(
        select(Goal)
        .join(Goal.theme)
        .where(Goal.organisation_id == organisation_id, or_(current, Goal.id.in_(besides)))
        .options(joinedload(Goal.theme))
        .order_by(Theme.position, Goal.title, Goal.id)
    ).all()


def venues(
    session: Session, organisation_id: UUID, besides: UUID | None = None
) -> Sequence[tuple[UUID, str]]:
    """Return the venues that can be chosen, and the one that was chosen already, by name."""
    rows = session.execute(
        select(Venue.id, Venue.name)
        .where(
            Venue.organisation_id == organisation_id,
            or_(Venue.retired.is_(False), Venue.id == besides),
        )
        .order_by(func.lower(Venue.name), Venue.id)
    )
    return [(row.id, row.name) for row in rows]


def partners(
    session: Session, organisation_id: UUID, besides: Collection[UUID] = ()
) -> Sequence[tuple[UUID, str]]:
    """Return the partners that can take part, and those that do already, by name."""
    rows = session.execute(
        select(Partner.id, Partner.name)
        .where(
            Partner.organisation_id == organisation_id,
            or_(Partner.retired.is_(False), Partner.id.in_(besides)),
        )
        .order_by(func.lower(Partner.name), Partner.id)
    )
    return [(row.id, row.name) for row in rows]


def taking_part(session: Session, activity_id: UUID) -> Sequence[str]:
    """Return the names of the partners that take part in it."""
    return session.scalars(
        select(Partner.name)
        .join(ActivityPartner, ActivityPartner.partner_id == Partner.id)
        .where(ActivityPartner.activity_id == activity_id)
        .order_by(func.lower(Partner.name))
    ).all()


def homes(session: Session, organisation_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Return the neighbourhoods for whose children an activity can be, by name."""
    rows = session.execute(
        select(Neighbourhood.id, Neighbourhood.name)
        .join(Organisation, Organisation.municipality_id == Neighbourhood.municipality_id)
        .where(Organisation.id == organisation_id)
        .order_by(func.lower(Neighbourhood.name), Neighbourhood.id)
    )
    return [(row.id, row.name) for row in rows]


def named(session: Session, ids: Collection[UUID]) -> list[str]:
    """Return the names of neighbourhoods."""
    if not ids:
        return []
    wanted = select(Neighbourhood.name).where(Neighbourhood.id.in_(ids))
    return list(session.scalars(wanted.order_by(func.lower(Neighbourhood.name))))


def venue(session: Session, organisation_id: UUID, venue_id: UUID) -> Venue | None:
    return session.scalar(
        select(Venue).where(
            Venue.id == venue_id, Venue.organisation_id == organisation_id,
            Venue.retired.is_(False),
        )
    )  # fmt: skip
