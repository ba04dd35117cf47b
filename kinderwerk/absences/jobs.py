"""What the worker does about who is away."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.absences import service
from kinderwerk.messages.work import register


@register("absences.watch", every=timedelta(hours=6))
def watch(session: Session, subject: str) -> None:
    service.watch(session)


@register("absences.tidy", every=timedelta(days=1))
def tidy(session: Session, subject: str) -> None:
    service.tidy(session)
