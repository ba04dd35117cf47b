"""Incidents about two records that are one child. They move without a word."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import drop, shift
from kinderwerk.safety.models import IncidentChild


def move(session: Session, merge: Merge) -> None:
    known = select(IncidentChild.incident_id).where(IncidentChild.child_id == merge.kept)
    both = session.scalars(known).all()
    drop(
        session, IncidentChild, IncidentChild.child_id == merge.gone,
        IncidentChild.incident_id.in_(both),
    )  # fmt: skip
    shift(session, IncidentChild.child_id, merge.gone, merge.kept)
