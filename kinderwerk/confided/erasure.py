"""Forgetting who was named: with the record, and with the carer."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.confided.models import Confided
from kinderwerk.storage.erasing import remove


def forget(session: Session, record_ids: Collection[UUID]) -> None:
    remove(session, Confided, Confided.record_id.in_(record_ids))


def forget_carers(session: Session, carer_ids: Collection[UUID]) -> None:
    remove(session, Confided, Confided.carer_id.in_(carer_ids))
