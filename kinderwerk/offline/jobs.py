"""What the worker does about devices, by itself."""

from datetime import timedelta

from sqlalchemy import delete, exists, or_
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.messages.work import register
from kinderwerk.offline.models import RegisterChange, RegisterDevice
from kinderwerk.offline.rules import KEPT, LASTS, OPEN
from kinderwerk.storage.work import unit_of_work


@register("offline.tidy", every=timedelta(hours=6))
def tidy(session: Session, subject: str) -> None:
    """Forget what was answered long ago and waits for nobody, and devices out of use."""
    now = clock.now()
    waits = RegisterChange.outcome.in_(OPEN) & RegisterChange.settled_at.is_(None)
    told = exists().where(RegisterChange.device_id == RegisterDevice.id)
    over = or_(RegisterDevice.ended_at < now - KEPT, RegisterDevice.last_seen_at < now - LASTS)
    with unit_of_work(session):
        session.execute(
            delete(RegisterChange).where(RegisterChange.created_at < now - KEPT, ~waits)
        )
        session.execute(delete(RegisterDevice).where(over, ~told))
