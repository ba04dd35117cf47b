"""How a carer is reached: by which way, at which address, and about what they want to hear."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.accounts.tokens import signer
from kinderwerk.core import clock
from kinderwerk.families.models import Carer
from kinderwerk.messages import phones
from kinderwerk.messages.gateway import ways
from kinderwerk.messages.models import Message
from kinderwerk.messages.rules import Channel
from kinderwerk.messages.service import tell

SETTINGS_FOR: Final = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Way:
    channel: Channel
    address: str


def way(carer: Carer) -> Way | None:
    """Return the way that the carer chose, else the other; None when they have to be called.

    No text goes to a number that somebody has too who may hear nothing.
    """
    if carer.email and carer.channel is not Channel.SMS:
        return Way(Channel.MAIL, carer.email)
    if number := own_number(carer):
        return Way(Channel.SMS, number)
    return Way(Channel.MAIL, carer.email) if carer.email else None


def reads_at(carer: Carer) -> set[str]:
    """Return where this carer would be told, whoever else reads there."""
    number = phones.normal(carer.phone, ways.country) if ways.country else None
    by_text = carer.channel is Channel.SMS or not carer.email
    return {one for one in (carer.email, number if by_text else None) if one}


def own_number(carer: Carer) -> str | None:
    """Return their number as machines write it, unless somebody has it too who is shut out."""
    number = phones.normal(carer.phone, ways.country) if ways.country else None
    if number is None:
        return None
    shut = {
        phones.normal(care.carer.phone, ways.country or "")
        for mine in carer.cares for care in mine.child.cares if care.shut
    }  # fmt: skip
    return None if number in shut else number


def textable(carer: Carer) -> str | None:
    """Return the number to which a code may be sent: somebody found them to answer there."""
    number = own_number(carer)
    return number if number == carer.confirmed_phone else None


def is_at(carer: Carer, address: str) -> bool:
    """Tell whether what goes to this address is still read by this carer."""
    known = {carer.email}
    if ways.country:
        known.add(phones.normal(carer.phone, ways.country))
    return address in known


def tell_carer(
    session: Session, carer: Carer, *, key: str, template: str, about_id: UUID | None = None,
    needed: bool = True, **subjects: Any,
) -> bool:  # fmt: skip
    """Put a message to a carer in the outbox; tell whether there is a way to reach them.

    What is not `needed` is left out for who wants to hear only that.
    """
    found = way(carer)
    if found and (needed or not carer.only_needed):
        tell(
            session, key=key, template=template, address=found.address, channel=found.channel,
            language=carer.language, organisation_id=carer.organisation_id, reader_id=carer.id,
            about_id=about_id, **subjects,
        )  # fmt: skip
    return found is not None


def until(message: Message) -> datetime:
    """Return for how long the link in a message leads to its reader's settings."""
    day = clock.to_wall(message.created_at).date()
    return clock.midnight(day + SETTINGS_FOR)


def token(carer: Carer, until: datetime) -> str:
    """Return what proves that this carer read a message of ours."""
    return signer.token(carer.id, f"settings {carer.key}", until)


def fits(proof: str, carer: Carer, until: datetime) -> bool:
    return clock.now() < until and signer.fits(proof, carer.id, f"settings {carer.key}", until)
