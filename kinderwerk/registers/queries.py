"""Reading registers: the sessions somebody runs, one list in full, and what all of it counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Activity, Occurrence, at_its_place
from kinderwerk.activities.rules import PRIVATE, AgeBand, Format, RegisterMode, State
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families import queries as families
from kinderwerk.families.consents import queries as consents
from kinderwerk.families.custody import handing
from kinderwerk.families.custody.rules import HandOver
from kinderwerk.families.models import Care, Child
from kinderwerk.families.persons import queries as persons
from kinderwerk.families.persons.models import NearPerson
from kinderwerk.families.rules import age_on
from kinderwerk.notes import queries as notes
from kinderwerk.places.models import Venue
from kinderwerk.registers import rules
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Box, Gender, Known, Presence
from kinderwerk.signups import queries as signups
from kinderwerk.staffing.queries import stands
from kinderwerk.storage.scoping import scope, within

#: How far back and ahead the list of sessions reaches.
BACK: Final = timedelta(days=14)
AHEAD: Final = timedelta(days=7)
MOST_FOUND: Final = 30


REGISTERS: Final = scope(
    Resource.REGISTER,
    Occurrence,
    {
        conditions.same_organisation: within(Occurrence.organisation_id),
        conditions.on_duty: lambda actor, held: stands(actor.id),
    },
)
WHOLE: Final = (
    joinedload(Occurrence.activity).options(
        joinedload(Activity.venue), selectinload(Activity.goals), selectinload(Activity.staff)
    ),
    selectinload(Occurrence.shifts),
)


def occurrence(session: Session, occurrence_id: UUID) -> Occurrence:
    return session.get_one(Occurrence, occurrence_id, options=WHOLE)


def locked(session: Session, occurrence_id: UUID) -> Occurrence:
    """Return the session to write about: others who write about it wait, sign-ups do not."""
    mine = {"of": Occurrence, "key_share": True}
    return session.get_one(Occurrence, occurrence_id, options=WHOLE, with_for_update=mine)


def register(session: Session, occurrence_id: UUID) -> Register | None:
    return session.get(Register, occurrence_id)


def day_of(occurrence: Occurrence) -> date:
    """Return the day on which a session takes place, as people there say it."""
    return clock.to_wall(occurrence.starts_at, ZoneInfo(occurrence.activity.zone)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A child on a list: what whoever holds the list has to know."""

    child_id: UUID
    occurrence_id: UUID
    name: str
    order: str
    presence: Presence | None
    away: bool
    no_photos: bool
    noted_at: UUID | None
    also_fetch: str
    fetchers: Sequence[str]
    also_called: Sequence[tuple[str, str]]
    goes_home_alone: bool
    picked_up_by: str
    hand_over: HandOver | None
    emergency_name: str
    emergency_phone: str
    walked_in: bool
    arrived_at: datetime | None
    left_at: datetime | None
    left_with: str
    left_why: str
    turn: int

    @property
    def here(self) -> bool:
        return self.presence is Presence.PRESENT and self.left_at is None

    @property
    def dial(self) -> str:
        return rules.dial(self.emergency_phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many, said in a way that a page can show."""

    present: int
    absent: int
    excused: int
    unmarked: int
    tallied: int
    left: int
    estimated: int = 0
    contacts: int = 0

    @property
    def there(self) -> int:
        return self.present + self.tallied + self.estimated


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One register as one person may see it."""

    occurrence: Occurrence
    register: Register | None
    day: date
    lines: Sequence[Line]
    shut: bool
    boxes: Mapping[Box, int]
    bands: Sequence[AgeBand]
    kinds: Sequence[Known]
    genders: Sequence[Gender]

    @property
    def mode(self) -> RegisterMode:
        return self.occurrence.activity.register

    @property
    def named(self) -> bool:
        return self.mode in rules.WITH_NAMES and not self.shut

    @property
    def closed(self) -> bool:
        return self.register is not None and self.register.closed_at is not None

    @property
    def open(self) -> bool:
        return not (self.closed or self.too_early or self.occurrence.cancelled_at)

    @property
    def too_early(self) -> bool:
        return self.day > clock.today() + rules.AHEAD

    @property
    def opens_on(self) -> date:
        return self.day - rules.AHEAD

    @property
    def totals(self) -> Totals:
        marks = Counter(line.presence for line in self.lines)
        return Totals(
            present=marks[Presence.PRESENT],
            absent=marks[Presence.ABSENT],
            excused=marks[Presence.EXCUSED],
            unmarked=marks[None],
            tallied=sum(self.boxes.values()),
            left=sum(1 for line in self.lines if line.left_at),
            estimated=self.register.estimated if self.register else 0,
            contacts=self.register.contacts if self.register else 0,
        )

    @property
    def crowded(self) -> bool:
        return rules.crowded(self.occurrence.activity.format, self.mode)

    @property
    def other_bands(self) -> Sequence[AgeBand]:
        return [band for band in AgeBand if band not in self.bands]

    @property
    def all_boxes(self) -> Sequence[Box]:
        order = (*self.bands, *self.other_bands)
        return [Box(*one) for one in product(order, self.kinds, self.genders)]

    @property
    def reaches_further(self) -> bool:
        """Tell whether anybody was counted of an age for which it is not meant."""
        return any(box.band not in self.bands for box in self.boxes)

    def box(self, box: Box) -> int:
        return self.boxes.get(box, 0)

    def row(self, band: AgeBand) -> Sequence[Box]:
        return [Box(band, *one) for one in product(self.kinds, self.genders)]

    @property
    def missing(self) -> Sequence[Line]:
        """Who was expected, said nothing, and is not here though it began a while ago."""
        date = self.occurrence
        if not self.open or not rules.looked_for(
            clock.now(), starts_at=date.starts_at, ends_at=date.ends_at
        ):
            return []
        return [line for line in self.lines if line.presence is None and not line.away]

    @property
    def around(self) -> bool:
        date = self.occurrence
        return rules.around(clock.now(), starts_at=date.starts_at, ends_at=date.ends_at)

    @property
    def counted_otherwise(self) -> bool:
        """Tell whether this counts for other goals than the activity serves now."""
        return self.register is not None and set(self.register.goal_ids) != {
            str(goal.goal_id) for goal in self.occurrence.activity.goals
        }


def sheet(session: Session, actor: Actor, occurrence: Occurrence) -> Sheet:
    activity = occurrence.activity
    counted = boxes(session, occurrence.id)
    return Sheet(
        occurrence=occurrence,
        register=register(session, occurrence.id),
        day=day_of(occurrence),
        lines=lines(session, actor, occurrence),
        shut=not permits(actor, Action.VIEW, Resource.NAMES, occurrence.facts),
        boxes=counted,
        bands=bands_of(activity),
        kinds=rules.kinds(activity.register),
        genders=genders_of(session, activity, counted),
    )


def genders_of(
    session: Session, activity: Activity, counted: Mapping[Box, int]
) -> Sequence[Gender]:
    """Return how children are told apart here; where they once were, they still are."""
    apart = any(box.gender is not Gender.UNASKED for box in counted)
    return rules.genders(asked=apart or _asks_gender(session, activity))


def _asks_gender(session: Session, activity: Activity) -> bool:
    """Tell whether this organisation counts girls and boys apart, where children are counted."""
    if not rules.asks(activity.register):
        return False
    here = select(Organisation.count_gender).where(Organisation.id == activity.organisation_id)
    return bool(session.scalar(here))


def bands_of(activity: Activity) -> Sequence[AgeBand]:
    """Return the ages that an activity is for, as they are counted."""
    grown_ups = (AgeBand.ADULT,) if activity.format is Format.PARENT_COURSE else ()
    reached = rules.bands(activity.age_from, activity.age_to)
    return (*reached, *(band for band in grown_ups if band not in reached))


def boxes(session: Session, occurrence_id: UUID) -> dict[Box, int]:
    found = session.execute(
        select(Tally.band, Tally.known, Tally.gender, Tally.n).where(
            Tally.occurrence_id == occurrence_id
        )
    )
    return {Box(band, known, gender): n for band, known, gender, n in found if n}


def lines(session: Session, actor: Actor, occurrence: Occurrence) -> list[Line]:
    """Return the children with a place and those who were marked, by name, to whom may know."""
    if not permits(actor, Action.VIEW, Resource.NAMES, occurrence.facts):
        return []
    invited = Child.id.in_(signups.on_list(occurrence))
    marked = and_(Attendance.child_id == Child.id, Attendance.occurrence_id == occurrence.id)
    found = (
        session.execute(
            select(Child, Attendance, invited)
            .outerjoin(Attendance, marked)
            .where(or_(invited, Attendance.child_id.is_not(None)))
            .options(joinedload(Child.cares).joinedload(Care.carer), joinedload(Child.residences))
        )
        .unique()
        .all()
    )
    away = signups.away(session, occurrence.id)
    said = consents.said_of(session, [row[0].id for row in found])
    near = persons.of_children(session, list(said))
    noted = notes.noted(session, actor, occurrence, {row[0]: said[row[0].id] for row in found})
    made = [
        _line(
            actor, occurrence, *row, away=row[0].id in away, noted=row[0].id in noted,
            no_photos=not consents.scopes(row[0], said[row[0].id]),
            near=persons.trusted(row[0], near[row[0].id]),
        )
        for row in found
    ]  # fmt: skip
    return sorted(made, key=lambda line: (line.order, line.child_id))


def line(session: Session, actor: Actor, occurrence: Occurrence, child_id: UUID) -> Line:
    """Return one child of a list; one that is not on it is not there at all."""
    found = {one.child_id: one for one in lines(session, actor, occurrence)}
    if child_id not in found:
        raise Withheld("not on this list")
    return found[child_id]


def _line(
    actor: Actor, occurrence: Occurrence, child: Child, mark: Attendance | None, invited: bool,
    *, away: bool, no_photos: bool, noted: bool, near: Sequence[NearPerson],
) -> Line:  # fmt: skip
    """Tell of a child what this actor may know: helpers see no surname, and numbers for a while."""
    knows = permits(actor, Action.VIEW, Resource.CHILD, child.facts)
    calls = knows or rules.helping(
        clock.now(), starts_at=occurrence.starts_at, ends_at=occurrence.ends_at
    )
    limit, (contact, number) = handing.hand_over(child), handing.emergency(child)
    if limit and not calls:
        limit = replace(limit, phone="")
    named = [one.name for one in near if one.fetches_on(day_of(occurrence))]
    return Line(
        child_id=child.id,
        occurrence_id=occurrence.id,
        name=called(actor, child),
        order=f"{child.first_name} {child.surname}".casefold(),
        presence=mark.presence if mark else None,
        away=away,
        no_photos=no_photos,
        noted_at=occurrence.id if noted else None,
        also_fetch=", ".join(named),
        fetchers=fetchers(child, named),
        also_called=[(one.name, one.phone) for one in near if one.calls and calls],
        goes_home_alone=child.goes_home_alone,
        picked_up_by="" if limit else child.picked_up_by,
        hand_over=limit,
        emergency_name=contact if calls else "",
        emergency_phone=number if calls else "",
        walked_in=not invited,
        arrived_at=mark.arrived_at if mark else None,
        left_at=mark.left_at if mark else None,
        left_with=mark.left_with if mark else "",
        left_why=mark.left_why if mark else "",
        turn=mark.turn if mark else 0,
    )


def called(actor: Actor, child: Child) -> str:
    """Return a child's name as this person may know it."""
    if permits(actor, Action.VIEW, Resource.CHILD, child.facts):
        return child.full_name
    return rules.short_name(child.first_name, child.surname)


def named_to_fetch(session: Session, child: Child, day: date) -> list[str]:
    """Return whom the family named to fetch this child on a day."""
    near = persons.trusted(child, persons.of_children(session, [child.id])[child.id])
    return [one.name for one in near if one.fetches_on(day)]


def fetchers(child: Child, named: Iterable[str]) -> list[str]:
    """Return to whom a child may be handed over: carers, and whom they named for the day."""
    said = child.picked_up_by if child.picked_up_by and not handing.hand_over(child) else None
    return list(dict.fromkeys([*handing.fetching(child), *named, *filter(None, [said])]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A child that can be added to a list."""

    id: UUID
    name: str
    age: int
    here: bool


def to_add(session: Session, actor: Actor, occurrence: Occurrence, name: str) -> list[Found]:
    """Return the children of that name whom this person may see, and whether they are on it."""
    here = {line.child_id for line in lines(session, actor, occurrence)}
    children = session.scalars(
        select(Child)
        .where(Child.organisation_id == occurrence.organisation_id, *_called(name))
        .options(joinedload(Child.cares).joinedload(Care.carer), joinedload(Child.residences))
        .order_by(Child.first_name, Child.surname, Child.id)
        .limit(MOST_FOUND)
    ).unique()
    day = day_of(occurrence)
    return [
        Found(
            id=child.id, name=f"{child.first_name} {child.surname}".strip(),
            age=age_on(child.born_on, day), here=child.id in here,
        )
        for child in children
        if permits(actor, Action.VIEW, Resource.CHILD, child.facts)
    ]  # fmt: skip


def _called(name: str) -> list[ColumnElement[bool]]:
    whole = Child.first_name + " " + Child.surname
    return [whole.icontains(word, autoescape=True) for word in name.split()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A session in the list of sessions."""

    id: UUID
    title: str
    format: Format
    starts_at: datetime
    ends_at: datetime
    venue: str | None
    day: date
    there: int
    estimated: int
    begun: bool
    closed: bool
    called_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The sessions around today, in the order in which they need somebody."""

    today: Sequence[Meeting]
    unfinished: Sequence[Meeting]
    coming: Sequence[Meeting]
    past: Sequence[Meeting]

    def __bool__(self) -> bool:
        return bool(self.today or self.unfinished or self.coming or self.past)


def agenda(session: Session, actor: Actor, *, everyone: bool) -> Agenda:
    """Return the sessions that this person runs, or with `everyone` all that they may see."""
    today = clock.today()
    found = meetings(session, actor, today - BACK, today + AHEAD, everyone=everyone)
    past = [one for one in reversed(found) if one.day < today]
    return Agenda(
        today=[one for one in found if one.day == today],
        unfinished=[one for one in past if not (one.closed or one.called_off)],
        coming=[one for one in found if one.day > today],
        past=[one for one in past if one.closed or one.called_off],
    )


def meetings(
    session: Session, actor: Actor, first: date, last: date, *, everyone: bool
) -> list[Meeting]:
    """Return the sessions between two days, both included, by the time at which they begin."""
    came = (
        select(func.count())
        .where(Attendance.occurrence_id == Occurrence.id, Attendance.presence == Presence.PRESENT)
        .scalar_subquery()
    )
    counted = (
        select(func.coalesce(func.sum(Tally.n), 0))
        .where(Tally.occurrence_id == Occurrence.id)
        .scalar_subquery()
    )
    wanted = (
        select(Occurrence, Activity, Venue.name, Register.occurrence_id, Register.closed_at,
               (came + counted).label("there"), func.coalesce(Register.estimated, 0))
        .join(Occurrence.activity)
        .outerjoin(Venue, at_its_place())
        .outerjoin(Register, Register.occurrence_id == Occurrence.id)
        .where(
            REGISTERS.visible(actor),
            or_(Activity.state != State.DRAFT, Activity.format.in_(PRIVATE)),
            Occurrence.starts_at >= clock.midnight(first),
            Occurrence.starts_at < clock.midnight(last + timedelta(days=1)),
        )
        .order_by(Occurrence.starts_at, Activity.title, Occurrence.id)
        .options(lazyload(Activity.staff))
    )  # fmt: skip
    if not everyone and actor.id:
        wanted = wanted.where(stands(actor.id))
    return [
        Meeting(
            id=held.id, title=activity.title, format=activity.format, starts_at=held.starts_at,
            ends_at=held.ends_at, venue=venue, day=day_of(held), there=there + about,
            estimated=about, begun=begun is not None, closed=closed_at is not None,
            called_off=held.cancelled_at is not None,
        )
        for held, activity, venue, begun, closed_at, there, about in session.execute(wanted)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One line in what is known of a child's coming."""

    title: str
    starts_at: datetime
    presence: Presence
    arrived_at: datetime | None
    left_at: datetime | None
    left_with: str


def child(session: Session, child_id: UUID) -> Child:
    return families.child(session, child_id)


def of_child(session: Session, child_id: UUID, *, private: bool = False) -> list[Visit]:
    """Return at which sessions a child was marked, the last one first.

    Talks with one worker and visits at home are among them only with `private`: the page of the
    family is read by all who care for the child.
    """
    wanted = (
        select(
            Activity.title,
            Occurrence.starts_at,
            Attendance.presence,
            Attendance.arrived_at,
            Attendance.left_at,
            Attendance.left_with,
        )
        .select_from(Attendance)
        .join(Occurrence, Occurrence.id == Attendance.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Attendance.child_id == child_id)
        .order_by(Occurrence.starts_at.desc(), Activity.title)
    )
    if not private:
        wanted = wanted.where(Activity.format.not_in(PRIVATE))
    return [Visit(**row._mapping) for row in session.execute(wanted)]
