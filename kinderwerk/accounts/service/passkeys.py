"""Passkeys: a device proves that it is there, and that its owner unlocked it."""

import secrets
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SECOND_FACTOR, Actor
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import Challenge, Passkey, RecoveryCode, User
from kinderwerk.accounts.rules import (
    CHALLENGE_LASTS,
    Answer,
    LastFactor,
    Tried,
    WrongPasskey,
    refuse_locked,
)
from kinderwerk.accounts.service import notices, signed_in
from kinderwerk.accounts.service.attempts import attempt, succeeded
from kinderwerk.accounts.service.factors import new_codes
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work


def ask(session: Session, place: str) -> bytes:
    """Return a fresh question, to be answered once and soon."""
    attempt(session, Tried.PASSKEY, place, place)
    challenge = secrets.token_bytes(32)
    with unit_of_work(session):
        session.add(
            Challenge(challenge_hash=_hashed(challenge), expires_at=clock.now() + CHALLENGE_LASTS)
        )
    return challenge


def add(session: Session, actor: Actor, answer: Answer, here: UUID | None) -> list[str]:
    """Keep a new passkey; with the first second factor come recovery codes."""
    from kinderwerk.accounts import authenticators  # noqa: PLC0415 (heavy, and seldom asked for)

    user = queries.myself(session, actor)
    _use_up(session, answer.challenge)
    made = authenticators.registered(answer)
    with unit_of_work(session):
        session.refresh(user, with_for_update=True)
        known = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
        if session.scalar(known) is not None:
            raise WrongPasskey
        passkey = Passkey(
            user_id=user.id, name=answer.name, credential_id=made.credential_id,
            public_key=made.public_key, sign_count=made.sign_count,
        )  # fmt: skip
        session.add(passkey)
        first = user.factor_confirmed_at is None
        if first:
            user.factor_confirmed_at = clock.now()
        if here:
            signed_in.proved(session, here, factor=True)
        notices.tell_change(session, user, "passkey")
        audit.record(session, actor, "user.passkey_added", user.id, also=[passkey.id])
        return new_codes(session, user) if first else []


def sign_in(session: Session, answer: Answer) -> User:
    """Sign in by a passkey alone: the device, and what unlocks it, are two factors."""
    _use_up(session, answer.challenge)
    with unit_of_work(session):
        passkey = _answered(session, answer)
        user = queries.by_id(session, passkey.user_id)
        if user is None:
            raise WrongPasskey
        refuse_locked(user.locked_at)
        user.last_signed_in_at = clock.now()
        audit.record(
            session, user.actor(), "user.signed_in", user.id, by="passkey", also=[passkey.id]
        )
    return user


def pass_by(session: Session, actor: Actor, answer: Answer, here: UUID | None) -> None:
    """Accept one's own passkey as second factor, or as a fresh proof."""
    user = queries.myself(session, actor)
    _use_up(session, answer.challenge)
    with unit_of_work(session):
        passkey = _answered(session, answer)
        if passkey.user_id != user.id:
            raise WrongPasskey
        if here:
            signed_in.proved(session, here, factor=True)
        audit.record(session, actor, "user.factor_passed", user.id, also=[passkey.id])


def rename(session: Session, actor: Actor, passkey_id: UUID, name: str) -> None:
    with unit_of_work(session):
        passkey = queries.own_passkey(session, actor, passkey_id)
        passkey.name = name
        audit.record(session, actor, "user.passkey_renamed", passkey.user_id, also=[passkey.id])


def remove(session: Session, actor: Actor, passkey_id: UUID) -> None:
    with unit_of_work(session):
        passkey = queries.own_passkey(session, actor, passkey_id)
        user = session.get_one(User, passkey.user_id, with_for_update=True)
        session.delete(passkey)
        session.flush()
        _keep_a_factor(session, user)
        notices.tell_change(session, user, "passkey_removed")
        audit.record(session, actor, "user.passkey_removed", user.id, also=[passkey_id])


def remove_telephone(session: Session, actor: Actor) -> None:
    """Stop asking for codes of a telephone."""
    with unit_of_work(session):
        user = queries.myself(session, actor)
        session.refresh(user, with_for_update=True)
        seal(session, user, factor_secret=None)
        session.flush()
        _keep_a_factor(session, user)
        notices.tell_change(session, user, "factor_removed")
        audit.record(session, actor, "user.factor_removed", user.id)


def _keep_a_factor(session: Session, user: User) -> None:
    """Refuse to take the last factor from somebody whose role needs one."""
    if queries.has_telephone(session, user) or queries.passkeys(session, user):
        return
    if any(held.role in SECOND_FACTOR for held in user.current_memberships):
        raise LastFactor
    user.factor_confirmed_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _answered(session: Session, answer: Answer) -> Passkey:
    """Return the passkey that answered, in the unit of work of what it opens."""
    from kinderwerk.accounts import authenticators  # noqa: PLC0415 (as above)

    told = authenticators.named(answer)
    found = session.scalar(select(Passkey).where(Passkey.credential_id == told).with_for_update())
    if found is None:
        raise WrongPasskey
    found.sign_count = authenticators.counted(answer, found)
    found.last_used_at = clock.now()
    succeeded(session, Tried.PASSKEY, answer.place)
    return found


def _use_up(session: Session, challenge: bytes) -> None:
    """Let nobody answer a question twice: it goes before the answer is even looked at."""
    waiting = delete(Challenge).where(
        Challenge.challenge_hash == _hashed(challenge), Challenge.expires_at > clock.now()
    )
    with unit_of_work(session):
        gone = session.scalars(waiting.returning(Challenge.challenge_hash)).all()
    if not gone:
        raise WrongPasskey


def _hashed(challenge: bytes) -> str:
    return signer.disguise("passkey challenge", challenge.hex())
