"""Reading what there is to go through before a school year."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased, joinedload, lazyload, selectinload

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.activities import anew, observing
from kinderwerk.activities import queries as activities
from kinderwerk.activities.anew import Still
from kinderwerk.activities.models import (
    Activity,
    ActivityGoal,
    ActivityPartner,
    ActivityStaff,
    Occurrence,
)
from kinderwerk.activities.rules import HOMES, State
from kinderwerk.activities.series import Series
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.families.limits import usable
from kinderwerk.families.models import CalendarKey, Child
from kinderwerk.families.queries import CHILDREN
from kinderwerk.goals.models import Goal, Grant
from kinderwerk.goals.queries import GOALS, GRANTS
from kinderwerk.holidays import queries as holidays
from kinderwerk.holidays.models import Holiday
from kinderwerk.holidays.rules import Free, Kind, Period, Region
from kinderwerk.offline.models import RegisterDevice
from kinderwerk.partners.models import Partner
from kinderwerk.partners.queries import SCOPE as PARTNERS
from kinderwerk.places.models import Venue
from kinderwerk.planner.models import WorkKey
from kinderwerk.registers.models import Attendance
from kinderwerk.registers.rules import Presence
from kinderwerk.school_year import rules
from kinderwerk.school_year.models import TakenAlong, YearStep
from kinderwerk.school_year.rules import Growing, Part, SchoolYear
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.team import queries as team
from kinderwerk.team.queries import Colleague
from kinderwerk.team.rules import Ending, ending
from kinderwerk.team.rules import State as Certificate

#: A list shows no more than these, and says how many there are.
MOST: Final = 200
#: Of these a statement cannot tell how many there are.
BY_NAME: Final = frozenset({Part.TEAM})
#: Whoever may do this finds the part on their page.
NEEDS: Final[Mapping[Part, tuple[Action, Resource]]] = {
    Part.ACTIVITIES: (Action.CREATE, Resource.SCHOOL_YEAR),
    Part.HOLIDAYS: (Action.CREATE, Resource.HOLIDAY),
    Part.GOALS: (Action.CREATE, Resource.GOAL),
    Part.GRANTS: (Action.CREATE, Resource.GRANT),
    Part.PARTNERS: (Action.CREATE, Resource.PARTNER),
    Part.TEAM: (Action.LIST, Resource.STAFF),
    Part.ACCOUNTS: (Action.LIST, Resource.STAFF),
    Part.CHILDREN: (Action.LIST, Resource.CHILD),
    Part.KEYS: (Action.LIST, Resource.SCHOOL_YEAR),
}


@dataclass(frozen=True, slots=True)
class Here:
    """An organisation, as far as its school year goes."""

    id: UUID
    month: int
    region: Region
    sites: int


@dataclass(frozen=True, slots=True)
class Done:
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A part, how much of it there is to look at, and whether somebody did."""

    part: Part
    count: int
    done: Done | None


@dataclass(frozen=True, slots=True)
class Row:
    """Something that ends, with the page on which it is seen to."""

    id: UUID
    name: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Account:
    id: UUID
    name: str
    role: Role
    seen_at: datetime | None
    locked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Grower:
    """A child for whom something changes in a year."""

    id: UUID
    name: str
    born_on: date
    why: Growing


