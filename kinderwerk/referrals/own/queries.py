"""Which referrals a parent may see: those on which they are named, and nobody else's."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access.vocabulary import Actor
from kinderwerk.confided import queries as confided
from kinderwerk.confided.rules import Kind
from kinderwerk.referrals import queries
from kinderwerk.referrals.models import Referral


def mine(session: Session, actor: Actor) -> Sequence[Referral]:
    """Return the referrals that this person is named on and may see, the newest first."""
    ids = confided.open_to(session, actor.id, Kind.REFERRAL)
    if not ids:
        return []
    wanted = select(Referral).where(Referral.id.in_(ids)).options(joinedload(Referral.partner))
    return session.scalars(wanted.order_by(Referral.created_at.desc(), Referral.id)).all()


def by_id(session: Session, actor: Actor, referral_id: UUID) -> Referral:
    """Return one of them; whoever is not named on it finds nothing there."""
    if not confided.lets(session, actor.id, Kind.REFERRAL, referral_id):
        raise NoResultFound
    return queries.by_id(session, referral_id)
