"""What the worker does about draws by itself."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.activities.placing import DRAW_AHEAD
from kinderwerk.draws import service
from kinderwerk.messages.work import register


@register(DRAW_AHEAD)
def prepare(session: Session, subject: str) -> None:
    service.prepare(session, UUID(subject))


@register(service.CLOSE)
def close(session: Session, subject: str) -> None:
    service.close(session, UUID(subject))


@register(service.HOLD)
def hold(session: Session, subject: str) -> None:
    service.hold(session, UUID(subject))
