"""Forgetting what child councils talked about."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.council.models import CouncilPoint
from kinderwerk.storage.erasing import remove


def forget_points(session: Session, organisation_id: UUID, before: datetime) -> None:
    remove(
        session, CouncilPoint, CouncilPoint.organisation_id == organisation_id,
        CouncilPoint.created_at < before,
    )  # fmt: skip
