"""Mails about requests: that one waits, never whose nor what."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.access_requests.service import DUE, WAITS
from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register(DUE, N_("An answer about somebody's details is due soon"))
@register(WAITS, N_("Somebody asked something about their details"))
def waits(session: Session, message: Message) -> Mail | None:
    if session.get(AccessRequest, UUID(message.subject_ids["access_request_id"])) is None:
        return None
    return letter(
        "signal_waits", _("Something waits for you in Kinderwerk"),
        url=address("access_requests.index"),
    )  # fmt: skip
