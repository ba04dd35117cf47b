"""What belongs together, and what nobody looked at in time: for the protection officer.

Whoever writes a signal down hears nothing of others: the worker looks later, and tells only those
who oversee them all.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.accounts.away import reached
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.messages import service as messages
from kinderwerk.messages.work import register
from kinderwerk.signals import queries, rules
from kinderwerk.signals.models import Signal, SignalLink
from kinderwerk.signals.service import LOOK_ALIKE
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work


def join(session: Session, actor: Actor, signal: Signal, other_id: UUID | None, why: str) -> None:
    """Say that two signals belong together; from both sides they are read as before."""
    with unit_of_work(session):
        one, other = _both(session, actor, signal.id, other_id)
        if queries.between(session, one.id, other.id):
            raise rules.NotAnother
        first, last = sorted((one.id, other.id))
        link = SignalLink(
            organisation_id=one.organisation_id, one_id=first, other_id=last, by_id=_somebody(actor)
        )
        seal(session, link, why=why)
        session.add(link)
        session.flush()
        audit.record(session, actor, "signal.joined", one.id, also=[link.id, other.id])


def part(session: Session, actor: Actor, signal: Signal, other_id: UUID) -> None:
    with unit_of_work(session):
        one, other = _both(session, actor, signal.id, other_id)
        if link := queries.between(session, one.id, other.id):
            session.delete(link)
            audit.record(session, actor, "signal.parted", one.id, also=[link.id, other.id])


def _both(
    session: Session, actor: Actor, signal_id: UUID, other_id: UUID | None
) -> tuple[Signal, Signal]:
    """Return both under their locks, for whoever oversees both."""
    if other_id is None or other_id == signal_id:
        raise rules.NotAnother
    locked = {
        id: session.get_one(Signal, id, with_for_update=True)
        for id in sorted((signal_id, other_id))
    }
    for each in locked.values():
        demand(actor, Action.EDIT, Resource.SIGNAL_LINK, each.facts)
    return locked[signal_id], locked[other_id]


def _somebody(actor: Actor) -> UUID:
    if actor.id is None:
        raise Withheld("somebody says that two signals belong together")
    return actor.id


@register(LOOK_ALIKE)
def look_alike(session: Session, subject: str) -> None:
    """Tell whoever oversees signals that another one is about the same child or family."""
    with unit_of_work(session):
        signal = session.get(Signal, UUID(subject))
        if signal is None or not (signal.child or signal.family):
            return
        if session.scalar(select(Signal.id).where(queries.about_the_same(signal)).limit(1)):
            officers = queries.officers(session, signal)
            for officer in reached(session, signal.organisation_id, officers):
                _tell(session, signal, officer, "signal_waits", f"alike:{signal.id}:{officer.id}")


@register("signals.escalate", every=timedelta(hours=1))
def escalate(session: Session, subject: str) -> None:
    """Tell the protection officer, once for each day of review that passed without a look."""
    with unit_of_work(session):
        for signal in queries.late(session, clock.today()):
            signal.escalated_on = signal.review_on
            audit.record(session, SYSTEM, "signal.escalated", signal.id)
            told = queries.officers(session, signal) or queries.receivers(
                session, signal.organisation_id
            )
            for person in reached(session, signal.organisation_id, told):
                key = f"late:{signal.id}:{person.id}:{signal.review_on}"
                _tell(session, signal, person, "signal_late", key)


def _tell(session: Session, signal: Signal, person: User, template: str, key: str) -> None:
    messages.tell(
        session, key=key, template=template, address=person.email, language=person.language,
        organisation_id=signal.organisation_id, signal_id=signal.id,
    )  # fmt: skip
