"""What the worker does about imports, by itself."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.imports import service
from kinderwerk.messages.work import register


@register("imports.tidy", every=timedelta(hours=1))
def tidy(session: Session, subject: str) -> None:
    service.tidy(session)
