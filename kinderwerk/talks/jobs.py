"""What the worker does about talks, by itself."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.messages.work import register
from kinderwerk.talks import service, throttle


@register("talks.watch", every=timedelta(minutes=1))
def watch(session: Session, subject: str) -> None:
    """Pass alerts on that nobody saw, and notice what nobody read."""
    service.watch(session)


@register("talks.tidy", every=timedelta(hours=1))
def tidy(session: Session, subject: str) -> None:
    """Destroy the keys with which tries of other days were counted."""
    throttle.tidy(session)
