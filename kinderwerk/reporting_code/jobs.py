"""What the worker does about cases, by itself."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.messages.work import register
from kinderwerk.reporting_code import service


@register("reporting_code.remind", every=timedelta(hours=1))
def remind(session: Session, subject: str) -> None:
    """Remind of steps that are overdue."""
    service.remind(session)
