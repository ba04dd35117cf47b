"""What the worker does about terms, by itself."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.messages.work import register
from kinderwerk.privacy import service


@register("privacy.purge", every=timedelta(days=1))
def purge(session: Session, subject: str) -> None:
    """Take away what is over."""
    service.purge(session)
