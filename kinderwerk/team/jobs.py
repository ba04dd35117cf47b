"""What the worker does each day about certificates."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.messages.work import register
from kinderwerk.team import service


@register("team.remind", every=timedelta(days=1))
def remind(session: Session, subject: str) -> None:
    service.remind(session)
