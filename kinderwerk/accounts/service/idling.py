"""Locking accounts at work that nobody uses, after a warning; and opening them again."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kinderwerk.access.vocabulary import SYSTEM, Actor, Role
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import Membership, User
from kinderwerk.accounts.rules import Idle, NotLocked, UnknownAddress, idle
from kinderwerk.accounts.service import notices, signed_in
from kinderwerk.accounts.service.members import current
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages.service import tell
from kinderwerk.storage.work import unit_of_work


def watch(session: Session, days: int) -> None:
    """Warn who did not come for long, and lock who did not come after that."""
    for user in list(_at_work(session)) if days else []:
        step = idle(_seen(user), user.idle_warned_at, clock.now(), days)
        if step:
            _take(session, user, days)


def unlock(session: Session, actor: Actor, old: Membership) -> None:
    """Let somebody of one's own organisation come in again."""
    with unit_of_work(session):
        held = current(session, actor, old)
        user = session.get_one(User, held.user_id, with_for_update=True)
        _open(session, actor, user)


def unlock_by_system(session: Session, actor: Actor, email: str) -> None:
    """Let somebody in again from the command line, where no administrator is left to."""
    with unit_of_work(session):
        user = queries.by_email(session, email)
        if user is None:
            raise UnknownAddress
        session.refresh(user, with_for_update=True)
        _open(session, actor, user)


def _open(session: Session, actor: Actor, user: User) -> None:
    if user.locked_at is None:
        raise NotLocked
    user.locked_at, user.unlocked_at = None, clock.now()
    notices.tell_change(session, user, "unlocked")
    audit.record(session, actor, "user.unlocked", user.id)


def _at_work(session: Session) -> Iterator[User]:
    """Return who has a role that an administrator gave; who reads for a town comes seldom."""
    works = Membership.ended_at.is_(None), Membership.role != Role.MUNICIPALITY
    wanted = select(User).where(User.locked_at.is_(None), User.memberships.any(works[0] & works[1]))
    yield from session.scalars(
        wanted.order_by(User.id).options(selectinload(User.memberships))
    ).all()


def _seen(user: User) -> datetime:
    """Return since when somebody can be missed."""
    roles = (held.created_at for held in user.current_memberships)
    known = (user.created_at, user.last_signed_in_at, user.unlocked_at, *roles)
    return max(each for each in known if each)


def _take(session: Session, user: User, days: int) -> None:
    """Do to somebody what is due, as it stands under the lock."""
    with unit_of_work(session):
        user = session.get_one(User, user.id, with_for_update=True)
        session.refresh(user)
        step = None if user.locked_at else idle(
            _seen(user), user.idle_warned_at, clock.now(), days
        )  # fmt: skip
        if step is Idle.WARN:
            user.idle_warned_at = clock.now()
            _warn(session, user)
            audit.record(session, SYSTEM, "user.idle_warned", user.id)
        if step is Idle.LOCK and not _needed(session, user):
            user.locked_at = clock.now()
            signed_in.end_all(session, user.id)
            notices.tell_change(session, user, "locked")
            audit.record(session, SYSTEM, "user.locked", user.id)


def _warn(session: Session, user: User) -> None:
    tell(
        session, key=f"idle:{user.id}:{clock.now():%Y-%m-%d}", template="accounts.idle",
        address=user.email, language=user.language,
    )  # fmt: skip


def _needed(session: Session, user: User) -> bool:
    """Tell whether nobody would be left who opens accounts in an organisation."""
    return any(
        held.role is Role.ADMIN and not queries.open_administrators(session, held)
        for held in user.current_memberships
    )
