"""What the worker does about the trail, by itself."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.audit import seals
from kinderwerk.core import clock
from kinderwerk.messages.work import register
from kinderwerk.trail import service


@register("trail.seal", every=timedelta(minutes=10))
def seal(session: Session, subject: str) -> None:
    """Seal what was recorded since the last time."""
    seals.seal_all(session)


@register("trail.review", every=timedelta(hours=6))
def review(session: Session, subject: str) -> None:
    """Make the list of last week, on Monday or as soon after it as a worker is at work."""
    service.review(session, clock.today())
