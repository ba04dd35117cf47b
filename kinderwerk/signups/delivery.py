"""Whether what we last told a family arrived, for the list of an activity."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.core.words import N_, Labelled
from kinderwerk.families.custody import hearing
from kinderwerk.families.models import Child
from kinderwerk.messages.models import Message
from kinderwerk.messages.rules import Fate

#: Longer ago it says nothing of today.
RECENT: Final = timedelta(days=60)


class Delivery(Labelled):
    """The better first: one carer who knows is enough."""

    ARRIVED = "arrived", N_("Arrived")
    UNDERWAY = "underway", N_("On its way")
    BOUNCED = "bounced", N_("Came back: call")
    NONE = "none", N_("Nothing sent yet")
    NOWHERE = "nowhere", N_("No address: call")

    @property
    def lost(self) -> bool:
        return self in (Delivery.BOUNCED, Delivery.NOWHERE)


OF: Final[Mapping[Fate, Delivery]] = {
    Fate.SENT: Delivery.ARRIVED, Fate.WAITING: Delivery.UNDERWAY, Fate.HELD: Delivery.UNDERWAY,
    Fate.FAILED: Delivery.BOUNCED, Fate.BOUNCED: Delivery.BOUNCED,
}  # fmt: skip


def of(session: Session, children: Collection[Child]) -> dict[UUID, Delivery]:
    """Return by child what became of the last message to those who are told of it."""
    readers = {child.id: [one.id for one in hearing.readers(child)] for child in children}
    fates = _last(session, {id for ids in readers.values() for id in ids})
    return {
        child_id: min((fates.get(id, Delivery.NONE) for id in ids), key=list(Delivery).index)
        if ids else Delivery.NOWHERE
        for child_id, ids in readers.items()
    }  # fmt: skip


def _last(session: Session, carer_ids: Collection[UUID]) -> dict[UUID | None, Delivery]:
    newest = (
        select(func.max(Message.id))
        .where(
            Message.reader_id.in_(carer_ids), Message.dropped_at.is_(None),
            Message.due_at > clock.now() - RECENT, Message.due_at <= clock.now(),
        )
        .group_by(Message.reader_id)
    )  # fmt: skip
    found = session.scalars(select(Message).where(Message.id.in_(newest)))
    return {one.reader_id: OF[one.fate] for one in found if one.fate in OF}
