"""Reading families and children, as far as somebody may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core import clock, ids
from kinderwerk.families.consents import queries as consents
from kinderwerk.families.likeness import Person, likeness
from kinderwerk.families.limits import usable
from kinderwerk.families.merged import now_known_as
from kinderwerk.families.models import Care, Carer, Child, Consent, Family, Residence
from kinderwerk.families.rules import OF_AGE, ParentsSee, PhotoScope, Relation, age_on, folded
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.scoping import scope, within

MOST_SHOWN: Final = 100
#: Under which name a session remembers whom staff look for, which belongs in no address.
LOOKED_FOR: Final = "children_named"


def lives_in(day: date) -> Any:
    """Return the neighbourhood where a child lives on that day, as part of a statement."""
    return (
        select(Residence.neighbourhood_id)
        .where(Residence.child_id == Child.id, Residence.since <= day)
        .order_by(Residence.since.desc())
        .limit(1)
        .correlate(Child)
        .scalar_subquery()
    )


def cared_for_by(user_id: UUID) -> ColumnElement[bool]:
    """Hold for children whom this person may see through the family page, now."""
    return _let_in_on(user_id, clock.today(), ParentsSee.ALL)


def followed_by(user_id: UUID) -> ColumnElement[bool]:
    """Hold for children of whom this person sees at least what they are signed up for."""
    return _let_in_on(user_id, clock.today(), ParentsSee.ALL, ParentsSee.SIGNUPS)


@lru_cache(maxsize=64)
def _let_in_on(user_id: UUID, day: date, *enough: ParentsSee) -> ColumnElement[bool]:
    """Return the same for the same, which most pages ask for several times."""
    return _let_in(user_id, day, *enough)


def _let_in(
    user_id: UUID | BindParameter[UUID], day: date, *enough: ParentsSee
) -> ColumnElement[bool]:
    young = Child.born_on > _years_before(day, OF_AGE)
    own = aliased(Care)
    said = exists(
        select(own.id)
        .where(
            own.child_id == Child.id,
            own.relation == Relation.SELF,
            own.parents_see.in_(enough),
        )
        .correlate(Child)
    )
    oneself = Care.relation == Relation.SELF
    return exists(
        select(Care.child_id)
        .join(Carer, Care.carer_id == Carer.id)
        .where(
            Care.child_id == Child.id,
            Carer.user_id == user_id,
            Care.portal_access,
            Care.contact_allowed,
            Care.ended_at.is_(None),
            Care.held_at.is_(None),
            or_(and_(oneself, not_(young)), and_(not_(oneself), or_(young, said))),
        )
        .correlate(Child)
    )


def _child_in_reach(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    here = lives_in(clock.today())
    return within(Child.organisation_id, here)(actor, membership)


def _carer(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    return cared_for_by(actor.id) if actor.id else false()


def _oneself(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    if actor.id is None:
        return false()
    me = exists(
        select(Care.id)
        .join(Care.carer)
        .where(
            Care.child_id == Child.id,
            Care.relation == Relation.SELF,
            Carer.user_id == actor.id,
        )
        .correlate(Child)
    )
    return and_(me, cared_for_by(actor.id))


def _carer_of_family(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    if actor.id is None:
        return false()
    of_child = exists(
        select(Child.id)
        .where(Child.family_id == Family.id, cared_for_by(actor.id))
        .correlate(Family)
    )
    childless = not_(exists(select(Child.id).where(Child.family_id == Family.id).correlate(Family)))
    adult = exists(
        select(Carer.id)
        .where(Carer.family_id == Family.id, Carer.user_id == actor.id)
        .correlate(Family)
    )
    return or_(of_child, and_(childless, adult))


CHILDREN: Final = scope(
    Resource.CHILD,
    Child,
    {
        conditions.same_organisation: _child_in_reach,
        conditions.carer: _carer,
        conditions.owner: _oneself,
    },
)
FAMILIES: Final = scope(
    Resource.FAMILY,
    Family,
    {
        conditions.same_organisation: within(Family.organisation_id),
        conditions.carer: _carer_of_family,
    },
)


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """Hold for families that this person may see, or of which they may see a child."""
    child = exists(
        select(Child.id)
        .where(Child.family_id == Family.id, CHILDREN.visible(actor))
        .correlate(Family)
    )
    return or_(FAMILIES.visible(actor), child)


#: A child with all that its facts need, in one statement.
WHOLE: Final = (
    joinedload(Child.cares).joinedload(Care.carer),
    joinedload(Child.residences),
)


def locked_child(session: Session, child_id: UUID) -> Child:
    """Return a child that nobody else changes until the unit of work ends."""
    return session.get_one(Child, child_id, with_for_update={"of": Child, "key_share": True})


def child(session: Session, child_id: UUID) -> Child:
    """Return a child; by the id of a record that was merged, the one into which it went."""
    found = session.get(Child, child_id, options=WHOLE)
    return found or session.get_one(Child, now_known_as(session, child_id), options=WHOLE)


def visible_child(session: Session, actor: Actor, child_id: UUID) -> Child:
    """Return a child that this person may see; any other is as missing as one that is not there."""
    wanted = select(Child).where(Child.id == child_id, CHILDREN.visible(actor, Action.VIEW))
    return session.scalars(wanted.options(*WHOLE)).unique().one()


def family(session: Session, family_id: UUID) -> Family:
    whole = selectinload(Family.children).options(*WHOLE)
    return session.get_one(Family, family_id, options=[whole, selectinload(Family.carers)])


def organisation(session: Session, organisation_id: UUID) -> Organisation:
    return session.get_one(Organisation, organisation_id)


#: Asked in every sign-up, so it is written once.
_SOME: Final = (
    select(Child)
    .where(Child.id.in_(bindparam("ids", expanding=True)))
    .order_by(Child.id)
    .options(*WHOLE)
)


def some(session: Session, ids: Sequence[UUID]) -> Sequence[Child]:
    """Return these children with all that their facts need, in the order of their ids."""
    return session.scalars(_SOME, {"ids": ids}).unique().all()


def mine(session: Session, actor: Actor, organisation_id: UUID | None = None) -> Sequence[Child]:
    """Return the children whom this person cares for, the eldest first; never those of others."""
    if actor.id is None:
        return []
    wanted = _cared_for_on(clock.today())
    if organisation_id:
        wanted = wanted.where(Child.organisation_id == organisation_id)
    return session.scalars(wanted, {"user_id": actor.id}).unique().all()


@lru_cache(maxsize=2)
def _cared_for_on(day: date) -> Select[Child]:
    """Return what every page of a family asks, written once a day."""
    of_them = _let_in(bindparam("user_id"), day, ParentsSee.ALL)
    return select(Child).where(of_them).order_by(Child.born_on, Child.id).options(*WHOLE)


def carer_here(session: Session, user_id: UUID, organisation_id: UUID) -> Carer | None:
    """Return this person as carer in the family that they can see in that organisation.

    Who was shut out from every child of a family begins a family of their own.
    """
    me = Actor(user_id)
    return session.scalar(
        select(Carer)
        .join(Carer.family)
        .where(
            Carer.user_id == user_id,
            Carer.organisation_id == organisation_id,
            FAMILIES.visible(me, Action.EDIT),
        )
        .order_by(Carer.created_at, Carer.id)
        .options(joinedload(Carer.family))
        .limit(1)
    )


def user(session: Session, user_id: UUID) -> User:
    return session.get_one(User, user_id)


@dataclass(frozen=True, slots=True)
class Named:
    """Something to choose from a list."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list of children is narrowed down to."""

    name: str = ""
    neighbourhood_id: UUID | None = None
    nowhere: bool = False
    youngest: int | None = None
    oldest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLine:
    """A child in a list."""

    id: UUID
    name: str
    age: int
    neighbourhood: str | None


