"""Reading sign-ups: who has a place, who waits, and where in the line."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NoReturn
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    not_,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, aliased, joinedload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities import wording
from kinderwerk.activities.models import Activity, ActivityWords, Occurrence
from kinderwerk.activities.rules import BY_PARENTS, PRIVATE, SignupKind, State
from kinderwerk.core import clock
from kinderwerk.core.words import ORIGINAL
from kinderwerk.families.custody import handing
from kinderwerk.families.custody.rules import HandOver
from kinderwerk.families.models import Care, Child
from kinderwerk.families.queries import cared_for_by, followed_by, lives_in
from kinderwerk.families.queries import some as some_children
from kinderwerk.signups import delivery
from kinderwerk.signups.delivery import Delivery
from kinderwerk.signups.models import Absence, Signup
from kinderwerk.signups.reasons import Taken
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.scoping import scope, within


def _in_reach(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    child_lives_in = (
        select(lives_in(clock.today())).where(Child.id == Signup.child_id).correlate(Signup)
    ).scalar_subquery()
    return within(Signup.organisation_id, child_lives_in)(actor, membership)


def _carer(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    return _of_child_that(cared_for_by(actor.id)) if actor.id else false()


def _follower(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    return _of_child_that(followed_by(actor.id)) if actor.id else false()


def _of_child_that(holds: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(Child.id).where(Child.id == Signup.child_id, holds).correlate(Signup))


SIGNUPS: Final = scope(
    Resource.SIGNUP,
    Signup,
    {
        conditions.same_organisation: _in_reach,
        conditions.carer: _carer,
        conditions.follower: _follower,
    },
)
WHOLE: Final = (
    joinedload(Signup.child).options(
        joinedload(Child.cares).joinedload(Care.carer), joinedload(Child.residences)
    ),
)


def position() -> ColumnElement[int]:
    """Return how many wait in the same line up to and with this one; 1 is next.

    Whoever came too late for a draw waits behind all who are in it.
    """
    ahead = aliased(Signup)
    in_the_draw = select(Activity.entered).where(Activity.id == Signup.activity_id)
    waiting = (
        select(func.count())
        .where(
            ahead.activity_id == Signup.activity_id,
            ahead.occurrence_id.is_not_distinct_from(Signup.occurrence_id),
            ahead.standing == Standing.WAITING,
            ahead.queue <= Signup.queue,
        )
        .correlate(Signup)
        .scalar_subquery()
    )
    return waiting + in_the_draw.correlate(Signup).scalar_subquery()


def activity(session: Session, activity_id: UUID) -> Activity:
    return session.get_one(
        Activity, activity_id, options=[joinedload(Activity.venue), joinedload(Activity.staff)]
    )


def chosen(session: Session, ids: Collection[UUID]) -> Sequence[Activity]:
    """Return those of these activities for which parents can sign up, the earliest first."""
    first = (
        select(func.min(Occurrence.starts_at))
        .where(Occurrence.activity_id == Activity.id, Occurrence.ends_at > clock.now())
        .correlate(Activity)
        .scalar_subquery()
    )
    wanted = (
        select(Activity)
        .where(
            Activity.id.in_(ids), Activity.state == State.PUBLISHED,
            Activity.format.not_in(PRIVATE), Activity.signup.in_(BY_PARENTS),
        )
        .order_by(first, Activity.title, Activity.id)
        .options(joinedload(Activity.venue))
    )  # fmt: skip
    return session.scalars(wanted).all()


def on_form(session: Session, form_id: UUID) -> Sequence[Signup]:
    """Return the sign-ups that were asked for together, with all that is told about them."""
    wanted = (
        select(Signup)
        .join(Signup.activity)
        .outerjoin(Signup.occurrence)
        .where(Signup.form_id == form_id)
        .order_by(Activity.title, Activity.id, Occurrence.starts_at, Signup.queue)
        .options(
            *WHOLE,
            joinedload(Signup.activity).joinedload(Activity.venue),
            joinedload(Signup.occurrence),
        )
    )
    return session.scalars(wanted).unique().all()


def by_id(session: Session, signup_id: UUID) -> Signup:
    return session.get_one(Signup, signup_id, options=[*WHOLE, joinedload(Signup.activity)])


def to_tell(session: Session, signup_id: UUID) -> Signup | None:
    """Return a sign-up with all that a message about it needs."""
    about = joinedload(Signup.activity).joinedload(Activity.venue)
    return session.get(Signup, signup_id, options=[*WHOLE, about, joinedload(Signup.occurrence)])


def place_in_line(session: Session, signup_id: UUID) -> int:
    return session.scalars(select(position()).where(Signup.id == signup_id)).one()


def next_date(session: Session, activity_id: UUID) -> Occurrence | None:
    """Return the date at which a series next takes place."""
    ahead = select(Occurrence).where(
        Occurrence.activity_id == activity_id, Occurrence.cancelled_at.is_(None),
        Occurrence.starts_at > clock.now(),
    )  # fmt: skip
    return session.scalar(ahead.order_by(Occurrence.starts_at).limit(1))


def start_of(session: Session, occurrence_id: UUID | None) -> datetime | None:
    return session.scalar(select(Occurrence.starts_at).where(Occurrence.id == occurrence_id))


def starts_of(session: Session, occurrence_ids: Iterable[UUID]) -> Sequence[datetime]:
    """Return when these dates begin, the first first."""
    wanted = select(Occurrence.starts_at).where(Occurrence.id.in_(list(occurrence_ids)))
    return session.scalars(wanted.order_by(Occurrence.starts_at)).all()


def occurrence(session: Session, occurrence_id: UUID) -> Occurrence:
    return session.get_one(Occurrence, occurrence_id, options=[joinedload(Occurrence.activity)])


def none_there() -> NoReturn:
    """Say that there is nothing, to somebody who has no sign-up here: it may not exist either."""
    raise NoResultFound


def coming(session: Session, activity_id: UUID) -> Sequence[Occurrence]:
    """Return the dates of an activity that are still to come and go on."""
    return session.scalars(
        select(Occurrence)
        .where(
            Occurrence.activity_id == activity_id,
            Occurrence.cancelled_at.is_(None),
            Occurrence.ends_at > clock.now(),
        )
        .order_by(Occurrence.starts_at)
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sign-up as it is shown: whose, for what, and how it stands."""

    id: UUID
    activity_id: UUID
    title: str
    child_id: UUID
    first_name: str
    surname: str
    born_on: date
    standing: Standing
    place_in_line: int
    starts_at: datetime | None
    ends_at: datetime | None
    occurrence_id: UUID | None
    created_at: datetime
    offered_until: datetime | None
    draw_closes_at: datetime | None

    @property
    def entered(self) -> bool:
        return self.standing is Standing.ENTERED

    @property
    def offered(self) -> bool:
        return self.standing is Standing.OFFERED

    @property
    def waits(self) -> bool:
        return self.standing is Standing.WAITING

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}".strip()


