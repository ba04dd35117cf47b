"""What can be chosen when signing up, and what was chosen so far."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import SignupKind
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, why_not
from kinderwerk.families import queries as families
from kinderwerk.families.models import Child
from kinderwerk.families.rules import age_on
from kinderwerk.signups import hindrances, queries
from kinderwerk.signups.models import Signup
from kinderwerk.signups.reasons import WAYS, Audience, Clash, Taken, Way
from kinderwerk.signups.rules import AlreadySignedUp, OfAnotherOrganisation, Over


class Step(StrEnum):
    WHO = "who"
    DATES = "dates"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChoice:
    """A date that is still to come, how many places are left (None: no limit), and who waits.

    `refusals` say who of those who were chosen cannot come then, and why.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    left: int | None
    waiting: int
    refusals: tuple[Refusal, ...]


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

    @property
    def way(self) -> Way | None:
        return WAYS.get(type(self.refusal)) if self.refusal else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """An activity, the children who can come, and when; `children` and `dates` were chosen.

    `closed` is why nobody can sign up now; `clashes` are what the children have elsewhere then.
    """

    activity: Activity
    per_day: bool
    closed: Refusal | None
    able: list[ChildChoice]
    unable: list[ChildChoice]
    all_dates: list[DateChoice]
    children: list[ChildChoice]
    dates: list[DateChoice]
    clashes: list[Clash]
    left: int | None
    waiting: int
    choosing: bool

    @property
    def first_date(self) -> DateChoice | None:
        return self.all_dates[0] if self.all_dates else None

    @property
    def step(self) -> Step:
        if self.choosing or self.closed or not self.children:
            return Step.WHO
        return Step.DATES if self.per_day and not self.dates else Step.CHECK

    @property
    def at_once(self) -> bool:
        """Tell whether nothing is left to ask or to warn of once it is said who comes."""
        room = self.left is None or self.left >= max(1, len(self.able))
        return room and not self.per_day and not self.activity.undrawn

    @property
    def open_dates(self) -> list[DateChoice]:
        """The dates on which all who were chosen can come."""
        return [one for one in self.all_dates if not one.refusals]

    @property
    def full(self) -> bool:
        """Tell whether somebody who signs up for what was chosen may have to wait."""
        lefts = [one.left for one in self.dates] if self.per_day else [self.left]
        return any(left is not None and left < len(self.children) for left in lefts)

    @property
    def partly_full(self) -> bool:
        """Tell whether some of the dates that were chosen are full, and others are not."""
        return self.per_day and len({one.left == 0 for one in self.dates}) > 1

    @property
    def ahead(self) -> int | None:
        """How many wait already where those who come now would only wait too; None: not so."""
        lines = [(one.left, one.waiting) for one in self.dates]
        lines = lines if self.per_day else [(self.left, self.waiting)]
        return max((waiting for left, waiting in lines if left == 0), default=None)


@dataclass(frozen=True, slots=True)
class _View:
    """An activity with everything that can stand in the way of somebody."""

    activity: Activity
    dates: Sequence[Occurrence]
    audience: Audience
    signed_up: frozenset[tuple[UUID, UUID | None]]
    taken: Mapping[UUID, Sequence[Taken]]

    @property
    def per_day(self) -> bool:
        return self.activity.signup is SignupKind.PER_DAY

    def choice(self, child: Child) -> ChildChoice:
        """Look at a child on each date that counts: one on which it can come is enough."""
        counting = self.dates if self.per_day else self.dates[:1]
        refusals = [self.refusal(child, one) for one in counting]
        refusal = refusals[0] if refusals and all(refusals) else None
        if not self.dates:
            refusal = Over()
        day = clock.to_wall(self.dates[0].starts_at).date() if self.dates else clock.today()
        return ChildChoice(child=child, age=age_on(child.born_on, day), refusal=refusal)

    def refusal(self, child: Child, date: Occurrence) -> Refusal | None:
        if (child.id, date.id if self.per_day else None) in self.signed_up:
            return AlreadySignedUp(name=child.first_name)
        day = clock.to_wall(date.starts_at).date()
        return why_not(lambda: self.audience.check(hindrances.candidate(child), day))

    def clashes(self, children: Sequence[ChildChoice], dates: Collection[UUID]) -> list[Clash]:
        chosen = [one for one in self.dates if not self.per_day or one.id in dates]
        return hindrances.clashes([one.child for one in children], chosen, self.taken)


