"""Mails about shifts: that somebody is looked for."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register("staffing.open", N_("Shifts that are open again"))
def open_again(session: Session, message: Message) -> Mail | None:
    return letter("shifts_open", _("Somebody is looked for"), there=address("staffing.open_shifts"))
