"""Forgetting what was said in consultations; that they were held stays counted."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.learning.consulting.models import Consultation, ConsultationSeat, Contribution
from kinderwerk.storage.erasing import ERASED, remove


def forget_consultations(session: Session, organisation_id: UUID, before: datetime) -> None:
    """Take the words and the people out of those that were over before that moment."""
    over = (
        Consultation.organisation_id == organisation_id,
        func.coalesce(Consultation.closed_at, Consultation.held_at) < before,
        Consultation.forgotten_on.is_(None),
    )  # fmt: skip
    ids = session.scalars(select(Consultation.id).where(*over)).all()
    remove(session, Contribution, Contribution.consultation_id.in_(ids))
    remove(session, ConsultationSeat, ConsultationSeat.consultation_id.in_(ids))
    session.execute(
        update(Consultation)
        .where(Consultation.id.in_(ids))
        .values(
            case_text=None, key_question=None, first_step=None, signal_id=None,
            first_step_on=None, first_step_done_on=None, forgotten_on=clock.today(),
        ),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )  # fmt: skip


def let_go_of_signals(session: Session, ids: Collection[UUID]) -> None:
    """Let consultations stand that came from signals which are about to go."""
    session.execute(
        update(Consultation).where(Consultation.signal_id.in_(ids)).values(signal_id=None),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )
