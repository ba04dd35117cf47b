"""The second factor: a telephone that knows a secret and the time, and codes on paper."""

from base64 import urlsafe_b64encode
from hmac import compare_digest
from typing import Final
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import READS_SIGNALS, Action, Actor, Resource
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import FactorReset, Membership, Passkey, RecoveryCode, User
from kinderwerk.accounts.rules import (
    WISH_LASTS,
    AlreadyAsked,
    NoFactor,
    OwnFactor,
    Tried,
    WrongCode,
    folded_code,
    fresh_codes,
    matching_step,
)
from kinderwerk.accounts.service import notices, signed_in
from kinderwerk.accounts.service.attempts import attempt, succeeded
from kinderwerk.accounts.service.passwords import hasher
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.messages.service import tell
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work

#: How many letters and digits a code has, and how long what stands for an older one is.
SIGNS: Final = 10
QUICK: Final = 64


def set_up(
    session: Session, actor: Actor, secret: str, code: str, place: str, here: UUID | None = None
) -> list[str]:
    """Keep a new secret once a code shows that the telephone has it; return recovery codes."""
    user = queries.myself(session, actor)
    attempt(session, Tried.CODE, str(user.id), place)
    step = matching_step(secret, code, clock.now().timestamp(), 0)
    if step is None:
        raise WrongCode
    with unit_of_work(session):
        session.refresh(user, with_for_update=True)
        seal(session, user, factor_secret=secret)
        user.factor_confirmed_at, user.factor_last_step = clock.now(), step
        succeeded(session, Tried.CODE, str(user.id))
        signed_in.end_all(session, user.id, here)
        if here:
            signed_in.proved(session, here, factor=True)
        notices.tell_change(session, user, "factor_set_up")
        audit.record(session, actor, "user.factor_set_up", user.id)
        return new_codes(session, user)


def pass_by(
    session: Session, actor: Actor, code: str, place: str, here: UUID | None = None
) -> None:
    """Accept a code of the telephone, or one of those kept for when it is lost; each once."""
    user = queries.myself(session, actor)
    attempt(session, Tried.CODE, str(user.id), place)
    with unit_of_work(session):
        session.refresh(user, with_for_update=True)
        deed = _by_telephone(session, actor, user, code) or _by_paper(session, user, code)
        if deed is None:
            raise WrongCode
        succeeded(session, Tried.CODE, str(user.id))
        if here:
            signed_in.proved(session, here, factor=True)
        audit.record(session, actor, deed, user.id)


def renew_codes(
    session: Session, actor: Actor, code: str, place: str, here: UUID | None = None
) -> list[str]:
    """Replace the recovery codes by new ones."""
    pass_by(session, actor, code, place, here)
    with unit_of_work(session):
        user = queries.myself(session, actor)
        audit.record(session, actor, "user.codes_renewed", user.id)
        return new_codes(session, user)


def reset(session: Session, actor: Actor, membership: Membership) -> FactorReset:
    """Take away a second factor, or ask for it where a second person has to agree."""
    with unit_of_work(session):
        held = session.get_one(Membership, membership.id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.MEMBER, held.facts)
        user = session.get_one(User, held.user_id, with_for_update=True)
        if user.id == actor.id:
            raise OwnFactor
        if user.factor_confirmed_at is None:
            raise NoFactor
        if queries.waiting_reset(session, user.id):
            raise AlreadyAsked
        wish = FactorReset(
            user_id=user.id, organisation_id=held.organisation_id, asked_by_id=_id(actor)
        )
        session.add(wish)
        audit.record(session, actor, "user.factor_reset_asked", wish.id, user=user.id)
        if any(one.role in READS_SIGNALS for one in user.current_memberships):
            _tell_seconds(session, wish)
        else:
            _take_away(session, actor, wish, user)
        return wish


def agree(session: Session, actor: Actor, asked: FactorReset) -> None:
    """Be the second person; whoever asked, or whose factor it is, never is."""
    with unit_of_work(session):
        wish = session.get_one(FactorReset, asked.id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.FACTOR_RESET, wish.facts)
        if wish.done_at is not None:
            return
        if wish.created_at <= clock.now() - WISH_LASTS:
            raise Withheld("nobody agreed in time")
        wish.agreed_by_id = _id(actor)
        _take_away(session, actor, wish, session.get_one(User, wish.user_id, with_for_update=True))


