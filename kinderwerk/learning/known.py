"""Everybody whom an organisation knows by name: nobody of them may stand in what others read."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Membership, User
from kinderwerk.families.models import Carer, Child
from kinderwerk.families.persons.models import NearPerson


def names(session: Session, organisation_id: UUID) -> Sequence[str]:
    """Return the names of its children, those who care for them, and those who work there."""
    children = session.execute(
        select(Child.first_name, Child.surname).where(Child.organisation_id == organisation_id)
    )
    works = exists().where(
        Membership.user_id == User.id, Membership.organisation_id == organisation_id
    )
    others = (
        select(Carer.name).where(Carer.organisation_id == organisation_id),
        select(NearPerson.name).where(NearPerson.organisation_id == organisation_id),
        select(User.name).where(works),
    )
    return [
        *(f"{first} {last}" for first, last in children),
        *(name for wanted in others for name in session.scalars(wanted)),
    ]
