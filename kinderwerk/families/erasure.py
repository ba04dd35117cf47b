"""Forgetting children and families."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.families.merged import DifferentChildren, MergedChild
from kinderwerk.families.models import (
    CalendarKey,
    Care,
    Carer,
    CareRequest,
    Child,
    Consent,
    Family,
    Residence,
)
from kinderwerk.families.persons.models import NearPerson
from kinderwerk.messages import erasure as messages
from kinderwerk.storage.erasing import Erasure, Kind, remove


def known_since(session: Session, organisation_id: UUID) -> dict[UUID, tuple[UUID, date]]:
    """Return each child with its family, and the day on which it was added."""
    rows = session.execute(
        select(Child.id, Child.family_id, Child.created_at).where(
            Child.organisation_id == organisation_id
        )
    )
    return {id: (family_id, clock.to_wall(at).date()) for id, family_id, at in rows}


def childless(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return families without a child, theirs or one they share, with the day they were added."""
    own = exists().where(Child.family_id == Family.id)
    shared = exists().where(Carer.family_id == Family.id, Care.carer_id == Carer.id)
    rows = session.execute(
        select(Family.id, Family.created_at).where(
            Family.organisation_id == organisation_id, ~own, ~shared
        )
    )
    return {id: clock.to_wall(at).date() for id, at in rows}


def children_of(session: Session, family_ids: Collection[UUID]) -> list[UUID]:
    return list(session.scalars(select(Child.id).where(Child.family_id.in_(family_ids))))


def forget_children(session: Session, ids: Collection[UUID]) -> None:
    remove(session, NearPerson, NearPerson.child_id.in_(ids))
    remove(session, CareRequest, CareRequest.child_id.in_(ids))
    remove(session, MergedChild, MergedChild.child_id.in_(ids))
    remove(
        session, DifferentChildren,
        or_(DifferentChildren.child_id.in_(ids), DifferentChildren.other_id.in_(ids)),
    )  # fmt: skip
    remove(session, Care, Care.child_id.in_(ids))
    remove(session, Residence, Residence.child_id.in_(ids))
    remove(session, Child, Child.id.in_(ids))


def forget_carers(session: Session, ids: Collection[UUID]) -> None:
    """Forget adults, their ties to children, and what was sent to them; the children stay."""
    theirs = select(Carer.id).where(Carer.id.in_(ids))
    addresses = session.scalars(
        select(Carer.email).where(Carer.id.in_(ids), Carer.email.is_not(None))
    ).all()
    organisations = select(Carer.organisation_id).where(Carer.id.in_(ids))
    messages.forget_readers(session, organisations, theirs, addresses)
    remove(session, CalendarKey, CalendarKey.carer_id.in_(ids))
    remove(session, CareRequest, CareRequest.asked_by_id.in_(ids))
    remove(session, NearPerson, NearPerson.carer_id.in_(ids))
    remove(session, Care, Care.carer_id.in_(ids))
    remove(session, Carer, Carer.id.in_(ids))


def forget_families(session: Session, ids: Collection[UUID]) -> None:
    """Forget families whose children are gone, with the adults in them."""
    adults = session.scalars(select(Carer.id).where(Carer.family_id.in_(ids))).all()
    forget_carers(session, adults)
    remove(session, Family, Family.id.in_(ids))


def consents_over(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return the children who are gone and of whose consent something stands, since which day."""
    rows = session.execute(
        select(Erasure.subject_id, Erasure.at)
        .where(
            Erasure.organisation_id == organisation_id,
            Erasure.kind == Kind.CHILD,
            exists().where(Consent.child_id == Erasure.subject_id),
        )
        .order_by(Erasure.at)
    )
    return {id: clock.to_wall(at).date() for id, at in rows}


def forget_consents(session: Session, child_ids: Collection[UUID]) -> None:
    remove(session, Consent, Consent.child_id.in_(child_ids))


def carers(session: Session) -> set[UUID]:
    """Return who signs in as a parent and is known in a family."""
    known = session.scalars(select(Carer.user_id).where(Carer.user_id.is_not(None)))
    return {id for id in known if id}
