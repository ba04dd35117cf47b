"""Mails about access requests: that one waits, never whose."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register("access_request_waits", N_("A family asked what is written about them"))
def waits(session: Session, message: Message) -> Mail | None:
    if session.get(AccessRequest, UUID(message.subject_ids["access_request_id"])) is None:
        return None
    return letter(
        "signal_waits", _("Something waits for you in Kinderwerk"),
        url=address("access_requests.index"),
    )  # fmt: skip
