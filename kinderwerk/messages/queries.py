"""Reading the outbox, and finding what is due."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from kinderwerk.access.conditions import same_organisation
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.core import clock
from kinderwerk.messages.models import DueWork, Message
from kinderwerk.storage.scoping import scope, within

SCOPE = scope(Resource.MESSAGE, Message, {same_organisation: within(Message.organisation_id)})


def due_messages(at: datetime) -> Select[Any]:
    """Select what is to be sent and held by nobody, the oldest first."""
    return (
        select(Message)
        .where(
            Message.sent_at.is_(None), Message.failed_at.is_(None), Message.dropped_at.is_(None),
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


def newest(session: Session, actor: Actor, most: int) -> list[Message]:
    """Return what was told lately for this actor's organisation."""
    return list(
        session.scalars(
            select(Message)
            .where(SCOPE.visible(actor))
            .order_by(Message.due_at.desc(), Message.id.desc())
            .limit(most)
        )
    )


def by_id(session: Session, message_id: int) -> Message:
    return session.get_one(Message, message_id)


def posted(session: Session, most: int) -> list[Message]:
    """Return what went out last, to whomever: for a neighbourhood in which nobody exists."""
    due = select(Message).where(Message.due_at <= clock.now())
    return list(session.scalars(due.order_by(Message.due_at.desc(), Message.id.desc()).limit(most)))
