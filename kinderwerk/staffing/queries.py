"""Reading who is there: on one date, on many, and what one can take."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    cast,
    exists,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access.vocabulary import Actor, Role
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.activities.duties import Duty
from kinderwerk.activities.models import Activity, ActivityStaff, Occurrence, Shift, at_its_place
from kinderwerk.activities.queries import ACTIVITIES
from kinderwerk.activities.rules import HOMES, State
from kinderwerk.core import clock
from kinderwerk.places.models import Venue
from kinderwerk.staffing import rules
from kinderwerk.staffing.rules import Person
from kinderwerk.team.models import StaffRecord

#: Who leads where nothing else was said; everybody else helps.
LEADING: Final = (Role.WORKER, Role.COORDINATOR)
MOST: Final = 100


def stands(user_id: UUID | None) -> ColumnElement[bool]:
    """Hold for dates on which this person is there."""
    said = exists().where(Shift.occurrence_id == Occurrence.id, Shift.user_id == user_id)
    usually = exists().where(
        ActivityStaff.activity_id == Occurrence.activity_id, ActivityStaff.user_id == user_id
    )
    return or_(
        said.where(~Shift.off).correlate(Occurrence),
        and_(usually.correlate(Occurrence), ~said.correlate(Occurrence)),
    )


def on_duty(session: Session, occurrence_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Person]]:
    """Return who is there on each of these dates, and the open shifts, in one statement."""
    there: dict[UUID, list[Person]] = defaultdict(list)
    for row in session.execute(_there(occurrence_ids)):
        person = Person(
            user_id=row.user_id, shift_id=row.shift_id, name=row.name or "",
            planned=row.duty or rules.usual(leads=row.leads), checked=row.checked,
            grown_up=row.of_age_on is None or row.of_age_on <= row.starts_at.date(),
            starts=row.starts, ends=row.ends,
        )  # fmt: skip
        there[row.occurrence_id].append(person)
    order = list(Duty)
    for people in there.values():
        people.sort(key=lambda one: (one.open, order.index(one.duty), one.name, str(one.shift_id)))
    return there


def _there(occurrence_ids: Collection[UUID]) -> Select[Any]:
    said = exists().where(
        Shift.occurrence_id == Occurrence.id, Shift.user_id == ActivityStaff.user_id
    )
    usual = (
        select(
            Occurrence.id.label("occurrence_id"), Occurrence.organisation_id, Occurrence.starts_at,
            ActivityStaff.user_id, cast(null(), Shift.id.type).label("shift_id"),
            cast(null(), Shift.duty.type).label("duty"),
            cast(null(), Shift.starts.type).label("starts"),
            cast(null(), Shift.ends.type).label("ends"),
        )
        .join(ActivityStaff, ActivityStaff.activity_id == Occurrence.activity_id)
        .where(Occurrence.id.in_(occurrence_ids), ~said.correlate(Occurrence, ActivityStaff))
    )  # fmt: skip
    told = (
        select(
            Occurrence.id, Occurrence.organisation_id, Occurrence.starts_at, Shift.user_id,
            Shift.id, Shift.duty, Shift.starts, Shift.ends,
        )
        .join(Shift, Shift.occurrence_id == Occurrence.id)
        .where(Occurrence.id.in_(occurrence_ids), ~Shift.off)
    )  # fmt: skip
    there = union_all(usual, told).subquery()
    works = (
        exists()
        .where(
            Membership.user_id == there.c.user_id,
            Membership.organisation_id == there.c.organisation_id,
            or_(Membership.ended_at.is_(None), Membership.ended_at > there.c.starts_at),
        )
        .correlate(there)
    )
    return select(
        there, User.name, StaffRecord.of_age_on, works.where(Membership.checked).label("checked"),
        works.where(Membership.role.in_(LEADING)).label("leads"),
    ).outerjoin(User, User.id == there.c.user_id).outerjoin(
        StaffRecord,
        and_(
            StaffRecord.user_id == there.c.user_id,
            StaffRecord.organisation_id == there.c.organisation_id,
        ),
    )  # fmt: skip


def date_of(session: Session, occurrence_id: UUID) -> Occurrence:
    """Return a date with all that tells who is there."""
    activity = joinedload(Occurrence.activity)
    return session.get_one(
        Occurrence, occurrence_id,
        options=[
            activity.joinedload(Activity.venue), activity.selectinload(Activity.staff),
            selectinload(Occurrence.shifts),
        ],
    )  # fmt: skip


def shift(session: Session, shift_id: UUID) -> Shift:
    whole = joinedload(Shift.occurrence)
    return session.get_one(
        Shift, shift_id,
        options=[
            whole.joinedload(Occurrence.activity).selectinload(Activity.staff),
            whole.selectinload(Occurrence.shifts),
        ],
    )  # fmt: skip


def date_id(session: Session, shift_id: UUID) -> UUID:
    """Return for which date a shift is, without looking at who has it."""
    return session.scalars(select(Shift.occurrence_id).where(Shift.id == shift_id)).one()


def concerned(session: Session, date: Occurrence) -> Sequence[tuple[UUID, str]]:
    """Return whom a button of a date can be about: who is there, and who was left out."""
    said = {one.user_id for one in date.shifts if one.user_id}
    wanted = select(User.id, User.name).where(User.id.in_(date.on_duty | said)).order_by(User.name)
    return [(row.id, row.name) for row in session.execute(wanted)]


def off(session: Session, date: Occurrence) -> Sequence[tuple[UUID, str]]:
    """Return who is always there, but not on this date."""
    away = {one.user_id for one in date.shifts if one.off}
    return [(id, name) for id, name in concerned(session, date) if id in away]


def give_back_hours(session: Session, organisation_id: UUID) -> int:
    """Return how long before it begins one can still give a shift back."""
    return session.get_one(Organisation, organisation_id).give_back_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A date on which somebody is there, or on which somebody is looked for."""

    id: UUID
    title: str
    venue: str | None
    day: date
    starts_at: datetime
    ends_at: datetime
    called_off: bool
    people: Sequence[Person]

    def mine(self, user_id: UUID | None) -> Person | None:
        return next((one for one in self.people if one.user_id == user_id), None)

    @property
    def open(self) -> Sequence[Person]:
        return [one for one in self.people if one.open]

    @property
    def filled(self) -> Sequence[Person]:
        return [one for one in self.people if not one.open]


