"""Forgetting stories with the child whom they are about."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.storage.erasing import remove
from kinderwerk.stories.models import Story


def forget_children(session: Session, child_ids: Collection[UUID]) -> None:
    remove(session, Story, Story.child_id.in_(child_ids))
