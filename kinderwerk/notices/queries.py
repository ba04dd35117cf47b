"""Reading whom something concerns, and whether they can be reached."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.activities.models import Occurrence
from kinderwerk.notices.audience import live, readers
from kinderwerk.signups import queries as signups

occurrence = signups.occurrence


def families_of(session: Session, activity_id: UUID) -> int:
    """Return how many families are told of a change of plans."""
    return len(readers(live(session, activity_id)))


def families(session: Session, date: Occurrence) -> int:
    """Return how many are told of a change of one date."""
    concerned = [
        one
        for one in live(session, date.activity_id)
        if one.occurrence_id in (None, date.id)
    ]  # fmt: skip
    return len(readers(concerned))