def reset_by_system(session: Session, actor: Actor, email: str) -> None:
    """Take away a second factor from the command line, where nobody is left to agree."""
    with unit_of_work(session):
        user = queries.by_email(session, email)
        if user is None or user.factor_confirmed_at is None:
            raise NoFactor
        _forget(session, actor, user)


def _by_telephone(session: Session, actor: Actor, user: User, code: str) -> str | None:
    if user.factor_confirmed_at is None:
        return None
    opened = audit.disclose(
        session, actor, "user.factor_checked", user.id, User, [user.id], "factor_secret"
    )
    secret = opened[user.id]["factor_secret"]
    if secret is None:
        return None
    step = matching_step(secret, code, clock.now().timestamp(), user.factor_last_step)
    if step is None:
        return None
    user.factor_last_step = step
    return "user.factor_passed"


def _by_paper(session: Session, user: User, code: str) -> str | None:
    if len(folded_code(code)) != SIGNS:  # not worth the work
        return None
    mine = select(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
    )
    left = session.scalars(mine.order_by(RecoveryCode.id).with_for_update()).all()
    found = next((one for one in left if _stands_for(user, one, code)), None)
    if found is None:
        return None
    found.used_at = clock.now()
    return "user.recovery_code_used"


def _take_away(session: Session, actor: Actor, wish: FactorReset, user: User) -> None:
    wish.done_at = clock.now()
    audit.record(session, actor, "user.factor_reset_done", wish.id, user=user.id)
    _forget(session, actor, user)


def _forget(session: Session, actor: Actor, user: User) -> None:
    seal(session, user, factor_secret=None)
    user.factor_confirmed_at, user.factor_last_step = None, 0
    signed_in.end_all(session, user.id)
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    forget_passkeys(session, user)
    notices.tell_change(session, user, "factor")
    audit.record(session, actor, "user.factor_reset", user.id)


def forget_passkeys(session: Session, user: User) -> None:
    """Take every passkey away, in the unit of work of what puts the account on record."""
    theirs = delete(Passkey).where(Passkey.user_id == user.id)
    session.execute(theirs, execution_options={"audited": "user.factor_reset"})


def new_codes(session: Session, user: User) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = fresh_codes()
    for code in codes:
        kept = RecoveryCode(user_id=user.id, code_hash="")
        kept.code_hash = _hashed(user, kept, code)
        session.add(kept)
    return codes


def _stands_for(user: User, kept: RecoveryCode, code: str) -> bool:
    """Tell whether this is the code; those made before 2026-12 are under a quick hash."""
    quick = len(kept.code_hash) == QUICK
    hashed = _disguised(user, code) if quick else _hashed(user, kept, code)
    return compare_digest(kept.code_hash, hashed)


def _hashed(user: User, kept: RecoveryCode, code: str) -> str:
    """Return what is kept of a code: slow to try, under our key, salted with a random id."""
    slow = hash_secret_raw(
        _disguised(user, code).encode(), kept.id.bytes, time_cost=hasher.time_cost,
        memory_cost=hasher.memory_cost, parallelism=hasher.parallelism, hash_len=32, type=Type.ID,
    )  # fmt: skip
    return urlsafe_b64encode(slow).rstrip(b"=").decode()


def _disguised(user: User, code: str) -> str:
    return signer.disguise(f"recovery code of {user.id}", folded_code(code))


def _tell_seconds(session: Session, wish: FactorReset) -> None:
    for second in queries.seconds(session, wish):
        tell(
            session, key=f"second needed:{wish.id}:{second.id}", template="accounts.second",
            address=second.email, language=second.language,
            organisation_id=wish.organisation_id, wish=wish.id,
        )  # fmt: skip


def _id(actor: Actor) -> UUID:
    if actor.id is None:
        raise Withheld("only a person asks and agrees")
    return actor.id
