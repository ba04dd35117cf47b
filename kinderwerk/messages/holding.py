"""Keeping messages back: where they go, somebody reads along who may not.

What waits is held beforehand by `service.hold`, and whoever makes the text of another says so by
raising Held. Once there is a safe address, `service.let_go` sends what is still true.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.messages.models import Message
from kinderwerk.messages.queries import unsent
from kinderwerk.storage.work import unit_of_work


class Held(Exception):
    """What this message tells is not for everybody who reads there."""


def hold(session: Session, message_id: int) -> None:
    with unit_of_work(session):
        message = session.get_one(Message, message_id, with_for_update=True)
        message.held_at, message.lease_until, message.attempts = clock.now(), None, 0


def drop(session: Session, reader_id: UUID, about: Collection[UUID]) -> None:
    """Let nothing of this go out to one reader, in the unit of work of whoever asks."""
    named = {str(id) for id in about}
    for message in session.scalars(unsent(reader_id).with_for_update()):
        if named & {str(id) for id in message.subject_ids.values()}:
            message.dropped_at = clock.now()


def count(session: Session, readers: Collection[UUID]) -> dict[UUID, int]:
    """Return how many messages each of these readers waits for."""
    rows = session.execute(
        select(Message.reader_id, func.count())
        .where(
            Message.reader_id.in_(readers), Message.held_at.is_not(None),
            Message.dropped_at.is_(None),
        )
        .group_by(Message.reader_id)
    )  # fmt: skip
    return {id: many for id, many in rows if id}
