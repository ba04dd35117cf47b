"""What the worker does about requests, by itself."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.access_requests import service
from kinderwerk.messages.work import register


@register("access_requests.remind", every=timedelta(days=1))
def remind(session: Session, subject: str) -> None:
    """Remind of answers that are due soon, and let go of those to strangers."""
    service.remind(session)
    service.tidy(session)
