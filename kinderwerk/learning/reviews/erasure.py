"""Forgetting learning reviews, a long time after the last look."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.learning.reviews.models import LearningReview
from kinderwerk.storage.erasing import remove


def forget_reviews(session: Session, organisation_id: UUID, before: datetime) -> None:
    """Take away reviews that were closed before that moment."""
    here = LearningReview.organisation_id == organisation_id
    remove(session, LearningReview, here, LearningReview.closed_at < before)
