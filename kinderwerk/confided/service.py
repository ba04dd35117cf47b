"""Naming a carer on a record, taking the name away, and telling those who are named."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Facts
from kinderwerk.audit import service as audit
from kinderwerk.confided import queries
from kinderwerk.confided.models import Confided
from kinderwerk.confided.rules import (
    RESOURCES,
    CannotBeNamed,
    Kind,
    NothingToReach,
    ReadByAnother,
    Way,
    Wish,
)
from kinderwerk.confided.standing import known_at, may_be_named, same_place
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families.custody.queries import addresses
from kinderwerk.families.models import Carer, Family
from kinderwerk.messages import service as messages
from kinderwerk.storage.work import unit_of_work


@dataclass(frozen=True, slots=True)
class Record:
    """What somebody is named on, as its own feature has locked it."""

    kind: Kind
    id: UUID
    family: Family
    facts: Facts


def name(session: Session, actor: Actor, record: Record, wish: Wish) -> Confided:
    """Name a carer, who just confirmed how they are safely reached; naming again confirms anew."""
    with unit_of_work(session):
        demand(actor, Action.EDIT, RESOURCES[record.kind], record.facts)
        if actor.id is None:
            raise Withheld("somebody confirms it")
        carer = _eligible(session, record, wish)
        row = _row(session, record, carer.id) or Confided(
            organisation_id=record.family.organisation_id, kind=record.kind, record_id=record.id,
            family=record.family, carer=carer, way=wish.way, epoch=carer.epoch,
            confirmed_by_id=actor.id, confirmed_on=clock.today(),
        )  # fmt: skip
        row.way, row.address, row.epoch = wish.way, known_at(carer, wish.way), carer.epoch
        row.confirmed_by_id, row.confirmed_on = actor.id, clock.today()
        session.add(row)
        audit.record(
            session, actor, f"{record.kind.value}.named", record.id, also=[row.id, carer.id],
            way=wish.way.value,
        )  # fmt: skip
    return row


def unname(session: Session, actor: Actor, record: Record, carer_id: UUID) -> None:
    """Take the name away again: from now on this carer sees nothing of it."""
    with unit_of_work(session):
        demand(actor, Action.EDIT, RESOURCES[record.kind], record.facts)
        if row := _row(session, record, carer_id):
            session.delete(row)
            audit.record(
                session, actor, f"{record.kind.value}.unnamed", record.id,
                also=[row.id, carer_id],
            )  # fmt: skip


def tell_named(session: Session, kind: Kind, record_id: UUID, key: str) -> int:
    """Mail the carers who said that mail is safe that something waits for them, never what.

    In the unit of work of whoever has something to tell; `key` says what. Returns how many of
    those who are named have to be told in another way.
    """
    named = queries.named(session, kind, record_id)
    by_mail = [one for one in named if one.way is Way.MAIL and one.sees]
    for one in by_mail:
        messages.tell(
            session, key=f"confided:{one.id}:{key}", template="confided_waits",
            address=one.address, language=one.carer.language,
            organisation_id=one.carer.organisation_id, reader_id=one.carer.id, confided=one.id,
        )  # fmt: skip
    return len(named) - len(by_mail)


def _eligible(session: Session, record: Record, wish: Wish) -> Carer:
    """Return the carer, if they may be named and nobody else is reached in the same way."""
    around = queries.around(session, record.family.id)
    carer = next((one for one in around if one.id == wish.carer_id), None)
    if carer is None:
        raise Withheld("not an adult of this family")
    if not may_be_named(carer, record.family):
        raise CannotBeNamed
    address = known_at(carer, wish.way)
    if wish.way is not Way.IN_PERSON:
        if not address:
            raise NothingToReach
        others = [place for one in around if one is not carer for place in _places(session, one)]
        if any(same_place(wish.way, address, other) for other in others):
            raise ReadByAnother
    return carer


def _places(session: Session, carer: Carer) -> set[str]:
    """Return where this carer reads or answers, and with which address they sign in."""
    return {known_at(carer, Way.PHONE), *addresses(session, carer)}


def _row(session: Session, record: Record, carer_id: UUID) -> Confided | None:
    return session.scalar(
        select(Confided)
        .where(Confided.record_id == record.id, Confided.carer_id == carer_id)
        .with_for_update()
    )
