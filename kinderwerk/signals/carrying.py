"""What somebody carries here goes to colleagues when they leave."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.carrying import Load, Move
from kinderwerk.audit import service as audit
from kinderwerk.core.words import N_
from kinderwerk.signals import queries
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import CLOSED


def _theirs(user_id: UUID, organisation_id: UUID) -> ColumnElement[bool]:
    return and_(
        Signal.owner_id == user_id, Signal.organisation_id == organisation_id,
        Signal.status.not_in(CLOSED),
    )  # fmt: skip


def carried(session: Session, user_id: UUID, organisation_id: UUID) -> int:
    counted = select(func.count()).select_from(Signal).where(_theirs(user_id, organisation_id))
    return session.scalar(counted) or 0


def hand_over(session: Session, actor: Actor, move: Move) -> list[UUID]:
    theirs = select(Signal).where(_theirs(move.leaving_id, move.organisation_id))
    heirs = []
    for row in session.scalars(theirs.with_for_update()).all():
        heirs.append(move.heir(queries.colleagues(session, row)))
        row.owner_id, row.version = heirs[-1], row.version + 1
        audit.record(session, actor, "signal.handed_over", row.id, owner=heirs[-1])
    return heirs


LOAD: Final = Load("signals", N_("Open signals"), frozenset(queries.CARRIERS), carried, hand_over)
