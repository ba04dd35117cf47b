"""Papers that go before their time: with whoever asked, or with those of whom they tell."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.papers.models import Paper
from kinderwerk.storage.erasing import remove


def forget_asked_by(session: Session, ids: Collection[UUID]) -> None:
    remove(session, Paper, Paper.asked_by_id.in_(ids))


def forget_of(session: Session, organisation_id: UUID | None) -> None:
    """Forget what may tell of whoever is forgotten there: what goes soon can be made again."""
    remove(session, Paper, Paper.organisation_id == organisation_id, Paper.asked_by_id.is_not(None))
