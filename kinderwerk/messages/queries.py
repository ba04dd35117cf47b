"""Reading the outbox, and finding what is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from kinderwerk.access.conditions import same_organisation
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.core import clock
from kinderwerk.messages.models import DueWork, Mailbox, Message
from kinderwerk.messages.rules import Channel, Fate
from kinderwerk.storage.scoping import scope, within

PAGE: Final = 30

SCOPE = scope(Resource.MESSAGE, Message, {same_organisation: within(Message.organisation_id)})


def unsettled() -> tuple[ColumnElement[bool], ...]:
    """Hold for what was neither sent nor given up."""
    return Message.sent_at.is_(None), Message.failed_at.is_(None), Message.dropped_at.is_(None)


def due_messages(at: datetime) -> Select[Any]:
    """Select what is to be sent and held by nobody, the oldest first."""
    return (
        select(Message)
        .where(
            *unsettled(), Message.held_at.is_(None),
            Message.due_at <= at, or_(Message.lease_until.is_(None), Message.lease_until < at),
        )
        .order_by(Message.due_at, Message.id)
    )  # fmt: skip


def due_work(at: datetime) -> Select[Any]:
    free = or_(DueWork.lease_until.is_(None), DueWork.lease_until < at)
    return select(DueWork).where(and_(DueWork.run_at <= at, free)).order_by(DueWork.run_at)


def anything(session: Session, wanted: Select[Any]) -> bool:
    """Tell whether there is something to claim, without taking a lock to find out."""
    found = session.execute(wanted.limit(1)).first() is not None
    session.rollback()
    return found


def unsent(reader_id: UUID) -> Select[Message]:
    """Select what one reader is still to be told."""
    return select(Message).where(Message.reader_id == reader_id, *unsettled()).order_by(Message.id)


def mailbox(
    session: Session, organisation_id: UUID, address: str, *, lock: bool = False
) -> Mailbox | None:
    wanted = select(Mailbox).where(
        Mailbox.organisation_id == organisation_id, Mailbox.address == address
    )
    return session.scalar(wanted.with_for_update() if lock else wanted)


def rests(session: Session, message: Message) -> bool:
    """Tell whether so much came back from there that nothing is sent any more."""
    if message.organisation_id is None:
        return False
    box = mailbox(session, message.organisation_id, message.address)
    return box is not None and box.silent_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list of messages is narrowed down to."""

    fate: Fate | None = None
    channel: Channel | None = None
    template: str = ""


def newest(session: Session, actor: Actor, filters: Filters, number: int) -> list[Message]:
    """Return what was told lately for this actor's organisation: a page, and one more if any."""
    wanted = select(Message).where(SCOPE.visible(actor))
    if filters.fate:
        wanted = wanted.where(came_to(filters.fate))
    if filters.channel:
        wanted = wanted.where(Message.channel == filters.channel)
    if filters.template:
        wanted = wanted.where(Message.template == filters.template)
    newest_first = wanted.order_by(Message.due_at.desc(), Message.id.desc())
    return list(session.scalars(newest_first.offset((number - 1) * PAGE).limit(PAGE + 1)))


def came_to(fate: Fate) -> ColumnElement[bool]:
    """Hold for messages that came to this; the twin of `Message.fate`."""
    marks = {
        Fate.BOUNCED: Message.bounced_at, Fate.SENT: Message.sent_at,
        Fate.DROPPED: Message.dropped_at, Fate.FAILED: Message.failed_at,
        Fate.HELD: Message.held_at,
    }  # fmt: skip
    before = list(marks)[: list(marks).index(fate)] if fate in marks else list(marks)
    own = [marks[fate].is_not(None)] if fate in marks else []
    return and_(*own, *(marks[one].is_(None) for one in before))


def silent_addresses(session: Session, organisation_id: UUID) -> set[str]:
    """Return where what this organisation sends does not arrive."""
    here = Mailbox.organisation_id == organisation_id
    return set(session.scalars(select(Mailbox.address).where(here, Mailbox.silent_at.is_not(None))))


def silent(session: Session, actor: Actor) -> list[Mailbox]:
    """Return the addresses at which messages of this organisation do not arrive."""
    here = Mailbox.organisation_id == actor.organisation_id
    found = select(Mailbox).where(here, Mailbox.silent_at.is_not(None))
    return list(session.scalars(found.order_by(Mailbox.last_at.desc()).limit(100)))


def by_id(session: Session, message_id: int) -> Message:
    return session.get_one(Message, message_id)


def box(session: Session, box_id: UUID) -> Mailbox:
    return session.get_one(Mailbox, box_id)


def posted(session: Session, most: int) -> list[Message]:
    """Return what went out last, to whomever: for a neighbourhood in which nobody exists."""
    due = select(Message).where(Message.due_at <= clock.now())
    return list(session.scalars(due.order_by(Message.due_at.desc(), Message.id.desc()).limit(most)))
