"""Forgetting lessons, a long time after they were let in or last changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.learning.library.models import Lesson, LessonText
from kinderwerk.storage.erasing import remove


def forget_lessons(session: Session, organisation_id: UUID, before: datetime) -> None:
    """Take away lessons that stand as they stand since before that moment."""
    since = Lesson.stands_since < clock.to_wall(before).date()
    over = (Lesson.organisation_id == organisation_id, since)
    remove(session, LessonText, LessonText.lesson_id.in_(select(Lesson.id).where(*over)))
    remove(session, Lesson, *over)
