"""Mails about talks: that somebody has to look, and nothing else."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.talks.models import Talk


@register("talk_waits", N_("A child wrote something"))
def waits(session: Session, message: Message) -> Mail | None:
    if session.get(Talk, UUID(message.subject_ids["talk_id"])) is None:
        return None
    return letter(
        "signal_waits", _("Something waits for you in Kinderwerk"), url=address("talks.index")
    )


@register("talk_alert", N_("Somebody has to look now"))
def alert(session: Session, message: Message) -> Mail | None:
    talk = session.get(Talk, UUID(message.subject_ids["talk_id"]))
    if talk is None or not talk.open_alerts:
        return None
    return letter("talk_alert", _("Look in Kinderwerk now"), url=address("talks.index"))
