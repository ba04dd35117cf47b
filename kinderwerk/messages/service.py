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
from kinderwerk.messages.models import DueWork, Mailbox, Message
from kinderwerk.messages.rules import COME_BACK, LEASE, LOST, PAUSES, RESTS, Channel, pause, spread
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
    channel: Channel = Channel.MAIL,
    reader_id: UUID | None = None,
    about_id: UUID | None = None,
    held: bool = False,
    **subjects: object,
) -> None:
    """Put a message in the outbox, in the unit of work of the fact that it tells.

    `key` says what it tells to whom: what was told already is not told again. Only ids and names
    of states go along as subjects; the words are made when it is sent. Who tells need not be one
    who may read what is told: nothing is asked first, and nothing comes back. What is `held` waits
    until it is let go.
    """
    table = cast(Table, Message.__table__)
    told = INSERTS[session.get_bind().dialect.name](table).inline().on_conflict_do_nothing()
    session.execute(
        told,
        {
            "created_at": clock.now(), "key": key, "template": template, "address": address,
            "language": language, "organisation_id": organisation_id, "attempts": 0,
            "due_at": due_at or clock.now(),
            "channel": channel, "reader_id": reader_id, "about_id": about_id,
            "held_at": clock.now() if held else None,
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


def claim_messages(
    session: Session, most: int, channels: Collection[Channel] = tuple(Channel)
) -> list[int]:
    """Take some due messages for a while, so that no other worker sends them too."""
    open_now = Message.channel.in_(channels)
    if not queries.anything(session, queries.due_messages(clock.now()).where(open_now)):
        return []
    with unit_of_work(session):
        at = clock.now()
        due = queries.due_messages(at).where(open_now).limit(most).with_for_update(skip_locked=True)
        claimed = list(session.scalars(due))
        for message in claimed:
            message.lease_until, message.attempts = at + LEASE, message.attempts + 1
        return [message.id for message in claimed]


def hold(session: Session, reader_id: UUID) -> None:
    """Hold back what was not sent yet to one reader, in the unit of work of whoever asks."""
    for message in session.scalars(queries.unsent(reader_id).with_for_update()):
        message.held_at = message.held_at or clock.now()


def let_go(session: Session, reader_id: UUID, address: str, channel: Channel) -> None:
    """Send what was held back for one reader, to the address that they have now."""
    for message in session.scalars(queries.unsent(reader_id).with_for_update()):
        if message.held_at:
            message.held_at, message.due_at = None, clock.now()
            message.address, message.channel = address, channel


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
            message.due_at = clock.now() + spread(wait)
        if for_good and failure != RESTS:
            _came_back(session, message)


def bounced(session: Session, message_id: int, status: str) -> bool:
    """Note that a message came back; told again, as mail servers do, it counts once."""
    with unit_of_work(session):
        message = session.get(Message, message_id, with_for_update=True)
        if message is None or message.bounced_at or message.channel is not Channel.MAIL:
            return False
        message.bounced_at, message.failure = clock.now(), f"Bounced {status}"
        _came_back(session, message)
    return True


def _came_back(session: Session, message: Message) -> None:
    """Count it for the address; after some in a row, what goes there rests."""
    if message.organisation_id is None or message.channel is not Channel.MAIL:
        return
    box = queries.mailbox(session, message.organisation_id, message.address, lock=True)
    if box is None:
        box = Mailbox(organisation_id=message.organisation_id, address=message.address)
        session.add(box)
    box.bounces, box.last_at = box.bounces + 1, clock.now()
    if box.bounces >= COME_BACK:
        box.silent_at = box.silent_at or clock.now()


def trust_again(session: Session, organisation_id: UUID, address: str) -> None:
    """Send to an address again, in the unit of work of who knows that it is right."""
    box = queries.mailbox(session, organisation_id, address, lock=True)
    if box:
        session.delete(box)


def trust(session: Session, actor: Actor, box_id: UUID) -> None:
    """Send to an address again, as somebody here knows that it is right."""
    with unit_of_work(session):
        box = session.get_one(Mailbox, box_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.MESSAGE, box.facts)
        session.delete(box)


def send_again(session: Session, actor: Actor, message: Message) -> None:
    """Give a message that did not arrive a new start; to the address as well."""
    with unit_of_work(session):
        again = session.get_one(Message, message.id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.MESSAGE, again.facts)
        if again.fate not in LOST:
            raise NotFailed
        again.failed_at = again.sent_at = again.bounced_at = again.failure = None
        again.attempts, again.due_at = 0, clock.now()
        if again.organisation_id:
            trust_again(session, again.organisation_id, again.address)


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
        if work is None or work.subject != done.subject:  # its number has gone to other work
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
        work = session.get(DueWork, failed.id, with_for_update=True)
        if work is None or work.subject != failed.subject:
            return
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
