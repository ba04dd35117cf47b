"""Which children may be recorded twice, and what two records say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, func, select
from sqlalchemy.orm import Session, aliased

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource
from kinderwerk.accounts.models import User
from kinderwerk.core import clock
from kinderwerk.families import moving
from kinderwerk.families import queries as families
from kinderwerk.families.circle import is_own
from kinderwerk.families.likeness import Likeness, Person, pairs
from kinderwerk.families.limits import usable
from kinderwerk.families.merged import DifferentChildren, MergedChild
from kinderwerk.families.merging import COLUMNS, Part, Side, ordered
from kinderwerk.families.models import Care, Carer, Child, Consent
from kinderwerk.families.queries import lives_in
from kinderwerk.families.rules import ConsentMethod
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers.models import Attendance
from kinderwerk.registers.rules import Presence
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.scoping import scope, within

MOST_SHOWN: Final = 60


def _in_reach(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    return within(Child.organisation_id, lives_in(clock.today()))(actor, membership)


def _own_family(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    return is_own(actor.id, Child.family_id) if actor.id else false()


CHILDREN: Final = scope(
    Resource.DOUBLE,
    Child,
    {conditions.same_organisation: _in_reach, conditions.own_family: _own_family},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record in the list of those who may be there twice."""

    id: UUID
    first_name: str
    surname: str
    born_on: date
    about: bool
    added_at: datetime
    own_entry: bool

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}".strip()


@dataclass(frozen=True, slots=True)
class Double:
    one: Entry
    other: Entry
    likeness: Likeness


def doubles(session: Session, actor: Actor) -> list[Double]:
    """Return who may be recorded twice, the surest first, without those who are known to differ."""
    known = _entries(session, actor)
    different = {tuple(row) for row in session.execute(_different(actor))}
    found = [pair for pair in pairs(map(_person, known.values())) if _ids(pair) not in different]
    return [
        Double(known[pair.one], known[pair.other], pair.likeness) for pair in found[:MOST_SHOWN]
    ]


def like(session: Session, actor: Actor, wanted: Person) -> list[Entry]:
    """Return the records that may be of this child, the surest first."""
    known = {id: one for id, one in _entries(session, actor).items() if id != wanted.id}
    found = pairs([wanted, *map(_person, known.values())])
    mine = [pair for pair in found if wanted.id in _ids(pair)]
    return [known[next(id for id in _ids(pair) if id != wanted.id)] for pair in mine]


def alike(session: Session, actor: Actor, wanted: Sequence[Person]) -> dict[UUID, list[Entry]]:
    """Return, for each of many, the records that may be of the same child, the surest first."""
    known, new = _entries(session, actor), {one.id for one in wanted}
    found: dict[UUID, list[Entry]] = {}
    for pair in pairs([*wanted, *map(_person, known.values())]):
        ours, theirs = new.intersection(_ids(pair)), known.keys() & set(_ids(pair))
        if ours and theirs:
            found.setdefault(ours.pop(), []).append(known[theirs.pop()])
    return found


def _ids(pair: Any) -> tuple[UUID, UUID]:
    return ordered((pair.one, pair.other))


def _person(one: Entry) -> Person:
    return Person(
        id=one.id, first_name=one.first_name, surname=one.surname, born_on=one.born_on,
        about=one.about,
    )  # fmt: skip


def _entries(session: Session, actor: Actor) -> dict[UUID, Entry]:
    own = exists().where(
        Care.child_id == Child.id, Care.carer_id == Carer.id, Carer.user_id.is_not(None)
    )
    wanted = select(
        Child.id, Child.first_name, Child.surname, Child.born_on, Child.born_about.label("about"),
        Child.created_at.label("added_at"), own.label("own_entry"),
    ).where(
        Child.organisation_id == actor.organisation_id, usable(),
        CHILDREN.visible(actor, Action.EDIT),
    )  # fmt: skip
    return {row["id"]: Entry(**row) for row in session.execute(wanted).mappings()}


