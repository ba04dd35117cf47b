"""Mails about referrals: that one waits, to a partner the way to answer, and nothing else."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation
from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.referrals import links, rules
from kinderwerk.referrals.models import Referral, ReferralLink


@register("referral_waits", N_("A referral waits for a colleague"))
def waits(session: Session, message: Message) -> Mail | None:
    if session.get(Referral, UUID(message.subject_ids["referral_id"])) is None:
        return None
    return letter(
        "referral_waits", _("A referral waits for you in Kinderwerk"),
        url=address("referrals.index"),
    )  # fmt: skip


@register("referral_answered", N_("A partner answered"))
def answered(session: Session, message: Message) -> Mail | None:
    return _points_to(session, message, "referral_answered", _("A partner answered in Kinderwerk"))


@register("referral_stopped", N_("A family stopped a referral"))
def stopped(session: Session, message: Message) -> Mail | None:
    return _points_to(session, message, "referral_stopped", _("A family stopped a referral"))


@register("referral_silent", N_("A partner has not answered for long"))
def silent(session: Session, message: Message) -> Mail | None:
    return _points_to(session, message, "referral_silent", _("A partner has not answered for long"))


def _points_to(session: Session, message: Message, name: str, subject: str) -> Mail | None:
    if session.get(Referral, UUID(message.subject_ids["referral_id"])) is None:
        return None
    return letter(name, subject, url=address("referrals.index"))


@register("referral_link", N_("The link by which a partner answers"))
def link(session: Session, message: Message) -> Mail | None:
    """Write to a partner that something waits: from whom, never about whom."""
    row = session.get(ReferralLink, UUID(message.subject_ids["link_id"]))
    referral = session.get(Referral, row.referral_id) if row else None
    if row is None or referral is None or referral.status in rules.STOPPED:
        return None
    if row.address != message.address:
        return None
    house = session.get_one(Organisation, row.organisation_id)
    return letter(
        "referral_link", _("%(where)s asks for an answer", where=house.name), where=house.name,
        until=row.expires_at, phone=house.phone,
        link=address("answers.answer", id=row.id, token=links.token(row)),
    )  # fmt: skip
