"""Mails about referrals: that one waits, and nothing else."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.referrals.models import Referral


@register("referral_waits", N_("A referral waits for a colleague"))
def waits(session: Session, message: Message) -> Mail | None:
    if session.get(Referral, UUID(message.subject_ids["referral_id"])) is None:
        return None
    return letter(
        "referral_waits", _("A referral waits for you in Kinderwerk"),
        url=address("referrals.index"),
    )  # fmt: skip
