"""Forgetting people: parents go whole, of people at work stays that somebody was there."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import (
    Away,
    FactorReset,
    Invitation,
    Link,
    Membership,
    OutsideAccount,
    Passkey,
    RecoveryCode,
    SignIn,
    User,
)
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages import erasure as messages
from kinderwerk.storage.erasing import remove
from kinderwerk.storage.sealing import seal

NOBODY_AT = "invalid"


def left(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return whose last role was in this organisation, and since when they have none at all."""
    rows = session.execute(
        select(Membership.user_id, Membership.organisation_id, Membership.ended_at)
        .join(User, User.id == Membership.user_id)
        .where(User.email.not_like(f"%@{NOBODY_AT}"))
        .order_by(Membership.ended_at)
    ).all()
    working = {id for id, _, ended_at in rows if ended_at is None}
    last = {id: (where, ended_at) for id, where, ended_at in rows if id not in working}
    return {
        id: clock.to_wall(ended_at).date()
        for id, (where, ended_at) in last.items()
        if where == organisation_id and ended_at
    }


def parents(session: Session) -> dict[UUID, date]:
    """Return who never worked here, with the day on which they last signed in."""
    rows = session.execute(
        select(User.id, User.last_signed_in_at, User.created_at).where(~User.memberships.any())
    )
    return {id: clock.to_wall(seen or made).date() for id, seen, made in rows}


def forget(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    """Forget accounts: whoever worked here leaves a nameless row, a parent leaves none."""
    worked = set(session.scalars(select(Membership.user_id).where(Membership.user_id.in_(ids))))
    gone = set(ids) - worked
    _shut(session, ids)
    _forget_addresses(session, gone)
    _forget_staff(session, actor, worked)
    remove(session, User, User.id.in_(gone))


def _forget_addresses(session: Session, ids: Collection[UUID]) -> None:
    """Take away links that were asked for, and what was sent to people about their account."""
    theirs = session.scalars(select(User.email).where(User.id.in_(ids))).all()
    remove(session, Link, Link.email.in_(theirs))
    messages.forget_about_accounts(session, theirs)


def _forget_staff(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    """Take the name, the address and every way in from people whose deeds stay on record."""
    for user in session.scalars(select(User).where(User.id.in_(ids)).with_for_update()):
        user.name, user.email = "", f"{user.id}@{NOBODY_AT}"
        user.password_hash = None
        user.factor_confirmed_at, user.factor_last_step = None, 0
        seal(session, user, factor_secret=None)
        audit.record(session, actor, "user.forgotten", user.id)
    session.flush()


def forget_invitations(session: Session, organisation_id: UUID, before: datetime) -> None:
    over = func.coalesce(Invitation.accepted_at, Invitation.revoked_at, Invitation.expires_at)
    remove(session, Invitation, Invitation.organisation_id == organisation_id, over < before)


def _shut(session: Session, ids: Collection[UUID]) -> None:
    remove(session, SignIn, SignIn.user_id.in_(ids))
    remove(session, Away, Away.user_id.in_(ids))
    remove(session, Passkey, Passkey.user_id.in_(ids))
    remove(session, OutsideAccount, OutsideAccount.user_id.in_(ids))
    remove(session, FactorReset, FactorReset.user_id.in_(ids))
    remove(session, RecoveryCode, RecoveryCode.user_id.in_(ids))
    remove(session, Passkey, Passkey.user_id.in_(ids))
