"""Mails about the board: that something waits to be read, and nothing else."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register("board_waits", N_("Children wrote something for the board"))
def waits(session: Session, message: Message) -> Mail:
    return letter("board_waits", _("Children wrote something"), url=address("ideas.to_read"))


@register("board_late", N_("Nobody has read what children wrote"))
def late(session: Session, message: Message) -> Mail:
    return letter(
        "board_late", _("Nobody has read what children wrote"), url=address("ideas.to_read")
    )
