"""What the worker does about the trail, by itself."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.audit import seals
from kinderwerk.messages.work import register


@register("trail.seal", every=timedelta(minutes=10))
def seal(session: Session, subject: str) -> None:
    """Seal what was recorded since the last time."""
    seals.seal_all(session)
