"""Leaving: what somebody carries goes to colleagues first; then a role or an account ends."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts import queries
from kinderwerk.accounts.carrying import loads
from kinderwerk.accounts.models import Membership, OutsideAccount, Passkey, RecoveryCode, User
from kinderwerk.accounts.rules import OwnRole, StillCarrying, UnknownAddress, closed_address
from kinderwerk.accounts.service import notices, signed_in
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
        held.end()
        _let_go(session, actor, held)
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
            held.end()
            _let_go(session, actor, held)
        ended = [held.id for held in user.memberships]
        signed_in.end_all(session, user.id)
        _disarm(session, user)
        outside = delete(OutsideAccount).where(OutsideAccount.user_id == user.id)
        session.execute(outside, execution_options={"audited": "user.closed"})
        user.email = closed_address(user.id)
        audit.record(session, actor, "user.closed", user.id, also=ended)


def close_for(
    session: Session, actor: Actor, old: Membership, heirs: Mapping[str, UUID] | None = None
) -> None:
    """Close the account of somebody who left, or whose telephone was stolen, at once.

    They are signed out everywhere and have no role here any more. Who works elsewhere too goes on
    there, and signs in anew; of anybody else nothing is left to come in with at work. The address
    stays: whether somebody is a parent here is not for an administrator to find out.
    """
    with unit_of_work(session):
        held = current(session, actor, old)
        if held.user_id == actor.id:
            raise OwnRole
        user = session.get_one(User, held.user_id, with_for_update=True)
        here = [held, *queries.others_of(session, held)]
        for each in here:
            demand(actor, Action.EDIT, Resource.MEMBER, each.facts)
        _shut(session, actor, user, here, heirs or {})


def close_by_system(session: Session, actor: Actor, email: str, heir: str | None) -> None:
    """Close an account from the command line, with every role, where no administrator is left to.

    What this person carries goes to one colleague, who must be able to take it over.
    """
    with unit_of_work(session):
        user = queries.by_email(session, email)
        colleague = queries.by_email(session, heir) if heir else None
        if user is None or (heir and colleague is None):
            raise UnknownAddress
        session.refresh(user, with_for_update=True)
        heirs = {load.name: colleague.id for load in loads} if colleague else {}
        by_place: dict[UUID | None, list[Membership]] = {}
        for held in user.current_memberships:
            by_place.setdefault(held.organisation_id, []).append(held)
        for here in by_place.values() or [[]]:
            _shut(session, actor, user, here, heirs)


def _shut(
    session: Session, actor: Actor, user: User, here: Sequence[Membership],
    heirs: Mapping[str, UUID],
) -> None:  # fmt: skip
    """End every role in one organisation, and every way in that no other role needs."""
    for held in here[:1]:
        hand_over(session, actor, held, heirs, everything=True)
    for held in here:
        keep_an_administrator(session, held)
        held.end()
        session.flush()
    for held in here[:1]:
        _let_go(session, actor, held)
    signed_in.end_all(session, user.id)
    if not set(user.current_memberships) - set(here):
        _disarm(session, user)
    notices.tell_change(session, user, "closed")
    audit.record(session, actor, "user.closed", user.id, also=[held.id for held in here])


def _let_go(session: Session, actor: Actor, ended: Membership) -> None:
    if ended.organisation_id:
        loads.end(session, actor, ended.user_id, ended.organisation_id)


def _disarm(session: Session, user: User) -> None:
    seal(session, user, factor_secret=None)
    user.password_hash, user.factor_confirmed_at, user.factor_last_step = None, None, 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    theirs = delete(Passkey).where(Passkey.user_id == user.id)
    session.execute(theirs, execution_options={"audited": "user.closed"})
    outside = update(OutsideAccount).where(OutsideAccount.user_id == user.id)
    session.execute(
        outside.values(shut_at=clock.now()), execution_options={"audited": "user.closed"}
    )
