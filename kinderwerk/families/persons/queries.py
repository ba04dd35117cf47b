"""Reading whom a family named."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.families.custody.rules import same_number
from kinderwerk.families.models import Child
from kinderwerk.families.persons.models import NearPerson


def of_children(session: Session, child_ids: Collection[UUID]) -> dict[UUID, list[NearPerson]]:
    """Return whom each of these children has near, in the order in which they are called."""
    found: dict[UUID, list[NearPerson]] = {id: [] for id in child_ids}
    wanted = select(NearPerson).where(NearPerson.child_id.in_(child_ids))
    for one in session.scalars(wanted.order_by(NearPerson.place, NearPerson.id)):
        found[one.child_id].append(one)
    return found


def trusted(child: Child, named: Sequence[NearPerson]) -> list[NearPerson]:
    """Return those of them who count today.

    Whom somebody named who may not hear of the child any more counts no longer, and nobody is on
    the list who is kept away from it.
    """
    shut = [care for care in child.cares if care.shut]
    by_shut = {care.carer_id for care in shut}
    names = {care.carer.name.casefold() for care in shut}
    numbers = [care.carer.phone for care in shut]
    return [
        one for one in named
        if one.carer_id not in by_shut
        and one.name.casefold() not in names
        and not same_number(one.phone, numbers)
    ]  # fmt: skip
