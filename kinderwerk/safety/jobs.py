"""What the worker does about data breaches, by itself."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.messages.work import register
from kinderwerk.safety import service


@register("safety.remind", every=timedelta(hours=1))
def remind(session: Session, subject: str) -> None:
    """Remind of data breaches about which nothing is decided yet."""
    service.remind(session)
