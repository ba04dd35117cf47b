"""The mail that tells somebody that a code was made for them: it names no child."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.door.models import SpokenCode
from kinderwerk.families import queries as families
from kinderwerk.families.models import Carer
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, letter, register


@register("door.code_made", N_("A code was made to sign in"))
def code_made(session: Session, message: Message) -> Mail | None:
    code = session.get(SpokenCode, UUID(message.subject_ids["code"]))
    carer = session.get(Carer, code.carer_id) if code else None
    if code is None or carer is None or carer.email != message.address:
        return None
    where = families.organisation(session, code.organisation_id).name
    return letter("code_made", _("A code to sign in"), where=where)
