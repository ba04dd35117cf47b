"""Being signed in: begun, gone on with in another role, noted, ended; one row for each device."""

import secrets
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Membership, SignIn, User
from kinderwerk.accounts.rules import lasting
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.storage.work import unit_of_work


def start(
    session: Session,
    user: User,
    acting: Membership | None,
    device: str,
    before: UUID | None,
    *,
    factor: bool = False,
) -> str:
    """Sign somebody in on this device, in place of whoever was before; return the token."""
    limits = lasting(acting.role if acting else None)
    user_id, membership_id = user.id, acting.id if acting else None
    token, now = secrets.token_urlsafe(32), clock.now()
    with unit_of_work(session):
        if before:
            _end(session, SignIn.id == before)
        session.add(
            SignIn(
                user_id=user_id, token_hash=signer.disguise("signed in", token), device=device,
                membership_id=membership_id, last_seen_at=now, until=now + limits.absolute,
                proved_at=now, factor_at=now if factor else None,
            )
        )  # fmt: skip
    return token


def act(session: Session, here: UUID, acting: Membership | None) -> None:
    """Go on in another membership, or as a parent; a working day then ends it."""
    limits = lasting(acting.role if acting else None)
    membership_id = acting.id if acting else None
    with unit_of_work(session):
        row = session.get_one(SignIn, here, with_for_update=True)
        now = max(clock.now(), row.last_seen_at)
        row.membership_id, row.until = membership_id, min(row.until, now + limits.absolute)
        if row.factor_at and now - row.factor_at >= limits.absolute:
            row.factor_at = None


def note(session: Session, here: UUID) -> None:
    """Note that somebody came by; a clock that jumped back changes nothing."""
    now = clock.now()
    seen = update(SignIn).where(SignIn.id == here, SignIn.last_seen_at < now)
    with unit_of_work(session):
        session.execute(seen.values(last_seen_at=now))


def proved(session: Session, here: UUID, *, factor: bool = False) -> None:
    """Note in the unit of work of the proof that it was given here."""
    row = session.get_one(SignIn, here, with_for_update=True)
    row.proved_at = clock.now()
    if factor:
        row.factor_at = clock.now()


def renew(session: Session, here: UUID) -> str:
    """Return a new token for this device, after a proof; the one before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    with unit_of_work(session):
        row = session.get_one(SignIn, here, with_for_update=True)
        row.token_hash = signer.disguise("signed in", token)
    return token


def end(session: Session, actor: Actor, which: UUID) -> None:
    """Sign out on one device, be it this one."""
    with unit_of_work(session):
        row = session.get(SignIn, which, with_for_update=True)
        if row is None or row.user_id != actor.id:
            raise Withheld("people sign out themselves only")
        if row.ended_at is None:
            row.ended_at = clock.now()
            audit.record(session, actor, "user.signed_out", row.user_id)


def end_others(session: Session, actor: Actor, here: UUID | None) -> None:
    """Sign out on every device but this one."""
    with unit_of_work(session):
        if actor.id is None:
            raise Withheld("only a person is signed in")
        end_all(session, actor.id, here)
        audit.record(session, actor, "user.signed_out_elsewhere", actor.id)


def end_all(session: Session, user_id: UUID, keep: UUID | None = None) -> None:
    """Sign somebody out everywhere, but for one device; in the unit of work of the reason."""
    _end(session, SignIn.user_id == user_id, SignIn.id != keep)


def _end(session: Session, *which: object) -> None:
    over = update(SignIn).where(*which, SignIn.ended_at.is_(None))  # type: ignore[arg-type]
    session.execute(over.values(ended_at=clock.now()))
