"""What is told to who cares for a child: it names no child."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.accounts.rules import GoneLink
from kinderwerk.core.words import N_
from kinderwerk.families import queries as families
from kinderwerk.families.custody import service
from kinderwerk.families.models import Care
from kinderwerk.families.reaching import is_at
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register("custody.invited", N_("Invitation to the family page"))
def invited(session: Session, message: Message) -> Mail | None:
    care = session.get(Care, UUID(message.subject_ids["care"]))
    if care is None or message.address != care.carer.email:
        return None
    try:
        proof = service.token(care)
        service.invited(session, care.id, proof)
    except GoneLink:
        return None
    where = families.organisation(session, care.organisation_id).name
    return letter(
        "custody_invited", _("An invitation from %(where)s", where=where), where=where,
        link=address("custody.accept", id=care.id, token=proof), until=care.invited_until,
        oneself=care.child.own is care,
    )  # fmt: skip


@register("custody.corrected", N_("A name or number was put right"))
def corrected(session: Session, message: Message) -> Mail | None:
    care = session.get(Care, UUID(message.subject_ids["care"]))
    if care is None or care.shut or not is_at(care.carer, message.address):
        return None
    where = families.organisation(session, care.organisation_id).name
    return letter(
        "custody_corrected", _("We put something about you right"), where=where,
        link=address("families.mine"),
    )  # fmt: skip
