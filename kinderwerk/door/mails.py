"""What is told of codes to sign in: it names no child."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.door.models import SpokenCode
from kinderwerk.door.texting import code_of
from kinderwerk.families import queries as families
from kinderwerk.families.models import Carer
from kinderwerk.families.reaching import own_number
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register("door.code_made", N_("A code was made to sign in"))
def code_made(session: Session, message: Message) -> Mail | None:
    code = session.get(SpokenCode, UUID(message.subject_ids["code"]))
    carer = session.get(Carer, code.carer_id) if code else None
    if code is None or carer is None or carer.email != message.address:
        return None
    where = families.organisation(session, code.organisation_id).name
    return letter("code_made", _("A code to sign in"), where=where)


@register("door.code_texted", N_("A code to sign in, by text message"))
def code_texted(session: Session, message: Message) -> Mail | None:
    return _with_code(session, message, "door.redeem")


@register("door.number_asked", N_("A code to confirm a number"))
def number_asked(session: Session, message: Message) -> Mail | None:
    return _with_code(session, message, "families.mine")


def _with_code(session: Session, message: Message, page: str) -> Mail | None:
    """Make a message with the digits, as long as they work and the number is still theirs."""
    code = session.get(SpokenCode, UUID(message.subject_ids["code"]))
    carer = session.get(Carer, code.carer_id) if code else None
    if code is None or carer is None or code.expires_at <= clock.now():
        return None
    if own_number(carer) != message.address:
        return None
    where = families.organisation(session, code.organisation_id).name
    said = _("%(code)s is your code for %(where)s", code=code_of(code), where=where)
    return letter("code_texted", said, where=where, link=address(page))