def _lines(language: str = ORIGINAL) -> Any:
    """Read sign-ups with the title in that language, as far as there is one."""
    title = func.coalesce(ActivityWords.title, Activity.title).label("title")
    return (
        select(
            Signup.id, Signup.activity_id, title, Signup.child_id, Child.first_name,
            Child.surname, Child.born_on, Signup.standing, position().label("place_in_line"),
            Occurrence.starts_at, Occurrence.ends_at, Signup.occurrence_id, Signup.created_at,
            case((Signup.standing == Standing.OFFERED, Signup.offered_until)).label(
                "offered_until"
            ),
            Activity.draw_closes_at,
        )
        .join(Signup.child)
        .join(Signup.activity)
        .join(ActivityWords, wording.of(language), isouter=True)
        .join(Occurrence, Signup.occurrence_id == Occurrence.id, isouter=True)
    )  # fmt: skip


def _read(session: Session, wanted: Any) -> list[Line]:
    return [Line(**line) for line in session.execute(wanted).mappings()]


def of_family(session: Session, actor: Actor, language: str = ORIGINAL) -> list[Line]:
    """Return the live sign-ups of the children whom this person cares for, the next date first."""
    return _live(session, cared_for_by(actor.id), language) if actor.id else []


def followed(session: Session, actor: Actor, language: str = ORIGINAL) -> list[Line]:
    """Return those of young people who let this person see that, and nothing more."""
    if actor.id is None:
        return []
    return _live(session, and_(followed_by(actor.id), not_(cared_for_by(actor.id))), language)


