"""Adding people and organisations without an invitation: from the command line."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Role
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import Membership, Municipality, Organisation, User
from kinderwerk.accounts.rules import TakenAddress, check_password
from kinderwerk.accounts.service.passwords import hasher
from kinderwerk.audit import service as audit
from kinderwerk.storage.work import unit_of_work


def add_user(
    session: Session, actor: Actor, *, email: str, name: str, role: Role, password: str | None,
    organisation: Organisation | None = None, municipality: Municipality | None = None,
    checked: bool = False,
) -> User:  # fmt: skip
    """Add someone with one role, in an organisation or for a municipality.

    `checked`: somebody saw their certificate of good conduct, or they need none.
    """
    place = organisation.municipality if organisation else municipality
    if place is None:
        raise ValueError("a role is held in an organisation or for a municipality")
    if password is not None:
        check_password(password, email, name, *queries.words_of(session, organisation, place))
    if queries.by_email(session, email):
        raise TakenAddress
    with unit_of_work(session):
        user = User(
            email=email.strip().lower(), name=name,
            password_hash=password and hasher.hash(password),
            memberships=[
                Membership(
                    role=role, organisation=organisation, municipality=place, checked=checked
                )
            ],
        )  # fmt: skip
        session.add(user)
        also = [held.id for held in user.memberships]
        audit.record(session, actor, "user.added", user.id, role=role.value, also=also)
    return user


def organisation_named(
    session: Session, actor: Actor, name: str, municipality: str
) -> Organisation:
    """Return the organisation of that name, made on the spot if there is none."""
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found:
        return found
    with unit_of_work(session):
        place = session.scalar(select(Municipality).where(Municipality.name == municipality))
        if place is None:
            place = Municipality(name=municipality)
            session.add(place)
            audit.record(session, actor, "municipality.added", place.id)
        made = Organisation(name=name, municipality=place)
        session.add(made)
        audit.record(session, actor, "organisation.added", made.id)
    return made
