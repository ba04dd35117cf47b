"""How a carer wants to be told: changed by themselves, signed in or from a mail."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families import queries as families
from kinderwerk.families import reaching
from kinderwerk.families.models import Care, Carer
from kinderwerk.messages import phones
from kinderwerk.messages import service as messages
from kinderwerk.messages.gateway import ways
from kinderwerk.messages.models import Message
from kinderwerk.messages.rules import Channel
from kinderwerk.notices.rules import MOST_ADDRESSES, Amount, NoWay, TooManyAddresses, Wishes
from kinderwerk.storage.work import revise, unit_of_work

ADDRESS: Final = "notice.address"
MOVED: Final = "notice.moved"
CONFIRM_WITHIN: Final = timedelta(days=2)


def mine(session: Session, actor: Actor, organisation_id: UUID) -> Carer:
    """Return this person as the carer whom that organisation tells things."""
    carer = families.carer_here(session, actor.id, organisation_id) if actor.id else None
    if carer is None:
        raise Withheld("a family of another organisation")
    return carer


def change(session: Session, actor: Actor, organisation_id: UUID, wishes: Wishes) -> bool:
    """Note how somebody wants to be told; tell whether a new address is to be confirmed first."""
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.FAMILY)
        carer = mine(session, actor, organisation_id)
        country = ways.country
        if wishes.channel is Channel.SMS and not (country and phones.normal(wishes.phone, country)):
            raise NoWay
        _note(session, actor, carer, wishes.amount, channel=wishes.channel, phone=wishes.phone)
        if not wishes.email or wishes.email == carer.email:
            return False
        _ask(session, carer, wishes.email)
    return True


def change_by_mail(
    session: Session, carer_id: UUID, until: int, proof: str, amount: Amount
) -> None:
    """Do the same for whoever reads our mail, as far as it is about how much comes."""
    with unit_of_work(session):
        carer = by_mail(session, carer_id, until, proof)
        _note(session, SYSTEM, carer, amount, channel=carer.channel, phone=carer.phone)


def by_mail(session: Session, carer_id: UUID, until: int, proof: str) -> Carer:
    """Return the carer to whose settings a link leads, while they may still be told anything."""
    carer = _told(session, carer_id)
    if not reaching.fits(proof, carer, _moment(until)):
        raise NoResultFound
    return carer


def _told(session: Session, carer_id: UUID) -> Carer:
    told = select(Care.carer_id).where(
        Care.contact_allowed, Care.ended_at.is_(None), Care.held_at.is_(None)
    )
    return session.scalars(select(Carer).where(Carer.id == carer_id, Carer.id.in_(told))).one()


def _shut_out(session: Session, carer: Carer) -> Sequence[Carer]:
    """Return who may hear nothing of a child of this carer."""
    children = select(Care.child_id).where(Care.carer_id == carer.id)
    shut = or_(~Care.contact_allowed, Care.ended_at.is_not(None))
    return session.scalars(
        select(Carer).join(Care, Care.carer_id == Carer.id).where(Care.child_id.in_(children), shut)
    ).all()


def _moment(until: int) -> datetime:
    """Return when a link is over; a number that is no moment was over long ago."""
    try:
        return datetime.fromtimestamp(until, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.min.replace(tzinfo=UTC)


def _note(
    session: Session, actor: Actor, carer: Carer, amount: Amount, *, channel: Channel, phone: str
) -> None:
    wanted = {
        "reminders": amount is Amount.ALL, "only_needed": amount is Amount.NEEDED,
        "channel": channel, "phone": phone,
    }  # fmt: skip
    changed = [name for name, value in wanted.items() if getattr(carer, name) != value]
    if changed:
        revise(carer, None, **wanted)
        audit.record(session, actor, "carer.changed", carer.id, changed=changed)


def _ask(session: Session, carer: Carer, email: str) -> None:
    """Write to an address that somebody says is theirs; it counts once they answer from there."""
    asked = select(func.count()).where(
        Message.reader_id == carer.id, Message.template == ADDRESS,
        Message.created_at > clock.now() - timedelta(days=1),
    )  # fmt: skip
    if (session.scalar(asked) or 0) >= MOST_ADDRESSES:
        raise TooManyAddresses
    messages.tell(
        session, key=f"address:{carer.id}:{clock.now().timestamp():.0f}", template=ADDRESS,
        address=email, language=carer.language, organisation_id=carer.organisation_id,
        reader_id=carer.id, carer=carer.id,
    )  # fmt: skip


def address_token(message: Message) -> str:
    """Return what proves that the mail was read at the address that is to be confirmed."""
    if message.reader_id is None:
        raise ValueError("an address is somebody's")
    until = message.created_at + CONFIRM_WITHIN
    return signer.token(message.reader_id, f"address {message.id} {message.address}", until)


def asked(session: Session, message_id: int, proof: str) -> Message:
    """Return the question to which a link in a mail leads, while it may be answered."""
    message = session.scalars(
        select(Message).where(Message.id == message_id, Message.template == ADDRESS)
    ).one()
    until = message.created_at + CONFIRM_WITHIN
    about = f"address {message.id} {message.address}"
    if (
        message.reader_id is None
        or until <= clock.now()
        or not signer.fits(proof, message.reader_id, about, until)
    ):
        raise NoResultFound
    carer = _told(session, message.reader_id)
    if message.address in {one.email for one in _shut_out(session, carer)}:
        raise NoResultFound
    return message


def confirm(session: Session, message_id: int, proof: str) -> None:
    """Tell somebody things at the address from which they answered; twice is once."""
    with unit_of_work(session):
        message = asked(session, message_id, proof)
        carer = session.get_one(Carer, message.reader_id, with_for_update=True)
        if carer.email != message.address:
            _tell_the_old_one(session, carer, message)
            revise(carer, None, email=message.address)
            audit.record(session, SYSTEM, "carer.changed", carer.id, changed=["email"])
        messages.trust_again(session, carer.organisation_id, message.address)


def _tell_the_old_one(session: Session, carer: Carer, message: Message) -> None:
    """Say at the address that counted until now that it does no more: perhaps that was a thief."""
    if carer.email:
        messages.tell(
            session, key=f"moved:{message.id}", template=MOVED, address=carer.email,
            language=carer.language, organisation_id=carer.organisation_id, reader_id=carer.id,
        )  # fmt: skip
