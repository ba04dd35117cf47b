"""What the worker does each day about who turns sixteen."""

from datetime import timedelta

from sqlalchemy.orm import Session

from kinderwerk.families.youth import service
from kinderwerk.messages.work import register


@register("families.sixteen", every=timedelta(days=1))
def sixteen(session: Session, subject: str) -> None:
    service.tell_everybody(session)
