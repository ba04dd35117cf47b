"""Mails about signals: that something waits, and nothing else."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.signals.models import Signal


@register("signal_waits", N_("Something waits for a colleague"))
def waits(session: Session, message: Message) -> Mail | None:
    if session.get(Signal, UUID(message.subject_ids["signal_id"])) is None:
        return None
    return letter(
        "signal_waits", _("Something waits for you in Kinderwerk"), url=address("signals.index")
    )


@register("signal_late", N_("Something was not looked at in time"))
def late(session: Session, message: Message) -> Mail | None:
    if session.get(Signal, UUID(message.subject_ids["signal_id"])) is None:
        return None
    return letter(
        "signal_late", _("Something was not looked at in time"), url=address("signals.index")
    )