def _live(session: Session, whose: ColumnElement[bool], language: str) -> list[Line]:
    wanted = (
        _lines(language)
        .where(
            whose,
            Signup.standing != Standing.CANCELLED,
            func.coalesce(Occurrence.ends_at, _last_end()) > clock.now(),
        )
        .order_by(func.coalesce(Occurrence.starts_at, _next_start()), Child.born_on, Signup.id)
    )
    return _read(session, wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTime:
    """The next date of a series, and which of the sign-ups asked about are not there then."""

    occurrence_id: UUID
    starts_at: datetime
    away: frozenset[UUID | None]


def next_times(session: Session, shown: Sequence[Line]) -> dict[UUID, NextTime]:
    """Return the next time of each series in which somebody has a place, by activity."""
    placed = [one for one in shown if one.standing is Standing.PLACED and not one.occurrence_id]
    coming = (
        select(Occurrence.activity_id, func.min(Occurrence.starts_at).label("starts_at"))
        .where(
            Occurrence.activity_id.in_([one.activity_id for one in placed]),
            Occurrence.cancelled_at.is_(None),
            Occurrence.ends_at > clock.now(),
        )
        .group_by(Occurrence.activity_id)
        .subquery()
    )
    rows = session.execute(
        select(Occurrence.activity_id, Occurrence.id, Occurrence.starts_at, Absence.signup_id)
        .join(
            coming,
            and_(
                Occurrence.activity_id == coming.c.activity_id,
                Occurrence.starts_at == coming.c.starts_at,
            ),
        )
        .outerjoin(
            Absence,
            and_(
                Absence.occurrence_id == Occurrence.id,
                Absence.signup_id.in_([one.id for one in placed]),
            ),
        )
    ).all()
    away: dict[UUID, set[UUID | None]] = defaultdict(set)
    for _activity, occurrence_id, _start, signup_id in rows:
        away[occurrence_id].add(signup_id)  # or nobody, as None
    return {
        activity_id: NextTime(
            occurrence_id=occurrence_id, starts_at=starts_at, away=frozenset(away[occurrence_id])
        )
        for activity_id, occurrence_id, starts_at, _signup in rows
    }


def on_list(occurrence: Occurrence) -> Select[Any]:
    """Select the children who have a place at this session."""
    return select(Signup.child_id).where(
        Signup.standing == Standing.PLACED,
        Signup.activity_id == occurrence.activity_id,
        or_(Signup.occurrence_id == occurrence.id, Signup.occurrence_id.is_(None)),
    )


def away(session: Session, occurrence_id: UUID) -> set[UUID]:
    """Return the children who said beforehand that they do not come this once."""
    found = (
        select(Signup.child_id)
        .join(Absence, Absence.signup_id == Signup.id)
        .where(Absence.occurrence_id == occurrence_id)
    )
    return set(session.scalars(found))


def of_family_for(
    session: Session, actor: Actor, activity_id: UUID, language: str = ORIGINAL
) -> list[Line]:
    """Return those for one activity, in the order of its dates."""
    if actor.id is None:
        return []
    wanted = (
        _lines(language)
        .where(
            cared_for_by(actor.id),
            Signup.activity_id == activity_id,
            Signup.standing != Standing.CANCELLED,
        )
        .order_by(Occurrence.starts_at, Child.born_on, Signup.id)
    )
    return _read(session, wanted)


def of_child(session: Session, actor: Actor, child_id: UUID) -> list[Line]:
    """Return what staff may see of one child's sign-ups, the newest first."""
    wanted = (
        _lines()
        .where(Signup.child_id == child_id, SIGNUPS.visible(actor, Action.VIEW))
        .order_by(Signup.created_at.desc(), Signup.id)
        .limit(50)
    )
    return _read(session, wanted)


def _of_series(edge: Callable[[Any], Any], *conditions: Any) -> Any:
    """Return the first or last moment of a series that goes on, as part of a statement."""
    any_date = aliased(Occurrence)
    return (
        select(edge(any_date))
        .where(
            any_date.activity_id == Signup.activity_id,
            any_date.cancelled_at.is_(None),
            *(condition(any_date) for condition in conditions),
        )
        .correlate(Signup)
        .scalar_subquery()
    )


def _last_end() -> Any:
    return _of_series(lambda date: func.max(date.ends_at))


def _next_start() -> Any:
    now = clock.now()
    return _of_series(lambda date: func.min(date.starts_at), lambda date: date.ends_at > now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Line):
    """A sign-up as staff see it in the list of an activity."""

    queue: int
    emergency_name: str
    emergency_phone: str
    goes_home_alone: bool
    picked_up_by: str
    hand_over: HandOver | None
    told: Delivery


def of_activity(session: Session, actor: Actor, activity_id: UUID) -> list[Entry]:
    """Return the live sign-ups of an activity as far as this person may see the children."""
    wanted = (
        _lines()
        .add_columns(Signup.queue, Child.goes_home_alone, Child.picked_up_by)
        .where(
            Signup.activity_id == activity_id,
            Signup.standing != Standing.CANCELLED,
            SIGNUPS.visible(actor, Action.VIEW),
        )
        .order_by(Occurrence.starts_at, Signup.queue)
    )
    found = session.execute(wanted).mappings().all()
    children = {one.id: one for one in some_children(session, [line["child_id"] for line in found])}
    told = delivery.of(session, children.values()) if children else {}
    return [_entry(line, children[line["child_id"]], told[line["child_id"]]) for line in found]


def _entry(line: Any, child: Child, told: Delivery) -> Entry:
    contact, number = handing.emergency(child)
    return Entry(
        **line, hand_over=handing.hand_over(child), emergency_name=contact,
        emergency_phone=number, told=told,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The list of one date or of a series: who has a place, who is offered one, and who waits."""

    occurrence: Occurrence | None
    capacity: int | None
    taken: int
    placed: list[Entry]
    offered: list[Entry]
    entered: list[Entry]
    waiting: list[Entry]


def groups(session: Session, actor: Actor, activity: Activity) -> list[Group]:
    """Return the lists of an activity: one, or one per date that is not over."""
    entries = of_activity(session, actor, activity.id)
    if activity.signup is not SignupKind.PER_DAY:
        return [_group(None, activity.capacity, activity.taken, entries)]
    return [
        _group(
            one,
            activity.capacity if one.capacity is None else one.capacity,
            one.taken,
            [entry for entry in entries if entry.occurrence_id == one.id],
        )
        for one in coming(session, activity.id)
    ]


def _group(
    occurrence: Occurrence | None, capacity: int | None, taken: int, entries: list[Entry]
) -> Group:
    return Group(
        occurrence=occurrence,
        capacity=capacity,
        taken=taken,
        placed=[entry for entry in entries if entry.standing is Standing.PLACED],
        offered=[entry for entry in entries if entry.offered],
        entered=[entry for entry in entries if entry.entered],
        waiting=[entry for entry in entries if entry.waits],
    )


def how_many(session: Session, activity_id: UUID, occurrence_id: UUID | None = None) -> int:
    """Return how many sign-ups would be told if this were called off."""
    wanted = select(func.count()).where(
        Signup.activity_id == activity_id, Signup.standing != Standing.CANCELLED
    )
    if occurrence_id:
        wanted = wanted.where(
            or_(Signup.occurrence_id == occurrence_id, Signup.occurrence_id.is_(None))
        )
    return session.scalar(wanted) or 0


#: Asked twice in every sign-up, so it is written once.
_LIVE: Final = select(Signup).where(
    Signup.standing != Standing.CANCELLED,
    Signup.child_id.in_(bindparam("children", expanding=True)),
)


def live_of(session: Session, child_ids: Sequence[UUID]) -> Sequence[Signup]:
    """Return what these children are signed up for, anywhere."""
    return session.scalars(_LIVE, {"children": child_ids}).all()


def taken(session: Session, signup_ids: Collection[UUID]) -> list[Taken]:
    """Return the times to come that these sign-ups are for."""
    rows = session.execute(
        select(
            Signup.child_id, Signup.activity_id, Activity.title, Occurrence.starts_at,
            Occurrence.ends_at,
        )
        .join(Signup.activity)
        .join(
            Occurrence,
            and_(
                Occurrence.activity_id == Signup.activity_id,
                or_(Signup.occurrence_id.is_(None), Signup.occurrence_id == Occurrence.id),
            ),
        )
        .where(
            Signup.id.in_(signup_ids), Occurrence.cancelled_at.is_(None),
            Occurrence.ends_at > clock.now(),
        )
    )  # fmt: skip
    return [Taken(*row) for row in rows]


def how_many_wait(session: Session, activity_id: UUID) -> dict[UUID | None, int]:
    """Return how long each line of an activity is, by date, or by None for the whole series."""
    rows = session.execute(
        select(Signup.occurrence_id, func.count())
        .where(Signup.activity_id == activity_id, Signup.standing == Standing.WAITING)
        .group_by(Signup.occurrence_id)
    )
    return {occurrence_id: many for occurrence_id, many in rows}


def _of_spot(activity_id: UUID, occurrence_id: UUID | None) -> tuple[ColumnElement[bool], ...]:
    return (
        Signup.activity_id == activity_id,
        Signup.occurrence_id == occurrence_id if occurrence_id else Signup.occurrence_id.is_(None),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What has to be known of a line before somebody joins it."""

    last_number: int
    waiting: int
    running: datetime | None
    next_start: datetime | None


def offer_hours(session: Session, organisation_id: UUID) -> int:
    """Return how long a family of that organisation may think about a place that came free."""
    wanted = select(Organisation.offer_hours).where(Organisation.id == organisation_id)
    return session.scalars(wanted).one()


def figures(session: Session, activity_id: UUID, occurrence_id: UUID | None) -> Figures:
    """Return the last number in the line, how many wait, and when the series goes on.

    `running` is the start of the first date that is not over, `next_start` of the first to come.
    """
    about = {"activity": activity_id, "now": clock.now()}
    if occurrence_id:
        about["occurrence"] = occurrence_id
    found = session.execute(_figures(by_date=bool(occurrence_id)), about).one()
    return Figures(
        last_number=found[0] or 0, waiting=found[1], running=found[2], next_start=found[3]
    )


@cache
def _figures(*, by_date: bool) -> Select[Any]:
    """Return what everybody asks who joins a line, written once."""
    activity_id: Any = bindparam("activity")
    line = Signup.occurrence_id == bindparam("occurrence") if by_date else None
    spot = (
        Signup.activity_id == activity_id,
        Signup.occurrence_id.is_(None) if line is None else line,
    )
    dates = select(func.min(Occurrence.starts_at)).where(
        Occurrence.activity_id == activity_id, Occurrence.cancelled_at.is_(None)
    )
    return select(
        select(func.max(Signup.queue)).where(*spot).scalar_subquery(),
        select(func.count()).where(*spot, Signup.standing == Standing.WAITING).scalar_subquery(),
        dates.where(Occurrence.ends_at > bindparam("now")).scalar_subquery(),
        dates.where(Occurrence.starts_at > bindparam("now")).scalar_subquery(),
    )


def live_in(session: Session, activity_id: UUID, occurrence_id: UUID | None) -> Sequence[Signup]:
    """Return who has a place or waits in one line, the first first."""
    wanted = (
        select(Signup)
        .where(*_of_spot(activity_id, occurrence_id), Signup.standing != Standing.CANCELLED)
        .order_by(Signup.queue)
        .options(*WHOLE)
    )
    return session.scalars(wanted).unique().all()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits in a line, as far as it matters to whose turn it is."""

    id: UUID
    form_id: UUID | None
    together: bool


def waiting(session: Session, activity_id: UUID, occurrence_id: UUID | None) -> Sequence[Waiting]:
    """Return who waits in one line, the first first."""
    wanted = (
        select(Signup.id, Signup.form_id, Signup.together)
        .where(*_of_spot(activity_id, occurrence_id), Signup.standing == Standing.WAITING)
        .order_by(Signup.queue)
    )
    return [Waiting(*row) for row in session.execute(wanted)]


def some(session: Session, ids: Collection[UUID]) -> Sequence[Signup]:
    """Return these sign-ups with the children and their carers, the first in line first."""
    wanted = select(Signup).where(Signup.id.in_(ids)).order_by(Signup.queue).options(*WHOLE)
    return session.scalars(wanted).unique().all()


def offered(session: Session, offer_id: UUID) -> Sequence[Signup]:
    """Return the sign-ups for which places were offered together, with what is told about them."""
    wanted = (
        select(Signup)
        .where(Signup.offer_id == offer_id)
        .order_by(Signup.queue)
        .options(
            *WHOLE,
            joinedload(Signup.activity).joinedload(Activity.venue),
            joinedload(Signup.occurrence),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).unique().all()
