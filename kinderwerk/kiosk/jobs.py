"""What the worker does about tablets, by itself."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.kiosk.models import Heard, Kiosk
from kinderwerk.kiosk.rules import KEPT
from kinderwerk.messages.work import register
from kinderwerk.storage.work import unit_of_work


@register("kiosk.tidy", every=timedelta(hours=12))
def tidy(session: Session, subject: str) -> None:
    """Forget the tablets of long ago; what children answered there was only ever counted."""
    over = Kiosk.until < clock.now() - KEPT
    with unit_of_work(session):
        session.execute(delete(Heard).where(Heard.kiosk_id.in_(select(Kiosk.id).where(over))))
        session.execute(delete(Kiosk).where(over))
