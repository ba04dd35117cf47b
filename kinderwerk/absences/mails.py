"""Mails about who is away: never about any case."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Away, User
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register


@register("absences.told", N_("Somebody is away, and who stands in"))
def told(session: Session, message: Message) -> Mail | None:
    made = session.get(Away, UUID(message.subject_ids["about"]))
    if made is None or made.last_day < clock.today():
        return None
    if made.organisation_id != message.organisation_id:
        return None
    reader = UUID(message.subject_ids["reader"])
    deputy = session.get(User, made.deputy_id) if made.deputy_id else None
    return letter(
        "absence_told", _("Somebody is away"), away=made, person=made.user, deputy=deputy,
        yours=reader == made.deputy_id, own=reader == made.user_id, there=address("today.index"),
    )  # fmt: skip


@register("absences.alone", N_("Open cases without anybody who is there"))
def alone(session: Session, message: Message) -> Mail | None:
    return letter(
        "absence_alone", _("Somebody has to stand in"), there=address("absences.everybody")
    )


@register("absences.officer", N_("No protection officer is there"))
def officer(session: Session, message: Message) -> Mail | None:
    return letter(
        "absence_officer", _("The protection officer is away, and nobody stands in"),
        there=address("absences.everybody"),
    )  # fmt: skip


@register("absences.privacy_officer", N_("No privacy officer is there"))
def privacy_officer(session: Session, message: Message) -> Mail | None:
    return letter(
        "absence_privacy_officer", _("The privacy officer is away, and nobody stands in"),
        there=address("absences.everybody"),
    )  # fmt: skip
