"""Forgetting what children proposed; that goals reached them stays counted elsewhere."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.ideas.models import Idea
from kinderwerk.storage.erasing import remove


def forget_ideas(session: Session, organisation_id: UUID, before: datetime) -> None:
    """Take away ideas that were written down before that moment."""
    remove(session, Idea, Idea.organisation_id == organisation_id, Idea.created_at < before)
