"""What people are told by mail about signing in and about invitations."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.accounts import queries
from kinderwerk.accounts.models import FactorReset, Invitation, Link, Membership
from kinderwerk.accounts.rules import LINK_LASTS, NOTICE, LinkPurpose
from kinderwerk.accounts.tokens import signer
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register

MINUTES = int(LINK_LASTS.total_seconds() // 60)


def _usable(session: Session, message: Message) -> Link | None:
    link = session.get(Link, UUID(message.subject_ids["link"]))
    if link is None or link.used_at or link.expires_at <= clock.now():
        return None
    return link


def _address(link: Link, endpoint: str) -> str:
    token = signer.token(link.id, link.purpose.value, link.expires_at)
    return address(endpoint, link_id=link.id, token=token)


@register(f"accounts.{LinkPurpose.SIGN_IN}", N_("Link to sign in"))
def sign_in(session: Session, message: Message) -> Mail | None:
    link = _usable(session, message)
    if link is None:
        return None
    there = _address(link, "accounts.follow")
    return letter("sign_in", _("Your link to Kinderwerk"), there=there, minutes=MINUTES)


@register(f"accounts.{LinkPurpose.PASSWORD}", N_("Link for a new password"))
def password(session: Session, message: Message) -> Mail | None:
    """Tell the address only what it may know: without an account there is nothing to send."""
    link = _usable(session, message)
    if link is None or queries.by_email(session, link.email) is None:
        return None
    there = _address(link, "accounts.new_password")
    return letter("password", _("A new password for Kinderwerk"), there=there, minutes=MINUTES)


@register("accounts.invitation", N_("Invitation"))
def invitation(session: Session, message: Message) -> Mail | None:
    offer = session.get(Invitation, UUID(message.subject_ids["invitation"]))
    if offer is None or offer.accepted_at or offer.revoked_at or offer.expires_at <= clock.now():
        return None
    token = signer.token(offer.id, LinkPurpose.INVITATION.value, offer.expires_at)
    there = address("accounts.invitation", invitation_id=offer.id, token=token)
    where = queries.organisation_name(session, offer)
    return letter(
        "invitation", _("An invitation from %(where)s", where=where),
        there=there, where=where, offer=offer,
    )  # fmt: skip


@register("accounts.changed", N_("What changed about signing in"))
def changed(session: Session, message: Message) -> Mail | None:
    return letter(
        "account_changed", _("Something changed about how you sign in"),
        what=message.subject_ids["what"],
    )  # fmt: skip


@register("accounts.claim_gone", N_("A role that was taken away elsewhere"))
def claim_gone(session: Session, message: Message) -> Mail | None:
    held = session.get(Membership, UUID(message.subject_ids["held_id"]))
    if held is None or held.ended_at:
        return None
    return letter(
        "claim_gone", _("Somebody's work has to be handed over"),
        there=address("accounts.member", id=held.id),
    )  # fmt: skip


@register("accounts.idle", N_("Your account at work is about to be locked"))
def idle(session: Session, message: Message) -> Mail | None:
    return letter(
        "account_idle", _("Sign in, or your account will be locked"),
        there=address("accounts.sign_in"), days=NOTICE.days,
    )  # fmt: skip


@register("accounts.handed_over", N_("What was handed over to a colleague"))
def handed_over(session: Session, message: Message) -> Mail | None:
    """Tell how many, never which."""
    taken = message.subject_ids["what"] == "taken"
    subject = _("You carry more from now on") if taken else _("What you carried is handed over")
    return letter(
        "handed_over", subject, taken=taken, count=int(message.subject_ids["count"]),
        there=address("today.index"),
    )  # fmt: skip


@register("accounts.second", N_("Request to be the second person"))
def second(session: Session, message: Message) -> Mail | None:
    wish = session.get(FactorReset, UUID(message.subject_ids["wish"]))
    if wish is None or wish.done_at:
        return None
    return letter(
        "second_person", _("Somebody asks you to agree"), there=address("accounts.resets")
    )