def _different(actor: Actor) -> Any:
    return select(DifferentChildren.child_id, DifferentChildren.other_id).where(
        DifferentChildren.organisation_id == actor.organisation_id
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One of two records, with what anybody may know who may merge them."""

    child: Child
    side: Side
    neighbourhood: str | None
    signups: int
    visits: int


def records(session: Session, children: Sequence[Child]) -> list[Record]:
    names = _neighbourhoods(session, [child.neighbourhood_id for child in children])
    return [
        Record(
            child=child, side=side(session, child),
            neighbourhood=names.get(child.neighbourhood_id),
            signups=_count(session, Signup.child_id, child, Signup.standing != Standing.CANCELLED),
            visits=_count(
                session, Attendance.child_id, child, Attendance.presence == Presence.PRESENT
            ),
        )
        for child in children
    ]  # fmt: skip


def side(session: Session, child: Child) -> Side:
    online = select(Consent.id).where(
        Consent.child_id == child.id, Consent.method == ConsentMethod.PORTAL
    )
    said = moving.told(child)
    parts = {part: tuple(said[name] for name in names) for part, names in COLUMNS.items()}
    return Side(
        own_entry=session.scalar(online.limit(1)) is not None
        or any(care.carer.user_id for care in child.cares),
        added_on=child.created_at,
        told=parts | {Part.HOME: (child.neighbourhood_id,)},
        about=child.born_about,
    )


def _count(session: Session, column: Any, child: Child, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(column == child.id, *where)) or 0


def _neighbourhoods(session: Session, ids: Sequence[UUID | None]) -> Mapping[UUID | None, str]:
    rows = session.execute(
        select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.id.in_(filter(None, ids)))
    )
    return {id: name for id, name in rows}


def in_one_line(session: Session, one: Child, other: Child) -> int:
    """Count where both are signed up for the same."""
    mine, theirs = aliased(Signup), aliased(Signup)
    return (
        session.scalar(
            select(func.count()).where(
                mine.child_id == one.id, theirs.child_id == other.id,
                mine.activity_id == theirs.activity_id,
                mine.occurrence_id.is_not_distinct_from(theirs.occurrence_id),
                mine.standing != Standing.CANCELLED, theirs.standing != Standing.CANCELLED,
            )
        )
        or 0
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """That a record was merged into a child's: when, by whom, and what it said besides."""

    at: datetime
    by: str | None
    told: Mapping[str, Any]


def traces(session: Session, child: Child) -> list[Trace]:
    rows = session.execute(
        select(MergedChild.at, User.name, MergedChild.told)
        .outerjoin(User, User.id == MergedChild.by_id)
        .where(MergedChild.child_id == child.id)
        .order_by(MergedChild.at)
    ).all()
    homes = [UUID(told["neighbourhood_id"]) for *_, told in rows if told.get("neighbourhood_id")]
    names = _neighbourhoods(session, homes)
    return [
        Trace(
            at=at, by=by,
            told=told | {"neighbourhood": names.get(UUID(told["neighbourhood_id"]))}
            if told.get("neighbourhood_id") else told,
        )
        for at, by, told in rows
    ]  # fmt: skip


def undecided(session: Session, child: Child) -> list[Care]:
    """Return the ties of adults who could open one of the records and are waiting for a word."""
    rows = session.scalars(select(MergedChild.undecided).where(MergedChild.child_id == child.id))
    waiting = {UUID(id) for row in rows for id in row}
    return [care for care in child.cares if care.id in waiting and care.contact_allowed]


def waiting(session: Session, actor: Actor) -> list[Child]:
    """Return the children about whom adults wait for a word after two records became one."""
    rows = session.execute(
        select(MergedChild.child_id, MergedChild.undecided).where(
            MergedChild.organisation_id == actor.organisation_id
        )
    )
    ids = {child_id for child_id, left in rows if left}
    wanted = select(Child).where(Child.id.in_(ids), CHILDREN.visible(actor, Action.EDIT))
    return list(session.scalars(wanted.order_by(Child.name_key, Child.id)))


def child(session: Session, child_id: UUID) -> Child:
    return families.child(session, child_id)


def other(session: Session, actor: Actor, child_id: UUID) -> Child:
    """Return the second of two, as far as this person may merge it."""
    wanted = select(Child).where(Child.id == child_id, CHILDREN.visible(actor, Action.EDIT))
    return session.scalars(wanted.options(*families.WHOLE)).unique().one()