def found(session: Session, actor: Actor, filters: Filters) -> list[ChildLine]:
    """Return the children that staff may see and look for, by name; one more than are shown."""
    today = clock.today()
    here = lives_in(today)
    wanted = _narrowed(
        select(Child.id, Child.first_name, Child.surname, Child.born_on, Neighbourhood.name)
        .join(Neighbourhood, Neighbourhood.id == here, isouter=True)
        .where(
            Child.organisation_id == actor.organisation_id,
            usable(),
            CHILDREN.visible(actor, Action.VIEW),
        ),
        filters,
        today,
    )
    lines = session.execute(wanted.order_by(Child.name_key, Child.id).limit(MOST_SHOWN + 1))
    return [
        ChildLine(
            id=id, name=f"{first} {last}".strip(), age=age_on(born, today), neighbourhood=where
        )
        for id, first, last, born, where in lines
    ]


def _narrowed(wanted: Any, filters: Filters, today: date) -> Any:
    for word in folded(filters.name).split():
        wanted = wanted.where(Child.name_key.contains(f" {word}", autoescape=True))
    if filters.neighbourhood_id:
        wanted = wanted.where(lives_in(today) == filters.neighbourhood_id)
    if filters.nowhere:
        wanted = wanted.where(lives_in(today).is_(None))
    if filters.youngest is not None:
        wanted = wanted.where(Child.born_on <= _years_before(today, filters.youngest))
    if filters.oldest is not None:
        wanted = wanted.where(Child.born_on > _years_before(today, filters.oldest + 1))
    return wanted


