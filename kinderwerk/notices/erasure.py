"""Forgetting what was said to families."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.notices.models import Bulletin
from kinderwerk.storage.erasing import remove


def forget_said(session: Session, organisation_id: UUID, before: datetime) -> None:
    """Take away what was said before that moment, with the messages in which it was."""
    here = Bulletin.organisation_id == organisation_id
    remove(session, Bulletin, here, Bulletin.created_at < before)
