"""Whom to call, as an organisation knows it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Municipality, Organisation
from kinderwerk.accounts.rules import Country
from kinderwerk.helplines.models import LocalLine
from kinderwerk.helplines.rules import ADVICE, CHILDREN, Helpline, book, said


def country(session: Session, organisation_id: UUID | None) -> Country:
    """Return where an organisation is; what nobody knows is the Netherlands."""
    found = session.scalar(
        select(Municipality.country)
        .join(Organisation, Organisation.municipality_id == Municipality.id)
        .where(Organisation.id == organisation_id)
    )
    return found or Country.NETHERLANDS


def every(session: Session, organisation_id: UUID | None) -> Sequence[Helpline]:
    """Return the lines of the country of an organisation, as it says they are."""
    return of(session, organisation_id, country(session, organisation_id))


def of(session: Session, organisation_id: UUID | None, where: Country) -> Sequence[Helpline]:
    own = {
        one.key: one.wish
        for one in session.scalars(
            select(LocalLine).where(LocalLine.organisation_id == organisation_id)
        )
    }
    at_home = bool(own) and where is country(session, organisation_id)
    return [
        said(line, own[line.key]) if at_home and line.key in own else line
        for line in book.of(where)
    ]


def emergency(session: Session, organisation_id: UUID | None) -> Sequence[Helpline]:
    """Return what stands on the emergency card of whoever works there."""
    return [line for line in every(session, organisation_id) if line.work and line.number]


def missing(session: Session, organisation_id: UUID) -> Sequence[Helpline]:
    """Return the lines without which a card is not complete, and that only they can know."""
    lines = every(session, organisation_id)
    return [line for line in lines if not line.number and line.key in ADVICE.values()]


def advice(session: Session, organisation_id: UUID | None) -> Helpline:
    """Return where one asks for advice about violence at home; it may have no number yet."""
    lines = every(session, organisation_id)
    wanted = ADVICE[country(session, organisation_id)]
    return next((one for one in lines if one.key == wanted), lines[0])


def for_children(session: Session, organisation_id: UUID | None) -> Helpline:
    """Return whom children call to talk."""
    lines = every(session, organisation_id)
    wanted = CHILDREN[country(session, organisation_id)]
    return next((one for one in lines if one.key == wanted), lines[0])


def one(session: Session, organisation_id: UUID, key: str) -> Helpline:
    for line in every(session, organisation_id):
        if line.key == key:
            return line
    raise NoResultFound
