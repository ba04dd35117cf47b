"""Forgetting what was sent, and to whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from kinderwerk.messages.models import Message
from kinderwerk.storage.erasing import remove


def forget_sent(session: Session, organisation_id: UUID | None, before: datetime) -> None:
    """Take away messages whose fate was sealed before that moment."""
    over = func.coalesce(Message.sent_at, Message.failed_at, Message.dropped_at)
    here = Message.organisation_id == organisation_id
    remove(session, Message, here, over < before)
