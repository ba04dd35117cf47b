"""Mails about incidents: that something waits, and nothing else."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.safety.models import Incident


@register("incident_waits", N_("Something serious happened"))
def incident(session: Session, message: Message) -> Mail | None:
    return _waits(session, message, "safety.index")


@register("boundary_waits", N_("Something waits for the confidential adviser"))
def boundary(session: Session, message: Message) -> Mail | None:
    return _waits(session, message, "safety.boundaries")


@register("breach_waits", N_("A data breach waits for a decision"))
def breach(session: Session, message: Message) -> Mail | None:
    return _waits(session, message, "safety.breaches")


def _waits(session: Session, message: Message, where: str) -> Mail | None:
    if session.get(Incident, UUID(message.subject_ids["incident_id"])) is None:
        return None
    return letter("signal_waits", _("Something waits for you in Kinderwerk"), url=address(where))