def _years_before(day: date, years: int) -> date:
    """Return the last day on which somebody was born who has that age on `day`."""
    if (day.month, day.day) == (2, 29) and not _leap(day.year - years):
        return date(day.year - years, 2, 28)
    return day.replace(year=day.year - years)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def alike(
    session: Session, actor: Actor, first_name: str, surname: str, born_on: date, *,
    about: bool = False,
) -> Sequence[Child]:  # fmt: skip
    """Return the children whom this person may see anyway and who may be this one; only about
    that old if `about`."""
    years = timedelta(days=366)
    near = and_(Child.born_on > born_on - years, Child.born_on < born_on + years)
    same_day = or_(Child.born_on == born_on, and_(Child.born_about, near))
    here = session.scalars(
        select(Child)
        .where(
            Child.organisation_id == actor.organisation_id, near if about else same_day,
            CHILDREN.visible(actor, Action.VIEW),
        )
        .order_by(Child.id)
    )  # fmt: skip
    wanted = Person(
        id=ids.confidential(), first_name=first_name, surname=surname, born_on=born_on, about=about
    )
    return [child for child in here if likeness(wanted, _person(child))]


def _person(child: Child) -> Person:
    return Person(
        id=child.id, first_name=child.first_name, surname=child.surname, born_on=child.born_on,
        about=child.born_about,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of one child, as a page shows it."""

    child: Child
    age: int
    neighbourhood: str | None
    moves: list[tuple[date, str | None]]
    others: list[str]
    agreed: list[Consent]
    photos: list[PhotoScope]
    asks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The children of one parent whom one organisation knows."""

    organisation: Organisation
    children: list[Told]


def households(session: Session, actor: Actor) -> list[Household]:
    """Return the children whom this person cares for, by organisation, with what is known."""
    told = _told(session, actor, mine(session, actor))
    ids = {one.child.organisation_id for one in told}
    wanted = select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)
    return [
        Household(
            organisation=organisation,
            children=[one for one in told if one.child.organisation_id == organisation.id],
        )
        for organisation in session.scalars(wanted)
    ]


def told(session: Session, actor: Actor, child: Child) -> Told:
    return _told(session, actor, [child])[0]


def _told(session: Session, actor: Actor, children: Sequence[Child]) -> list[Told]:
    today = clock.today()
    lived = {one.neighbourhood_id for child in children for one in child.residences}
    names = {
        id: name
        for id, name in session.execute(
            select(Neighbourhood.id, Neighbourhood.name).where(
                Neighbourhood.id.in_([id for id in lived if id])
            )
        )
    }
    ids = [child.id for child in children]
    agreed = consents.said_of(session, ids)
    return [
        Told(
            child=child,
            age=age_on(child.born_on, today),
            neighbourhood=names.get(child.neighbourhood_id) if child.neighbourhood_id else None,
            moves=[
                (one.since, names.get(one.neighbourhood_id) if one.neighbourhood_id else None)
                for one in child.residences
            ],
            others=[
                care.carer.name
                for care in child.cares
                if care.opens_portal and care.carer.user_id != actor.id
            ],
            agreed=consents.heard(child, agreed[child.id], actor),
            photos=sorted(consents.scopes(child, agreed[child.id]), key=list(PhotoScope).index),
            asks=consents.asks(child, agreed[child.id]),
        )
        for child in children
    ]


def places(session: Session, municipality_id: UUID | None) -> list[Named]:
    """Return the neighbourhoods of a municipality, to choose from."""
    found = session.execute(
        select(Neighbourhood.id, Neighbourhood.name)
        .where(Neighbourhood.municipality_id == municipality_id)
        .order_by(Neighbourhood.name)
    )
    return [Named(id, name) for id, name in found]
