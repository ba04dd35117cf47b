"""Telling people something, and asking for work to be done later."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.messages import queries
from kinderwerk.messages.models import DueWork, Message
from kinderwerk.messages.rules import LEASE, PAUSES, pause
from kinderwerk.storage.work import unit_of_work

INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class NotFailed(Refusal):
    message = N_("This message did not fail: it was sent or is still waiting.")


def tell(
    session: Session,
    *,
    key: str,
    template: str,
    address: str,
    language: str = "nl",
    organisation_id: UUID | None = None,
    due_at: datetime | None = None,
    **subjects: object,
) -> None:
    """Put a message in the outbox, in the unit of work of the fact that it tells.

    `key` says what it tells to whom: what was told already is not told again. Only ids and names
    of states go along as subjects; the words are made when it is sent. Who tells need not be one
    who may read what is told: nothing is asked first, and nothing comes back.
    """
    table = cast(Table, Message.__table__)
    told = INSERTS[session.get_bind().dialect.name](table).inline().on_conflict_do_nothing()
    session.execute(
        told,
        {
            "created_at": clock.now(), "key": key, "template": template, "address": address,
            "language": language, "organisation_id": organisation_id, "attempts": 0,
            "due_at": due_at or clock.now(),
            "subject_ids": {name: str(value) for name, value in subjects.items()},
        },
    )  # fmt: skip


def ask_for(session: Session, kind: str, subject: object, run_at: datetime | None = None) -> None:
    """Have a worker do something from that moment on; asking again moves the moment."""
    waiting = session.scalar(
        select(DueWork).where(DueWork.kind == kind, DueWork.subject == str(subject))
    )
    if waiting:
        waiting.run_at, waiting.attempts = run_at or clock.now(), 0
    else:
        session.add(DueWork(kind=kind, subject=str(subject), run_at=run_at or clock.now()))


def claim_messages(session: Session, most: int) -> list[int]:
    """Take some due messages for a while, so that no other worker sends them too."""
    if not queries.anything(session, queries.due_messages(clock.now())):
        return []
    with unit_of_work(session):
        at = clock.now()
        due = queries.due_messages(at).limit(most).with_for_update(skip_locked=True)
        claimed = list(session.scalars(due))
        for message in claimed:
            message.lease_until, message.attempts = at + LEASE, message.attempts + 1
        return [message.id for message in claimed]


def sent(session: Session, message_id: int) -> None:
    with unit_of_work(session):
        message = session.get_one(Message, message_id, with_for_update=True)
        message.sent_at, message.lease_until, message.failure = clock.now(), None, None


def dropped(session: Session, message_id: int) -> None:
    with unit_of_work(session):
        message = session.get_one(Message, message_id, with_for_update=True)
        message.dropped_at, message.lease_until, message.failure = clock.now(), None, None


def not_sent(session: Session, message_id: int, failure: str, *, for_good: bool = False) -> None:
    """Try again later, unless it was tried often enough or will never work."""
    with unit_of_work(session):
        message = session.get_one(Message, message_id, with_for_update=True)
        wait = None if for_good else pause(message.attempts)
        message.lease_until, message.failure = None, failure
        if wait is None:
            message.failed_at = clock.now()
        else:
            message.due_at = clock.now() + wait


def send_again(session: Session, actor: Actor, message: Message) -> None:
    """Give a message that failed for good a new start."""
    with unit_of_work(session):
        again = session.get_one(Message, message.id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.MESSAGE, again.facts)
        if again.failed_at is None:
            raise NotFailed
        again.failed_at, again.attempts, again.due_at = None, 0, clock.now()


def claim_work(session: Session, kinds: Collection[str]) -> DueWork | None:
    """Take one piece of due work of a kind that this worker knows."""
    known = DueWork.kind.in_(kinds)
    if not queries.anything(session, queries.due_work(clock.now()).where(known)):
        return None
    with unit_of_work(session):
        at = clock.now()
        due = queries.due_work(at).where(known).limit(1).with_for_update(skip_locked=True)
        claimed: DueWork | None = session.scalar(due)
        if claimed:
            claimed.lease_until, claimed.attempts = at + LEASE, claimed.attempts + 1
            session.flush()
            session.expunge(claimed)
    return claimed


def work_done(session: Session, done: DueWork, again: datetime | None) -> None:
    """Strike the work off, unless it comes back or was asked for again in the meantime."""
    with unit_of_work(session):
        work = session.get(DueWork, done.id, with_for_update=True)
        if work is None:
            return
        asked_again = work.run_at != done.run_at
        if again is None and not asked_again:
            session.delete(work)
            return
        work.lease_until, work.attempts, work.failure = None, 0, None
        if not asked_again and again is not None:
            work.run_at = again


def work_failed(session: Session, failed: DueWork, failure: str) -> None:
    """Try again later; work that has to be done is never given up."""
    with unit_of_work(session):
        work = session.get_one(DueWork, failed.id, with_for_update=True)
        work.lease_until, work.failure = None, failure
        work.run_at = clock.now() + (pause(work.attempts) or PAUSES[-1])


def see_to(session: Session, kinds: Collection[str]) -> None:
    """Have recurring work waiting, each kind once."""
    there = set(session.scalars(select(DueWork.kind).where(DueWork.kind.in_(kinds))))
    if there >= set(kinds):
        return
    with unit_of_work(session):
        for kind in sorted(set(kinds) - there):
            ask_for(session, kind, kind)
