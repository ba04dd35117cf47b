"""The address under which a carer's own calendar fetches where their children are expected.

What is secret in it is computed from a row and kept nowhere: whoever reads the database, or a
backup of it, does not come in with that. A renewed key is another row, so the old address is as
unknown as one that never was.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.rules import Tried
from kinderwerk.accounts.service.attempts import attempt
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core.errors import Withheld
from kinderwerk.families import queries
from kinderwerk.families.models import CalendarKey, Carer
from kinderwerk.storage.work import unit_of_work

PURPOSE: Final = "calendar"


def token(key: CalendarKey) -> str:
    return signer.token(key.id, PURPOSE, key.created_at)


def opened(session: Session, key_id: UUID, told: str, place: str) -> CalendarKey:
    """Return the key that this address opens; what opens nothing is counted, and is not there."""
    key = session.get(CalendarKey, key_id)
    if key is None or not signer.fits(told, key.id, PURPOSE, key.created_at):
        attempt(session, Tried.CALENDAR, str(key_id), place)
        raise NoResultFound
    return key


def own(session: Session, actor: Actor) -> dict[UUID, CalendarKey]:
    """Return this person's keys, by organisation."""
    found = session.scalars(
        select(CalendarKey).join(CalendarKey.carer).where(Carer.user_id == actor.id)
    )
    return {key.organisation_id: key for key in found}


def renew_own(session: Session, actor: Actor, organisation_id: UUID) -> None:
    """Make the first key, or one in place of it: what opened until now stops at once."""
    with unit_of_work(session):
        _turn(session, actor, _me(session, actor, organisation_id))


def renew(session: Session, actor: Actor, carer: Carer) -> None:
    """Have the address of a carer stop, in the unit of work that decides so.

    The new one is shown to them alone, and only while they may see a child.
    """
    if _of(session, carer):
        _turn(session, actor, carer)


def stop_own(session: Session, actor: Actor, organisation_id: UUID) -> None:
    with unit_of_work(session):
        key = _of(session, _me(session, actor, organisation_id))
        if key:
            audit.record(session, actor, "calendar.stopped", key.id)
            session.delete(key)


def name_children(session: Session, actor: Actor, organisation_id: UUID, *, wanted: bool) -> None:
    """Say for oneself whether first names of children stand in it."""
    with unit_of_work(session):
        key = _of(session, _me(session, actor, organisation_id))
        if key is None:
            raise Withheld("no calendar to change")
        key.first_names = wanted
        audit.record(session, actor, "calendar.changed", key.id, first_names=wanted)


def _turn(session: Session, actor: Actor, carer: Carer) -> None:
    key, old = CalendarKey(organisation_id=carer.organisation_id, carer=carer), _of(session, carer)
    also = [carer.id]
    if old:
        key.first_names = old.first_names
        also.append(old.id)
        session.delete(old)
        session.flush()
    session.add(key)
    audit.record(session, actor, "calendar.renewed", key.id, also=also)


def _of(session: Session, carer: Carer) -> CalendarKey | None:
    return session.scalar(select(CalendarKey).where(CalendarKey.carer_id == carer.id))


def _me(session: Session, actor: Actor, organisation_id: UUID) -> Carer:
    me = queries.carer_here(session, actor.id, organisation_id) if actor.id else None
    if me is None:
        raise Withheld("a family of another organisation")
    session.refresh(me, with_for_update={"of": Carer, "key_share": True})
    demand(actor, Action.CREATE, Resource.FAMILY)
    return me
