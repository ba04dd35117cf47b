"""What can be chosen when signing up, and what was chosen so far."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import SignupKind
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.families import queries as families
from kinderwerk.families.models import Child
from kinderwerk.families.rules import age_on
from kinderwerk.signups import queries
from kinderwerk.signups.rules import Ages, AlreadySignedUp


class Step(StrEnum):
    WHO = "who"
    DATES = "dates"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChoice:
    """A date that is still to come, and how many places are left; None: no limit."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildChoice:
    """A child, and why it cannot come, if so."""

    child: Child
    age: int
    refusal: Refusal | None

    @property
    def id(self) -> UUID:
        return self.child.id

    @property
    def name(self) -> str:
        return self.child.first_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """An activity, the children who can come, and when; `children` and `dates` were chosen."""

    activity: Activity
    per_day: bool
    able: list[ChildChoice]
    unable: list[ChildChoice]
    all_dates: list[DateChoice]
    children: list[ChildChoice]
    dates: list[DateChoice]
    left: int | None
    choosing: bool

    @property
    def step(self) -> Step:
        if self.choosing or not self.children:
            return Step.WHO
        return Step.DATES if self.per_day and not self.dates else Step.CHECK

    @property
    def full(self) -> bool:
        """Tell whether somebody who signs up for what was chosen may have to wait."""
        lefts = [one.left for one in self.dates] if self.per_day else [self.left]
        return any(left is not None and left < len(self.children) for left in lefts)


def make(
    session: Session, actor: Actor, activity: Activity,
    child_ids: Collection[UUID] = (), date_ids: Collection[UUID] = (), *, choosing: bool = False,
) -> Options:  # fmt: skip
    """Show a parent's children for an activity. An only child is chosen without asking."""
    children = families.mine(session, actor, activity.organisation_id)
    there = queries.live_of(session, activity.id, [child.id for child in children])
    signed_up = {child_id for child_id, occurrence_id in there if occurrence_id is None}
    return _options(session, activity, children, signed_up, child_ids, date_ids, choosing=choosing)


def at_door(
    session: Session, activity: Activity, child: Child, date_ids: Collection[UUID] = ()
) -> Options:
    """Show one child that stands at the door."""
    return _options(session, activity, [child], set(), [child.id], date_ids, choosing=False)


def _options(
    session: Session, activity: Activity, children: Sequence[Child], signed_up: Collection[UUID],
    child_ids: Collection[UUID], date_ids: Collection[UUID], *, choosing: bool,
) -> Options:  # fmt: skip
    per_day = activity.signup is SignupKind.PER_DAY
    dates = [_date(one, activity) for one in queries.coming(session, activity.id)]
    days = [clock.to_wall(one.starts_at).date() for one in dates] or [clock.today()]
    choices = [
        _choice(child, activity, days if per_day else days[:1], signed_up) for child in children
    ]
    able = [one for one in choices if one.refusal is None]
    wanted = set(child_ids) or ({one.id for one in able} if len(choices) == 1 else set())
    return Options(
        activity=activity,
        per_day=per_day,
        able=able,
        unable=[one for one in choices if one.refusal],
        all_dates=dates,
        children=[one for one in able if one.id in wanted],
        dates=[one for one in dates if one.id in set(date_ids)] if per_day else [],
        left=_left(activity.capacity, activity.taken),
        choosing=choosing and len(able) > 1,
    )


def _date(one: Occurrence, activity: Activity) -> DateChoice:
    capacity = activity.capacity if one.capacity is None else one.capacity
    return DateChoice(
        id=one.id, starts_at=one.starts_at, ends_at=one.ends_at, left=_left(capacity, one.taken)
    )


def _left(capacity: int | None, taken: int) -> int | None:
    return None if capacity is None else max(0, capacity - taken)


def _choice(
    child: Child, activity: Activity, days: Sequence[date], signed_up: Collection[UUID]
) -> ChildChoice:
    """Look at a child on each of these days: one on which it can come is enough."""
    ages = Ages(youngest=activity.age_from, oldest=activity.age_to)
    refusals = [_refusal(ages, child, day) for day in days]
    refusal = refusals[0] if all(refusals) else None
    if child.id in signed_up:
        refusal = AlreadySignedUp(name=child.first_name)
    return ChildChoice(child=child, age=age_on(child.born_on, days[0]), refusal=refusal)


def _refusal(ages: Ages, child: Child, day: date) -> Refusal | None:
    try:
        ages.check(child.first_name, age_on(child.born_on, day))
    except Refusal as refusal:
        return refusal
    return None
