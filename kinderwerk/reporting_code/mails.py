"""Mails about cases of the reporting code: that something waits, and nothing else."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.reporting_code.models import CodeCase


@register("code_waits", N_("Something waits for a colleague"))
def waits(session: Session, message: Message) -> Mail | None:
    if session.get(CodeCase, UUID(message.subject_ids["case_id"])) is None:
        return None
    return letter(
        "signal_waits", _("Something waits for you in Kinderwerk"), url=address("today.index")
    )