@dataclass(frozen=True, slots=True)
class Keys:
    """How many things that open something by themselves are older than a year."""

    work: int
    families: int
    devices: int
    sites: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An activity of the year before, and what it would be in the new one."""

    id: UUID
    title: str
    was: tuple[date, date]
    starts: time
    ends: time
    series: Series | None
    dates: int
    closed: int
    missing: bool
    there: bool
    draft_id: UUID | None
    refusal: Refusal | None = None


def here(session: Session, actor: Actor) -> Here:
    row = session.execute(
        select(
            Organisation.id, Organisation.school_year_month, Organisation.holiday_region,
            Organisation.framed_by,
        ).where(Organisation.id == actor.organisation_id)
    ).one()  # fmt: skip
    return Here(row.id, row.school_year_month, Region(row.holiday_region), len(row.framed_by))


def parts(actor: Actor) -> list[Part]:
    return [part for part in Part if permits(actor, *NEEDS[part])]


def lines(session: Session, actor: Actor, year: SchoolYear, around: Here) -> list[Line]:
    """Return what there is to go through, in the order in which one does."""
    mine = parts(actor)
    told = [part for part in mine if part not in BY_NAME]
    made = (_counted(actor, year, around, part) for part in told)
    counts: dict[Part, int] = dict(zip(told, session.execute(select(*made)).one(), strict=True))
    if Part.TEAM in mine:
        counts[Part.TEAM] = len(people(session, actor, year))
    known = _done(session, around.id, year)
    return [Line(part, counts[part], known.get(part)) for part in mine]


def _counted(actor: Actor, year: SchoolYear, around: Here, part: Part) -> ColumnElement[int]:
    """Return the number that stands with a part, as part of one statement for all of them."""
    rows: Select[Any]
    match part:
        case Part.ACTIVITIES:
            rows = select(Activity.id).where(_ended(actor, year), ~_taken(year))
        case Part.HOLIDAYS:
            rows = select(Holiday.id).where(_school_holidays(year, around))
        case Part.GOALS | Part.GRANTS | Part.PARTNERS:
            rows = _ending(actor, year, part)
        case Part.ACCOUNTS:
            rows = select(Membership.user_id).join(Membership.user).where(_unseen(actor)).distinct()
        case Part.CHILDREN:
            rows = _growing(actor, year)
        case Part.KEYS:
            kinds = (_old(WorkKey, around), _old(CalendarKey, around), _devices(around))
            old = [select(func.count()).where(kind).scalar_subquery() for kind in kinds]
            return sum(old, start=literal(around.sites))
        case Part.TEAM:
            raise ValueError("people are counted by name")
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def _done(session: Session, organisation_id: UUID, year: SchoolYear) -> dict[Part, Done]:
    rows = session.execute(
        select(YearStep.part, User.name, YearStep.created_at)
        .outerjoin(User, User.id == YearStep.by_id)
        .where(YearStep.organisation_id == organisation_id, YearStep.year == year.number)
    )
    return {part: Done(name, at) for part, name, at in rows}


def step(session: Session, organisation_id: UUID, year: SchoolYear, part: Part) -> YearStep | None:
    return session.scalar(
        select(YearStep).where(
            YearStep.organisation_id == organisation_id, YearStep.year == year.number,
            YearStep.part == part,
        )
    )  # fmt: skip


def _ended(actor: Actor, year: SchoolYear) -> ColumnElement[bool]:
    """Hold for what ended, or ends, in the year before; what stayed a draft is no help."""
    before = year.moved(-1)
    return and_(
        activities.ACTIVITIES.visible(actor, Action.EDIT),
        Activity.state.in_((State.PUBLISHED, State.ENDED)),
        Activity.format.not_in(HOMES),
        Activity.ends_on >= before.first, Activity.ends_on <= before.last,
    )  # fmt: skip


def _taken(year: SchoolYear) -> ColumnElement[bool]:
    return exists().where(TakenAlong.source_id == Activity.id, TakenAlong.year == year.number)


def ended(
    session: Session, actor: Actor, year: SchoolYear, ids: Collection[UUID] | None = None
) -> Sequence[Activity]:
    wanted = select(Activity).where(_ended(actor, year))
    if ids is not None:
        wanted = wanted.where(Activity.id.in_(ids)).with_for_update()
    return session.scalars(
        wanted.order_by(func.lower(Activity.title), Activity.id)
        .limit(MOST)
        .options(selectinload(Activity.goals), selectinload(Activity.partners))
    ).all()


def drafts(session: Session, organisation_id: UUID, year: SchoolYear) -> Mapping[UUID, UUID]:
    """Return by what was taken along the draft that it became."""
    rows = session.execute(
        select(TakenAlong.source_id, TakenAlong.draft_id).where(
            TakenAlong.organisation_id == organisation_id, TakenAlong.year == year.number
        )
    )
    return {source: draft for source, draft in rows}


def still(session: Session, organisation_id: UUID) -> Still:
    """Return whom and what there is to plan with."""
    return Still(
        staff={id for id, _ in activities.colleagues(session, organisation_id)},
        venues={id for id, _ in activities.venues(session, organisation_id)},
        partners={id for id, _ in activities.partners(session, organisation_id)},
        homes={id for id, _ in activities.homes(session, organisation_id)},
    )


def offers(session: Session, actor: Actor, year: SchoolYear) -> list[Offer]:
    """Return what could be taken along, and how it would be, with the holidays that are known."""
    known = [one.period for one in holidays.listed(session, actor, year.first)]
    draft = and_(TakenAlong.source_id == Activity.id, TakenAlong.year == year.number)
    rows = session.execute(
        select(Activity, TakenAlong.draft_id, _gone(year), _there(year))
        .outerjoin(TakenAlong, draft)
        .where(_ended(actor, year))
        .order_by(func.lower(Activity.title), Activity.id)
        .limit(MOST)
        .options(lazyload(Activity.staff))
    )
    return [_offer(*row, year, known) for row in rows]


def _gone(year: SchoolYear) -> ColumnElement[bool]:
    """Tell whether a venue, goal, partner or colleague of it is not there for the year any more."""
    works = exists().where(
        Membership.user_id == ActivityStaff.user_id, Membership.ended_at.is_(None),
        Membership.organisation_id == Activity.organisation_id,
        Membership.role.in_(activities.RUNNING),
    )  # fmt: skip
    return or_(
        exists().where(Venue.id == Activity.venue_id, Venue.retired),
        exists().where(
            ActivityGoal.activity_id == Activity.id, ActivityGoal.goal_id == Goal.id,
            Goal.ends_on <= year.first,
        ),
        exists().where(
            ActivityPartner.activity_id == Activity.id, ActivityPartner.partner_id == Partner.id,
            Partner.retired,
        ),
        exists().where(ActivityStaff.activity_id == Activity.id, ~works),
    )  # fmt: skip


def _there(year: SchoolYear) -> ColumnElement[bool]:
    """Tell whether there is one of that name in the year already."""
    other = aliased(Activity)
    return exists().where(
        other.organisation_id == Activity.organisation_id, other.title == Activity.title,
        other.begins_on <= year.last, other.ends_on >= year.first,
    )  # fmt: skip


def _offer(
    activity: Activity, draft_id: UUID | None, gone: bool, there: bool, year: SchoolYear,
    known: Sequence[Period],
) -> Offer:  # fmt: skip
    series, refusal = None, None
    try:
        series = anew.a_year_later(activity.series, year.first, clock.today())
        if series.rule is not None:
            series = observing.without(series, _kept(known, activity.free))
        series.check()
    except Refusal as no:
        series, refusal = None, no
    return Offer(
        id=activity.id, title=activity.title, was=(activity.begins_on, activity.ends_on),
        starts=activity.starts, ends=activity.ends, series=series, refusal=refusal,
        dates=sum(1 for _ in series.days()) if series else 0,
        closed=len(series.closed) if series else 0, missing=gone, there=there, draft_id=draft_id,
    )  # fmt: skip


def _kept(known: Iterable[Period], free: Free) -> list[Period]:
    """Return the holidays that an activity keeps."""
    regions = () if free.school is None else (free.school, Region.ALL)
    return [
        one
        for one in known
        if (one.kind is Kind.SCHOOL and one.region in regions)
        or (one.kind is Kind.PUBLIC and free.public)
    ]


def _school_holidays(year: SchoolYear, around: Here) -> ColumnElement[bool]:
    regions = (around.region, Region.ALL)
    return and_(
        Holiday.organisation_id == around.id, Holiday.kind == Kind.SCHOOL,
        Holiday.region.in_(list(Region) if around.region is Region.ALL else regions),
        Holiday.first_on <= year.last, Holiday.last_on >= year.first,
    )  # fmt: skip


def _ending(actor: Actor, year: SchoolYear, part: Part) -> Select[Any]:
    ends: Mapping[Part, tuple[Any, Any, Any, ColumnElement[bool]]] = {
        Part.GOALS: (Goal.id, Goal.title, Goal.ends_on, GOALS.visible(actor)),
        Part.GRANTS: (Grant.id, Grant.reference, Grant.ends_on, GRANTS.visible(actor)),
        Part.PARTNERS: (
            Partner.id, Partner.name, Partner.agreed_until,
            and_(PARTNERS.visible(actor), Partner.retired.is_(False)),
        ),
    }  # fmt: skip
    id, name, day, seen = ends[part]
    return select(id, name.label("name"), day.label("day")).where(
        seen, day >= year.moved(-1).first, day <= year.last
    )


def ending_in(session: Session, actor: Actor, year: SchoolYear, part: Part) -> list[Row]:
    """Return the goals, grants or agreements that end in the year before, or in the year."""
    wanted = _ending(actor, year, part).order_by("day", "name").limit(MOST)
    return [Row(*row) for row in session.execute(wanted)]


@dataclass(frozen=True, slots=True)
class Expiring:
    """A colleague, and what of theirs has to be renewed before a year is over."""

    one: Colleague
    certificate: date | None
    missing: bool
    others: Sequence[Ending]


def people(session: Session, actor: Actor, year: SchoolYear) -> list[Expiring]:
    """Return whose certificate, trainings or contract end before the year does."""
    found = [_expiring(one, year) for one in team.everybody(session, actor.organisation_id)]
    return [one for one in found if one.certificate or one.missing or one.others]


def _expiring(one: Colleague, year: SchoolYear) -> Expiring:
    due = one.renew_on
    contract = one.record.contract_ends_on if one.record else None
    return Expiring(
        one,
        due if due and due <= year.last else None,
        one.state in (Certificate.MISSING, Certificate.REQUESTED),
        ending(one.trainings, contract, clock.today(), year.last),
    )


def _unseen(actor: Actor) -> ColumnElement[bool]:
    """Hold for people of an organisation who did not sign in for long, or are locked out."""
    before = clock.now() - rules.LONG_UNSEEN
    seen = func.coalesce(User.last_signed_in_at, User.created_at)
    return and_(
        Membership.organisation_id == actor.organisation_id, Membership.ended_at.is_(None),
        or_(seen < before, User.locked_at.is_not(None)),
    )  # fmt: skip


def accounts(session: Session, actor: Actor) -> list[Account]:
    rows = session.scalars(
        select(Membership)
        .join(Membership.user)
        .where(_unseen(actor))
        .order_by(func.lower(User.name), Membership.created_at, Membership.id)
        .options(joinedload(Membership.user))
    )
    first: dict[UUID, Account] = {}
    for held in rows:
        user = held.user
        made = Account(held.id, user.name, held.role, user.last_signed_in_at, user.locked_at)
        first.setdefault(held.user_id, made)
    return list(first.values())


def _age(day: date) -> ColumnElement[int]:
    """Return how old a child is on that day, as part of a statement."""
    born = extract("month", Child.born_on) * 100 + extract("day", Child.born_on)
    had = case((born > day.month * 100 + day.day, 1), else_=0)
    return cast(day.year - extract("year", Child.born_on) - had, Integer)


def _growing(actor: Actor, year: SchoolYear) -> Select[Any]:
    """Return the children who took part since the year before, and for whom something changes."""
    signed_up = select(Signup.child_id, Signup.activity_id).where(
        Signup.organisation_id == actor.organisation_id, Signup.standing != Standing.CANCELLED
    )
    came = (
        select(Attendance.child_id, Occurrence.activity_id)
        .join(Occurrence, Occurrence.id == Attendance.occurrence_id)
        .where(
            Attendance.organisation_id == actor.organisation_id,
            Attendance.presence == Presence.PRESENT,
        )
    )
    took_part = union(signed_up, came).subquery()
    oldest = (
        select(took_part.c.child_id, func.max(Activity.age_to).label("oldest"))
        .join(Activity, Activity.id == took_part.c.activity_id)
        .where(Activity.ends_on >= year.moved(-1).first)
        .group_by(took_part.c.child_id)
        .subquery()
    )
    before = _age(year.first - rules.DAY)
    at_first, at_last = _age(year.first), _age(year.last)
    changes = or_(
        at_first > oldest.c.oldest, at_last >= rules.GROWN,
        and_(before < rules.ASKED, at_last >= rules.ASKED),
        and_(before < rules.ALONE, at_last >= rules.ALONE),
    )  # fmt: skip
    return (
        select(
            Child.id, Child.first_name, Child.surname, Child.born_on,
            before.label("before"), at_first.label("at_first"), at_last.label("at_last"),
            oldest.c.oldest,
        )
        .join(oldest, oldest.c.child_id == Child.id)
        .where(CHILDREN.visible(actor), usable(), changes)
    )  # fmt: skip


def growers(session: Session, actor: Actor, year: SchoolYear) -> list[Grower]:
    rows = session.execute(
        _growing(actor, year).order_by(Child.born_on, Child.name_key, Child.id).limit(MOST)
    )
    return [
        Grower(
            row.id, f"{row.first_name} {row.surname}".strip(), row.born_on,
            rules.growing(row.before, row.at_first, row.at_last, row.oldest),
        )
        for row in rows
    ]  # fmt: skip


def _old(model: type[WorkKey | CalendarKey], around: Here) -> ColumnElement[bool]:
    before = clock.now() - rules.OLD
    return and_(model.organisation_id == around.id, model.created_at < before)


def _devices(around: Here) -> ColumnElement[bool]:
    before = clock.now() - rules.OLD
    return and_(
        RegisterDevice.organisation_id == around.id, RegisterDevice.ended_at.is_(None),
        RegisterDevice.created_at < before,
    )  # fmt: skip


def keys(session: Session, around: Here) -> Keys:
    kinds = (_old(WorkKey, around), _old(CalendarKey, around), _devices(around))
    row = session.execute(
        select(*(select(func.count()).where(kind).scalar_subquery() for kind in kinds))
    ).one()
    work, families, devices = row
    return Keys(work, families, devices, around.sites)
