"""A code that goes to the telephone of a parent who reads no mail.

It is the same row as a code that is read out, but nobody has to know the digits: they are worked
out from it while the message is sent. Another code asks whether somebody answers at a number; that
one lets nobody in, since a number that was mistyped is a stranger's.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import NOBODY, Action, Actor, Resource
from kinderwerk.accounts.rules import Tried
from kinderwerk.accounts.service.attempts import attempt
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.core.words import N_
from kinderwerk.door.codes import (
    LASTS,
    SIGNS,
    WrongCode,
    digits,
    has_no_other_way,
    stands_for,
    void,
)
from kinderwerk.door.models import SpokenCode
from kinderwerk.families import queries as families
from kinderwerk.families.models import Carer
from kinderwerk.families.reaching import own_number, textable
from kinderwerk.messages import phones
from kinderwerk.messages.gateway import ways
from kinderwerk.messages.rules import Channel
from kinderwerk.messages.service import tell
from kinderwerk.storage.work import revise, unit_of_work

#: Whoever is known to more organisations at one number gets a code of each.
MOST: Final = 3
CONFIRMING: Final = "number to confirm"


class NoNumber(Refusal):
    message = N_("No message can be sent to your number. Put it right first.")


def ask(session: Session, typed: str, place: str) -> None:
    """Send a code to who answers at a number and reads no mail; nobody learns whether."""
    number = phones.normal(typed, ways.country) if ways.country else None
    attempt(session, Tried.TEXTED_CODE, number or typed, place)
    with unit_of_work(session):
        there = select(Carer).where(Carer.confirmed_phone == number, Carer.email.is_(None))
        for carer in session.scalars(there.order_by(Carer.id).limit(MOST)).all():
            free = any(has_no_other_way(session, care) for care in carer.cares)
            if free and number and textable(carer) == number:
                made = _made(session, carer)
                made.hash = stands_for(code_of(made))
                _send(session, carer, made, number, "door.code_texted")


def mine(session: Session, actor: Actor, organisation_id: UUID) -> Carer:
    """Return this person as carer, if they read no mail."""
    carer = families.carer_here(session, actor.id, organisation_id) if actor.id else None
    if carer is None or carer.email or not ways.country:
        raise Withheld("nobody to whom a code would be sent")
    return carer


def ask_myself(session: Session, actor: Actor, organisation_id: UUID, place: str) -> None:
    """Send a code to the number that a parent gave, to see whether they answer there."""
    mine(session, actor, organisation_id)
    attempt(session, Tried.TEXTED_CODE, str(actor.id), place)
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.FAMILY)
        carer = mine(session, actor, organisation_id)
        number = own_number(carer)
        if number is None:
            raise NoNumber
        made = _made(session, carer)
        made.hash = signer.disguise(CONFIRMING, code_of(made))
        _send(session, carer, made, number, "door.number_asked")


def confirm_myself(
    session: Session, actor: Actor, organisation_id: UUID, typed: str, place: str
) -> None:
    """Believe the number at which the code was read."""
    mine(session, actor, organisation_id)
    attempt(session, Tried.SPOKEN_CODE, str(actor.id), place)
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.FAMILY)
        carer = mine(session, actor, organisation_id)
        stood_for = signer.disguise(CONFIRMING, digits(typed))
        found = session.scalar(
            select(SpokenCode).where(
                SpokenCode.carer_id == carer.id, SpokenCode.hash == stood_for,
                SpokenCode.expires_at > clock.now(),
            )
        )  # fmt: skip
        if found is None:
            raise WrongCode
        session.delete(found)
        revise(carer, None, confirmed_phone=own_number(carer))
        audit.record(
            session, actor, "carer.changed", carer.id, also=[found.id],
            changed=["confirmed_phone"],
        )  # fmt: skip


def code_of(row: SpokenCode) -> str:
    """Return what stands in the message: worked out from the row, and kept nowhere."""
    told = signer.disguise("texted code", f"{row.id} {row.expires_at.timestamp():.0f}")
    return f"{int(told, 16) % 10**SIGNS:0{SIGNS}}"


def _made(session: Session, carer: Carer) -> SpokenCode:
    void(session, [carer.id])
    made = SpokenCode(
        organisation_id=carer.organisation_id, carer_id=carer.id, hash="", by_id=None,
        expires_at=clock.now() + LASTS,
    )  # fmt: skip
    session.add(made)
    audit.record(session, NOBODY, "user.code_texted", made.id, also=[carer.id])
    return made


def _send(session: Session, carer: Carer, made: SpokenCode, number: str, template: str) -> None:
    tell(
        session, key=f"code:{made.id}", template=template, address=number, channel=Channel.SMS,
        language=carer.language, organisation_id=carer.organisation_id, reader_id=carer.id,
        code=made.id,
    )  # fmt: skip
