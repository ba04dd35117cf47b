"""Forgetting signals. How many there were goes on counting."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.families.models import Child
from kinderwerk.signals import queries
from kinderwerk.signals.models import Signal, SignalLink, SignalNote, SignalShare
from kinderwerk.signals.rules import Level, Status
from kinderwerk.storage.erasing import remove

LOW = (Level.NOTICED, Level.CONCERN)
ADULT = 18
NOT_REPORTED = Signal.status != Status.REPORTED


def low(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return signals of a low level that were closed without a report, and since when."""
    return _closed(session, organisation_id, Signal.level.in_(LOW), NOT_REPORTED)


def high(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    return _closed(session, organisation_id, Signal.level.not_in(LOW), NOT_REPORTED)


def reported(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return signals that ended in a report, since they are closed and the youngest child is 18."""
    found = _closed(session, organisation_id, Signal.status == Status.REPORTED)
    return {id: max(since, _grown_up(session, id) or since) for id, since in found.items()}


def families_in(session: Session, organisation_id: UUID) -> set[UUID]:
    """Return the families about which, or about a child of which, something is kept."""
    of_child = select(Child.family_id).join(Signal, Signal.child_id == Child.id)
    of_family = select(Signal.family_id).where(Signal.family_id.is_not(None))
    here = Signal.organisation_id == organisation_id
    return {
        id
        for wanted in (of_child, of_family)
        for id in session.scalars(wanted.where(here))
        if id is not None
    }


def forget(session: Session, ids: Collection[UUID]) -> None:
    """Take signals away, with what was written; their count stays."""
    signals = session.scalars(select(Signal).where(Signal.id.in_(ids))).all()
    facts.freeze(session, facts_rules.total(queries.counted(session, signals)))
    remove(session, SignalNote, SignalNote.signal_id.in_(ids), SignalNote.cites_id.is_not(None))
    remove(session, SignalNote, SignalNote.signal_id.in_(ids))
    remove(session, SignalLink, or_(SignalLink.one_id.in_(ids), SignalLink.other_id.in_(ids)))
    remove(session, SignalShare, SignalShare.signal_id.in_(ids))
    remove(session, Signal, Signal.id.in_(ids))


def _closed(
    session: Session, organisation_id: UUID, *where: ColumnElement[bool]
) -> dict[UUID, date]:
    rows = session.execute(
        select(Signal.id, Signal.closed_at).where(
            Signal.organisation_id == organisation_id, Signal.closed_at.is_not(None), *where
        )
    )
    return {id: clock.to_wall(at).date() for id, at in rows if at}


def _grown_up(session: Session, signal_id: UUID) -> date | None:
    """Return when the youngest child of the family becomes 18."""
    signal = session.get_one(Signal, signal_id)
    family_id = signal.child.family_id if signal.child else signal.family_id
    born = session.scalars(
        select(Child.born_on).where(Child.family_id == family_id).order_by(Child.born_on.desc())
    ).first()
    return _birthday(born) if born else None


def _birthday(born: date) -> date:
    year = born.year + ADULT
    return date(year, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(year=year)
