"""Reading who cares for children, and what carers asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import Session, aliased, joinedload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource
from kinderwerk.accounts.models import User
from kinderwerk.core import clock
from kinderwerk.families.models import Care, Carer, CareRequest, Child
from kinderwerk.families.queries import CHILDREN, WHOLE, Named, lives_in
from kinderwerk.families.reaching import reads_at
from kinderwerk.families.rules import Relation
from kinderwerk.storage.scoping import Twins, scope, within


def _in_reach(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    here = select(lives_in(clock.today())).where(Child.id == Care.child_id).correlate(Care)
    return within(Care.organisation_id, here.scalar_subquery())(actor, membership)


def _own_family(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    if actor.id is None:
        return false()
    beside = aliased(Care)
    return exists(
        select(beside.id)
        .join(beside.carer)
        .where(beside.child_id == Care.child_id, Carer.user_id == actor.id)
        .correlate(Care)
    )


TWINS: Final[Twins] = {
    conditions.same_organisation: _in_reach,
    conditions.own_family: _own_family,
}
CARES: Final = scope(Resource.CARE, Care, TWINS)
COURT_NOTES: Final = scope(Resource.COURT_NOTE, Care, TWINS)
_WHOLE: Final = joinedload(Care.child).options(*WHOLE)


def care(session: Session, care_id: UUID) -> Care:
    return session.get_one(Care, care_id, options=[_WHOLE, joinedload(Care.carer)])


def noted(session: Session, child: Child) -> set[UUID]:
    """Return which of a child's carers have a court note; what is sealed stays shut."""
    there = select(Care.id).where(Care.child_id == child.id, Care.court_note.is_not(None))
    return set(session.scalars(there))


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a carer of one child is to another child."""

    id: UUID
    carer_id: UUID
    child: str
    contact_allowed: bool


def elsewhere(session: Session, actor: Actor, child: Child) -> list[Elsewhere]:
    """Return to which other children the carers of a child stand, as far as staff may decide it."""
    carers = [care.carer_id for care in child.cares]
    found = session.execute(
        select(Care.id, Care.carer_id, Child.first_name, Care.contact_allowed)
        .join(Care.child)
        .where(
            Care.carer_id.in_(carers),
            Care.child_id != child.id,
            Care.ended_at.is_(None),
            CARES.visible(actor, Action.EDIT),
        )
        .order_by(Child.born_on, Child.id)
    )
    return [Elsewhere(*row) for row in found]


def known(session: Session, child: Child) -> list[Carer]:
    """Return who cares for brothers and sisters and not yet for this child."""
    here = {care.carer_id for care in child.cares}
    siblings = select(Child.id).where(Child.family_id == child.family_id)
    found = session.scalars(
        select(Carer)
        .join(Carer.cares)
        .where(Care.child_id.in_(siblings), Care.relation != Relation.SELF)
        .order_by(Carer.name, Carer.id)
    ).unique()
    return [one for one in found if one.id not in here]


def request(session: Session, request_id: UUID) -> CareRequest:
    about = joinedload(CareRequest.child).options(*WHOLE)
    return session.get_one(CareRequest, request_id, options=[about])


def open_requests(session: Session, child: Child) -> Sequence[CareRequest]:
    waiting = select(CareRequest).where(
        CareRequest.child_id == child.id, CareRequest.decided_at.is_(None)
    )
    return session.scalars(waiting.order_by(CareRequest.created_at)).all()


def asked(session: Session, actor: Actor, child: Child) -> Sequence[CareRequest]:
    """Return what this carer asked, and what became of it; never what another one asked."""
    me = [care.carer_id for care in child.cares if care.carer.user_id == actor.id]
    mine = select(CareRequest).where(
        CareRequest.child_id == child.id, CareRequest.asked_by_id.in_(me)
    )
    return session.scalars(mine.order_by(CareRequest.created_at)).all()


def with_requests(session: Session, actor: Actor) -> list[Named]:
    """Return the children about whom a carer asked something that staff have to answer."""
    waits = exists().where(CareRequest.child_id == Child.id, CareRequest.decided_at.is_(None))
    found = session.execute(
        select(Child.id, Child.first_name, Child.surname)
        .where(
            waits,
            Child.organisation_id == actor.organisation_id,
            CHILDREN.visible(actor, Action.EDIT),
        )
        .order_by(Child.name_key, Child.id)
    )
    return [Named(id, f"{first} {last}".strip()) for id, first, last in found]


def addresses(session: Session, carer: Carer) -> set[str]:
    """Return where this person reads: where messages go, and where they sign in."""
    user = session.get(User, carer.user_id) if carer.user_id else None
    found = reads_at(carer) | ({user.email} if user and user.email else set())
    return {one.lower() for one in found}
