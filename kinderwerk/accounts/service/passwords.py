"""Passwords: checked in constant time, changed by who knows the old one or reads their mail."""

from functools import cache
from typing import Final
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import (
    Credentials,
    LinkPurpose,
    NewPassword,
    Tried,
    WrongCredentials,
    WrongPassword,
    check_password,
    refuse_locked,
)
from kinderwerk.accounts.service import links, notices, signed_in
from kinderwerk.accounts.service.attempts import attempt, succeeded
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.storage.work import unit_of_work

hasher: Final = PasswordHasher()


def sign_in(session: Session, credentials: Credentials) -> User:
    attempt(session, Tried.PASSWORD, credentials.email, credentials.place)
    user = queries.by_email(session, credentials.email)
    known = user.password_hash if user else None
    if not matches(known or _nobodys(), credentials.password) or user is None or known is None:
        raise WrongCredentials
    refuse_locked(user.locked_at)
    with unit_of_work(session):
        session.refresh(user, with_for_update=True)
        user.last_signed_in_at = clock.now()
        if hasher.check_needs_rehash(known):
            user.password_hash = hasher.hash(credentials.password)
        succeeded(session, Tried.PASSWORD, credentials.email)
        audit.record(session, user.actor(), "user.signed_in", user.id, by="password")
    return user


@cache
def _nobodys() -> str:
    """Return what is checked when the address is unknown, so that both answers take as long."""
    return hasher.hash("nobody has this password")


def matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def prove(session: Session, actor: Actor, password: str, place: str, here: UUID) -> None:
    """Prove once more that it is really them, on this device."""
    user = queries.myself(session, actor)
    attempt(session, Tried.PASSWORD, user.email, place)
    if not matches(user.password_hash or _nobodys(), password) or user.password_hash is None:
        raise WrongPassword
    with unit_of_work(session):
        signed_in.proved(session, here)
        succeeded(session, Tried.PASSWORD, user.email)
        audit.record(session, actor, "user.proved", user.id)


def change(session: Session, actor: Actor, new: NewPassword, here: UUID | None = None) -> None:
    """Set one's own password, with the old one if there is one; other devices are signed out."""
    user = queries.myself(session, actor)
    attempt(session, Tried.PASSWORD, user.email, new.place)
    if user.password_hash and not matches(user.password_hash, new.current or ""):
        raise WrongPassword
    check_password(new.password, user.email, user.name, *queries.words_around(session, user))
    hashed = hasher.hash(new.password)
    with unit_of_work(session):
        _renew(session, user, hashed, here)
        succeeded(session, Tried.PASSWORD, user.email)
        audit.record(session, actor, "user.password_changed", user.id)


def reset(session: Session, link_id: UUID, token: str, new: NewPassword) -> User:
    """Set a password by a link from a mail; every device is signed out."""
    link = links.opened(session, link_id, token, LinkPurpose.PASSWORD)
    user = links.owner(session, link)
    check_password(new.password, user.email, user.name, *queries.words_around(session, user))
    hashed = hasher.hash(new.password)
    with unit_of_work(session):
        links.use(session, link_id, token, LinkPurpose.PASSWORD)
        _renew(session, user, hashed)
        succeeded(session, Tried.PASSWORD, user.email)
        audit.record(session, user.actor(), "user.password_reset", user.id)
    return user


def _renew(session: Session, user: User, hashed: str, here: UUID | None = None) -> None:
    session.refresh(user, with_for_update=True)
    user.password_hash = hashed
    signed_in.end_all(session, user.id, here)
    notices.tell_change(session, user, "password")
