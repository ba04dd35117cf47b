"""That something of a person is to be renewed, or ends: to them, and to who coordinates."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Membership
from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register("team.renew", N_("A certificate of good conduct is to be renewed"))
def renew(session: Session, message: Message) -> Mail | None:
    title = _("A certificate of good conduct is to be renewed")
    return _about(session, message, "team_renew", title)


@register("team.ends", N_("A training or a contract ends soon"))
def ends(session: Session, message: Message) -> Mail | None:
    return _about(session, message, "team_ends", _("A training or a contract ends soon"))


def _about(session: Session, message: Message, template: str, title: str) -> Mail | None:
    held = session.get(Membership, UUID(message.subject_ids["colleague"]))
    if held is None or held.ended_at:
        return None
    own = message.subject_ids["own"] == "yes"
    link = address("team.me") if own else address("team.detail", id=held.id)
    return letter(template, title, own=own, link=link)
