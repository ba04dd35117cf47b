"""A code that a worker reads out, and a parent types on their own phone.

It is for a carer who has no other way in: nobody signs in as them yet, or only ever by a code. It
never opens an account with an address, which may belong to families elsewhere. See ADR 0023.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import NOBODY, Action, Actor, Resource
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import Tried
from kinderwerk.accounts.service.attempts import attempt
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.core.words import N_
from kinderwerk.door.models import SpokenCode
from kinderwerk.door.rules import latin
from kinderwerk.families import queries as families
from kinderwerk.families.models import Care, Carer
from kinderwerk.messages.service import tell
from kinderwerk.storage.work import unit_of_work

LASTS: Final = timedelta(minutes=10)
#: Digits sound alike in no language and look alike on no screen.
SIGNS: Final = 8
KIND: Final = "spoken code"
EVERYBODY: Final = "everybody"
NOWHERE: Final = "spoken.invalid"


class WrongCode(Refusal):
    """The same for a code that is wrong, old or used: nobody learns which."""

    message = N_("This code does not open anything. Ask for a new one: it works for 10 minutes.")
    field = "code"


class OnTheirOwnPhone(Refusal):
    message = N_("You work here. Let the parent type the code on their own phone.")
    field = "code"


class OtherWay(Refusal):
    message = N_("This person signs in by mail already. Let them ask for a link.")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A code as it is read out, to whom it belongs, and until when."""

    code: str
    carer: str

    @property
    def in_pairs(self) -> list[str]:
        return [self.code[at : at + 2] for at in range(0, SIGNS, 2)]


def digits(typed: str) -> str:
    """Return what was typed without spaces and signs, in the digits that machines read."""
    return "".join(sign for sign in latin(typed) if sign.isdigit())


def without_address(user: User) -> bool:
    return user.email.endswith(f"@{NOWHERE}")


def has_no_other_way(session: Session, care: Care) -> bool:
    """Tell whether a code may let this carer in."""
    if not care.opens_portal:
        return False
    user = session.get(User, care.carer.user_id) if care.carer.user_id else None
    return user is None or without_address(user)


def make(session: Session, actor: Actor, child_id: UUID, care_id: UUID) -> Spoken:
    """Make a code for a carer; the one before it is worth nothing any more."""
    code = "".join(secrets.choice("0123456789") for _ in range(SIGNS))
    with unit_of_work(session):
        child = families.locked_child(session, child_id)
        held = demand(actor, Action.CREATE, Resource.SPOKEN_CODE, child.facts)
        care = next((one for one in child.cares if one.id == care_id), None)
        if care is None:
            raise Withheld("a carer of another child")
        if not has_no_other_way(session, care):
            raise OtherWay
        carer = care.carer
        void(session, [carer.id])
        made = SpokenCode(
            organisation_id=carer.organisation_id, carer_id=carer.id, hash=stands_for(code),
            by_id=actor.id, expires_at=clock.now() + LASTS,
        )  # fmt: skip
        session.add(made)
        audit.record(session, actor.using(held), "child.code_made", child_id, also=[made.id])
        if carer.email:
            tell(
                session, key=f"code:{made.id}", template="door.code_made", address=carer.email,
                language=carer.language, organisation_id=carer.organisation_id,
                reader_id=carer.id, code=made.id,
            )  # fmt: skip
    return Spoken(code, carer.name)


def redeem(session: Session, actor: Actor, typed: str, language: str, place: str) -> User:
    """Let whoever types a code in, from now on as this carer. It works once."""
    code = digits(typed)
    attempt(session, Tried.SPOKEN_CODE, code, place)
    attempt(session, Tried.SPOKEN_CODES, EVERYBODY, place)
    if actor.id and _works_here(session, actor.id):
        raise OnTheirOwnPhone
    with unit_of_work(session):
        found = session.scalar(
            select(SpokenCode)
            .where(SpokenCode.hash == stands_for(code), SpokenCode.expires_at > clock.now())
            .with_for_update()
        )
        carer = session.get(Carer, found.carer_id, with_for_update=True) if found else None
        if found is None or carer is None or not any(care.opens_portal for care in carer.cares):
            raise WrongCode
        user = _account(session, actor, carer, language)
        user.last_signed_in_at = clock.now()
        session.delete(found)
        audit.record(
            session, user.actor(), "user.signed_in", user.id, also=[found.id, carer.id], by="code"
        )
    return user


def void(session: Session, carer_ids: Collection[UUID]) -> None:
    """Let codes be worth nothing, in the unit of work that decides so."""
    for one in session.scalars(select(SpokenCode).where(SpokenCode.carer_id.in_(carer_ids))):
        session.delete(one)
        audit.record(session, NOBODY, "user.code_gone", one.id)
    session.flush()


def _account(session: Session, actor: Actor, carer: Carer, language: str) -> User:
    """Return as whom this carer signs in: the parent who is signed in here, or somebody new."""
    if carer.user_id:
        user = session.get_one(User, carer.user_id)
        if not without_address(user):
            raise WrongCode
        return user
    user = session.get_one(User, actor.id) if actor.id else _new(session, carer, language)
    there = select(Carer.id).where(Carer.family_id == carer.family_id, Carer.user_id == user.id)
    if session.scalar(there) is not None:
        raise WrongCode
    carer.user_id = user.id
    return user


def _new(session: Session, carer: Carer, language: str) -> User:
    user = User(email=f"{ids.confidential()}@{NOWHERE}", name=carer.name, language=language)
    session.add(user)
    session.flush()
    audit.record(session, NOBODY, "user.came", user.id)
    return user


def _works_here(session: Session, user_id: UUID) -> bool:
    return bool(session.get_one(User, user_id).current_memberships)


def stands_for(code: str) -> str:
    return signer.disguise(KIND, code)
