"""The mail that says that it is done: of whom and of what is gone, also from here."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, letter, register
from kinderwerk.privacy.own.service import DONE


@register(DONE, N_("That something was erased"))
def erased(session: Session, message: Message) -> Mail | None:
    return letter("privacy_erased", _("It is done"))
