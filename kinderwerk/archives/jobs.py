"""What the worker does about archives."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.archives import service
from kinderwerk.messages.work import register


@register(service.MAKE)
def make(session: Session, subject: str) -> None:
    service.make(session, UUID(subject))


@register("archives.tidy", every=timedelta(hours=1))
def tidy(session: Session, subject: str) -> None:
    service.tidy(session)