def mine(session: Session, actor: Actor) -> list[Stand]:
    """Return the coming dates on which whoever acts is there, in two statements."""
    return _stands(session, actor, stands(actor.id))


def by_week(stands: Sequence[Stand]) -> list[tuple[date, list[Stand]]]:
    """Return them under the Monday of their week."""
    weeks: dict[date, list[Stand]] = defaultdict(list)
    for one in stands:
        weeks[monday(one.day)].append(one)
    return list(weeks.items())


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def open_dates(session: Session, actor: Actor) -> list[Stand]:
    """Return the coming dates for which somebody is looked for."""
    looked_for = exists().where(Shift.occurrence_id == Occurrence.id, Shift.user_id.is_(None))
    return _stands(
        session, actor,
        and_(
            looked_for.correlate(Occurrence), Occurrence.cancelled_at.is_(None),
            Activity.format.not_in(HOMES), ACTIVITIES.visible(actor),
        ),
    )  # fmt: skip


def _stands(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> list[Stand]:
    now = clock.now()
    rows = session.execute(
        select(Occurrence, Activity.title, Activity.zone, Venue.name)
        .join(Occurrence.activity)
        .outerjoin(Venue, at_its_place())
        .where(
            Occurrence.organisation_id == actor.organisation_id,
            Activity.state != State.ENDED, Occurrence.ends_at > now,
            Occurrence.starts_at < now + rules.AHEAD, wanted,
        )
        .order_by(Occurrence.starts_at, Activity.title, Occurrence.id)
        .limit(MOST)
    ).all()  # fmt: skip
    there = on_duty(session, [row.Occurrence.id for row in rows])
    return [
        Stand(
            id=held.id, title=title, venue=venue, starts_at=held.starts_at, ends_at=held.ends_at,
            day=clock.to_wall(held.starts_at, ZoneInfo(zone)).date(),
            called_off=held.cancelled_at is not None, people=there.get(held.id, ()),
        )
        for held, title, zone, venue in rows
    ]  # fmt: skip
