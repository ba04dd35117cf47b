"""What would go of a family, and what would stay, as one parent may know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Membership, Organisation
from kinderwerk.core import clock
from kinderwerk.families import queries as families
from kinderwerk.families.models import Carer, Child
from kinderwerk.privacy import due
from kinderwerk.privacy.own.rules import STAYS, Stays
from kinderwerk.privacy.rules import proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one parent can have erased at one organisation.

    `going` are children for whom nobody else cares; of those in `staying` only the tie goes.
    """

    organisation: Organisation
    going: Sequence[Child]
    staying: Sequence[Child]
    everything: bool
    account: bool
    stays: Sequence[Stays]

    @property
    def children(self) -> list[Child]:
        return [*self.going, *self.staying]


def plan(
    session: Session, actor: Actor, organisation_id: UUID, child_id: UUID | None = None
) -> Plan:
    mine = families.mine(session, actor, organisation_id)
    children = [child for child in mine if child_id in (None, child.id)]
    if not children:
        raise NoResultFound
    shared = [child for child in children if is_shared(child, actor)]
    everything = child_id is None or len(mine) == 1
    return Plan(
        organisation=families.organisation(session, organisation_id),
        going=[child for child in children if child not in shared],
        staying=shared,
        everything=everything,
        account=everything and only_here(session, actor, organisation_id),
        stays=stays(session, organisation_id),
    )


def is_shared(child: Child, actor: Actor) -> bool:
    """Tell whether somebody else cares for the child, and may."""
    return any(
        care.contact_allowed and care.ended_at is None and care.carer.user_id != actor.id
        for care in child.cares
    )


def me(session: Session, actor: Actor, organisation_id: UUID) -> Carer:
    """Return this person as that organisation knows them."""
    found = families.carer_here(session, actor.id, organisation_id) if actor.id else None
    if found is None:
        raise NoResultFound
    return found


def known(session: Session, actor: Actor) -> Sequence[Carer]:
    """Return this person as each organisation knows them that shows them a child."""
    here = {child.organisation_id for child in families.mine(session, actor)}
    return session.scalars(
        select(Carer)
        .where(Carer.user_id == actor.id, Carer.organisation_id.in_(here))
        .order_by(Carer.created_at, Carer.id)
    ).all()


def carers(session: Session, actor: Actor, organisation_id: UUID) -> Sequence[Carer]:
    """Return this person as carer there, in each family."""
    return session.scalars(
        select(Carer)
        .where(Carer.user_id == actor.id, Carer.organisation_id == organisation_id)
        .order_by(Carer.id)
        .with_for_update(of=Carer)
    ).all()


def only_here(session: Session, actor: Actor, organisation_id: UUID) -> bool:
    """Tell whether this person signs in for nothing but this."""
    elsewhere = select(Carer.id).where(
        Carer.user_id == actor.id, Carer.organisation_id != organisation_id
    )
    worked = select(Membership.id).where(Membership.user_id == actor.id)
    return not (session.scalar(elsewhere.limit(1)) or session.scalar(worked.limit(1)))


def stays(session: Session, organisation_id: UUID) -> list[Stays]:
    """Return what stays, by the table of terms of the organisation, the first to go first."""
    known = due.rules(session, organisation_id)
    today = clock.today()
    spans = {line: known[line].span if line in known else proposal(line).span for line in STAYS}
    found = [Stays(what=what, until=spans[line].after(today)) for line, what in STAYS.items()]
    return sorted(found, key=lambda one: one.until)