def make(
    session: Session, actor: Actor, activity: Activity,
    child_ids: Collection[UUID] = (), date_ids: Collection[UUID] = (), *, choosing: bool = False,
) -> Options:  # fmt: skip
    """Show a parent's children for an activity. An only child is chosen without asking."""
    everybody = families.mine(session, actor)
    children = [one for one in everybody if one.organisation_id == activity.organisation_id]
    view = _view(session, activity, children)
    found = _options(session, view, children, child_ids, date_ids, choosing=choosing)
    found.unable.extend(_strangers(everybody, children))
    return found


def at_door(
    session: Session, activity: Activity, child: Child, date_ids: Collection[UUID] = ()
) -> Options:
    """Show one child that stands at the door."""
    view = _view(session, activity, [child], at_door=True)
    return _options(session, view, [child], [child.id], date_ids, at_door=True)


def _view(
    session: Session, activity: Activity, children: Sequence[Child], *, at_door: bool = False
) -> _View:
    live = queries.live_of(session, [child.id for child in children])
    now = clock.now()
    coming = queries.coming(session, activity.id)
    return _View(
        activity, [one for one in coming if at_door or one.starts_at > now],
        hindrances.audience(session, activity, at_door=at_door), _signed_up(activity, live),
        hindrances.elsewhere(session, activity.id, live),
    )  # fmt: skip


def _signed_up(activity: Activity, live: Sequence[Signup]) -> frozenset[tuple[UUID, UUID | None]]:
    here = (one for one in live if one.activity_id == activity.id)
    return frozenset((one.child_id, one.occurrence_id) for one in here)


def _strangers(everybody: Sequence[Child], here: Sequence[Child]) -> list[ChildChoice]:
    """Return the children whom only another organisation knows."""
    known = {(one.first_name, one.born_on) for one in here}
    return [
        ChildChoice(
            child=one, age=age_on(one.born_on, clock.today()),
            refusal=OfAnotherOrganisation(name=one.first_name),
        )
        for one in everybody
        if one not in here and (one.first_name, one.born_on) not in known
    ]  # fmt: skip


def _options(
    session: Session, view: _View, children: Sequence[Child], child_ids: Collection[UUID],
    date_ids: Collection[UUID], *, choosing: bool = False, at_door: bool = False,
) -> Options:  # fmt: skip
    activity, per_day = view.activity, view.per_day
    choices = [view.choice(child) for child in children]
    able = [one for one in choices if one.refusal is None]
    wanted = set(child_ids) or ({one.id for one in able} if len(choices) == 1 else set())
    chosen = [one for one in able if one.id in wanted]
    waiting = _waiting(session, view)
    dates = [_date(view, one, chosen, waiting) for one in view.dates]
    window = hindrances.window(activity)
    return Options(
        activity=activity,
        per_day=per_day,
        closed=None if at_door else why_not(lambda: window.check(clock.now())),
        able=able,
        unable=[one for one in choices if one.refusal],
        all_dates=dates,
        children=chosen,
        dates=[one for one in dates if one.id in set(date_ids)] if per_day else [],
        clashes=view.clashes(chosen, set(date_ids)),
        left=None if activity.undrawn else _left(activity.capacity, activity.spoken_for),
        waiting=waiting.get(None, 0),
        choosing=choosing and len(able) > 1,
    )


def _waiting(session: Session, view: _View) -> Mapping[UUID | None, int]:
    """Return how many wait in each line, where any of them is full."""
    holders = view.dates if view.per_day else [view.activity]
    full = any(_left(_capacity(view, one), one.taken) == 0 for one in holders)
    return queries.how_many_wait(session, view.activity.id) if full else {}


def _date(
    view: _View, one: Occurrence, chosen: Sequence[ChildChoice],
    waiting: Mapping[UUID | None, int],
) -> DateChoice:  # fmt: skip
    refusals = [view.refusal(child.child, one) for child in chosen] if view.per_day else []
    return DateChoice(
        id=one.id, starts_at=one.starts_at, ends_at=one.ends_at,
        left=_left(_capacity(view, one), one.taken), waiting=waiting.get(one.id, 0),
        refusals=tuple(refusal for refusal in refusals if refusal),
    )  # fmt: skip


def _capacity(view: _View, holder: Activity | Occurrence) -> int | None:
    return view.activity.capacity if holder.capacity is None else holder.capacity


def _left(capacity: int | None, taken: int) -> int | None:
    return None if capacity is None else max(0, capacity - taken)
