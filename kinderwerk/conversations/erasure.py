"""Forgetting talks with children. How many there were goes on counting."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.conversations import queries
from kinderwerk.conversations.models import Conversation
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.storage.erasing import remove


def forget_talks(session: Session, organisation_id: UUID, before: datetime) -> None:
    """Take away what was written down before that moment."""
    old = (Conversation.organisation_id == organisation_id, Conversation.created_at < before)
    found = session.scalars(select(Conversation).where(*old)).all()
    if found:
        facts.freeze(session, facts_rules.total(queries.counted(session, found)))
        remove(session, Conversation, Conversation.id.in_([one.id for one in found]))
