"""Leaving: what somebody carries goes to colleagues first; then a role or an account ends."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import Membership, Passkey, RecoveryCode, User
from kinderwerk.accounts.rules import StillCarrying, closed_address
from kinderwerk.accounts.service import signed_in
from kinderwerk.accounts.service.burdens import burden, hand_over
from kinderwerk.accounts.service.members import current, keep_an_administrator
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.storage.reach import widen
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work


def end(
    session: Session, actor: Actor, old: Membership, heirs: Mapping[str, UUID] | None = None
) -> None:
    """End a role, once nothing is left behind."""
    with unit_of_work(session):
        held = current(session, actor, old)
        keep_an_administrator(session, held)
        hand_over(session, actor, held, heirs or {})
        held.ended_at = clock.now()
        audit.record(session, actor, "member.ended", held.id, role=held.role.value)


def close(session: Session, actor: Actor) -> None:
    """Close one's own account: nobody signs in with it any more, and its address is free."""
    with unit_of_work(session):
        user = queries.myself(session, actor)
        session.refresh(user, with_for_update=True)
        for held in user.current_memberships:
            if held.organisation_id:
                widen(session, held.organisation_id)
            if burden(session, held):
                raise StillCarrying
            keep_an_administrator(session, held)
            held.ended_at = clock.now()
        ended = [held.id for held in user.memberships]
        signed_in.end_all(session, user.id)
        _disarm(session, user)
        user.email = closed_address(user.id)
        audit.record(session, actor, "user.closed", user.id, also=ended)


def _disarm(session: Session, user: User) -> None:
    seal(session, user, factor_secret=None)
    user.password_hash, user.factor_confirmed_at, user.factor_last_step = None, None, 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    theirs = delete(Passkey).where(Passkey.user_id == user.id)
    session.execute(theirs, execution_options={"audited": "user.closed"})
