"""What is told to carers who are named on a record: that something waits, and nothing else."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.confided import queries
from kinderwerk.confided.rules import Way
from kinderwerk.confided.standing import sees
from kinderwerk.core.words import N_
from kinderwerk.families import queries as families
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register("confided_waits", N_("Something waits for somebody of a family"))
def waits(session: Session, message: Message) -> Mail | None:
    row = queries.one(session, UUID(message.subject_ids["confided"]))
    if row is None or row.way is not Way.MAIL or not sees(row) or row.address != message.address:
        return None
    where = families.organisation(session, row.organisation_id).name
    return letter(
        "confided_waits", _("A message from %(where)s", where=where), where=where,
        url=address("families.mine"),
    )  # fmt: skip
