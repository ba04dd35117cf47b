"""Forgetting referrals. How many were sent goes on counting."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from kinderwerk.core import clock
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.referrals import queries
from kinderwerk.referrals.models import Referral, ReferralLink, ReferralShare, ReferralStep
from kinderwerk.referrals.rules import Status
from kinderwerk.storage.erasing import ERASED, remove


def closed(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return referrals that are closed, with the day on which that was written down."""
    rows = session.execute(
        select(Referral.id, func.max(ReferralStep.created_at))
        .join(ReferralStep, ReferralStep.referral_id == Referral.id)
        .where(Referral.organisation_id == organisation_id, Referral.status == Status.CLOSED)
        .group_by(Referral.id)
    )
    return {id: clock.to_wall(at).date() for id, at in rows}


def families_in(session: Session, organisation_id: UUID) -> set[UUID]:
    kept = select(Referral.family_id).where(Referral.organisation_id == organisation_id)
    return set(session.scalars(kept))


def forget(session: Session, ids: Collection[UUID]) -> None:
    found = session.scalars(select(Referral).where(Referral.id.in_(ids))).all()
    facts.freeze(session, facts_rules.total(queries.counted(session, found)))
    remove(session, ReferralStep, ReferralStep.referral_id.in_(ids))
    remove(session, ReferralLink, ReferralLink.referral_id.in_(ids))
    remove(session, ReferralShare, ReferralShare.referral_id.in_(ids))
    remove(session, Referral, Referral.id.in_(ids))


def let_go_of_signals(session: Session, ids: Collection[UUID]) -> None:
    """Let referrals stand that came from signals which are about to go."""
    _let_go(session, Referral.signal_id, ids)


def let_go_of_support(session: Session, ids: Collection[UUID]) -> None:
    _let_go(session, Referral.trajectory_id, ids)


def _let_go(
    session: Session, column: InstrumentedAttribute[UUID | None], ids: Collection[UUID]
) -> None:
    session.execute(
        update(Referral).where(column.in_(ids)).values({column: None}),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )
