"""Mails about looking in an emergency: that it happened, not about whom."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.trail.models import BreakGlass


@register("findings_wait", N_("Reading of last week that somebody should look at"))
def findings(session: Session, message: Message) -> Mail | None:
    return letter(
        "signal_waits", _("Something waits for you in Kinderwerk"), url=address("trail.findings")
    )


@register("emergency_looked", N_("A colleague looked in an emergency"))
def looked(session: Session, message: Message) -> Mail | None:
    if session.get(BreakGlass, UUID(message.subject_ids["break_glass_id"])) is None:
        return None
    return letter(
        "emergency_looked", _("A colleague looked in an emergency"), url=address("today.index")
    )
