"""Who belongs to an organisation: invited, appointed, ended; never without an administrator."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.accounts import queries
from kinderwerk.accounts.carrying import loads
from kinderwerk.accounts.models import (
    Invitation,
    Membership,
    Municipality,
    Organisation,
    User,
)
from kinderwerk.accounts.rules import (
    INVITATION_LASTS,
    Acceptance,
    AlreadyInvited,
    AlreadyMember,
    Appointment,
    GoneLink,
    InvitationOver,
    Invite,
    LastAdministrator,
    LinkPurpose,
    MembershipOver,
    OwnRole,
    StillCarrying,
    check_password,
)
from kinderwerk.accounts.service import signed_in
from kinderwerk.accounts.service.burdens import burden
from kinderwerk.accounts.service.passwords import hasher
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.messages.service import tell
from kinderwerk.storage.work import unit_of_work


def invite(session: Session, actor: Actor, wish: Invite) -> Invitation:
    """Invite somebody by mail to the organisation for which this administrator acts."""
    with unit_of_work(session):
        membership = demand(actor, Action.CREATE, Resource.MEMBER)
        if membership.organisation_id is None or actor.id is None:
            raise Withheld("people are invited to an organisation")
        here = session.get_one(Organisation, membership.organisation_id, with_for_update=True)
        _demand_reach(actor, here)
        if queries.holds(session, wish.email, here.id, wish.role):
            raise AlreadyMember
        if queries.is_invited(session, wish.email, here.id):
            raise AlreadyInvited
        invitation = Invitation(
            email=wish.email, name=wish.name, role=wish.role, organisation_id=here.id,
            municipality_id=here.municipality_id, neighbourhood_id=wish.neighbourhood_id,
            invited_by_id=actor.id, expires_at=clock.now() + INVITATION_LASTS,
        )  # fmt: skip
        session.add(invitation)
        _mail(session, invitation, wish.language)
        audit.record(session, actor, "member.invited", invitation.id, role=wish.role.value)
    return invitation


def invite_again(session: Session, actor: Actor, old: Invitation, language: str) -> None:
    """Mail a new link; the one before no longer works."""
    with unit_of_work(session):
        invitation = _pending(session, actor, old)
        invitation.expires_at = clock.now() + INVITATION_LASTS
        _mail(session, invitation, language)
        audit.record(session, actor, "member.invited_again", invitation.id)


def withdraw(session: Session, actor: Actor, old: Invitation) -> None:
    with unit_of_work(session):
        invitation = _pending(session, actor, old)
        invitation.revoked_at = clock.now()
        audit.record(session, actor, "member.invitation_withdrawn", invitation.id)


def offered(session: Session, invitation_id: UUID, token: str) -> Invitation:
    """Return an invitation that can still be accepted."""
    return _valid(session.get(Invitation, invitation_id), token)


def accept(session: Session, invitation_id: UUID, token: str, answer: Acceptance | None) -> User:
    """Become a member: with a new password, or with the account that there is."""
    hashed = None
    if answer:
        offer = offered(session, invitation_id, token)
        there = session.get_one(Municipality, offer.municipality_id)
        here = session.get(Organisation, offer.organisation_id) if offer.organisation_id else None
        around = queries.words_of(session, here, there)
        check_password(answer.password, answer.name, offer.email, *around)
        hashed = hasher.hash(answer.password)
    with unit_of_work(session):
        invitation = _valid(session.get(Invitation, invitation_id, with_for_update=True), token)
        user = queries.by_email(session, invitation.email)
        if user is None or user.password_hash is None:
            if answer is None or hashed is None:
                raise GoneLink
            user = _account(session, user, invitation.email, answer, hashed)
        join(session, invitation, user)
    return user


def join(session: Session, invitation: Invitation, user: User) -> None:
    """Make somebody what they were invited to be, in the unit of work of the reason."""
    here = session.get_one(Organisation, invitation.organisation_id)
    held = Membership(
        role=invitation.role, organisation=here, municipality=here.municipality,
        neighbourhood_id=invitation.neighbourhood_id,
        checked=any(
            one.checked and one.organisation_id == here.id for one in user.current_memberships
        ),
    )  # fmt: skip
    user.memberships.append(held)
    invitation.accepted_at = clock.now()
    session.flush()
    audit.record(
        session, user.actor(held.id), "member.joined", held.id,
        also=[user.id, invitation.id], role=held.role.value,
    )  # fmt: skip


def appoint(session: Session, actor: Actor, old: Membership, new: Appointment) -> Membership:
    """Give somebody another role: the old membership ends, so that what was stays known."""
    with unit_of_work(session):
        held = current(session, actor, old)
        if held.user_id == actor.id:
            raise OwnRole
        if held.role is not new.role:
            keep_an_administrator(session, held)
        again = Membership(
            role=new.role, organisation=held.organisation, municipality=held.municipality,
            neighbourhood_id=new.neighbourhood_id, checked=held.checked,
        )  # fmt: skip
        held.user.memberships.append(again)
        session.flush()
        if burden(session, held):
            raise StillCarrying
        held.end()
        if held.organisation_id:
            loads.end(session, actor, held.user_id, held.organisation_id)
        audit.record(
            session, actor, "member.appointed", again.id, also=[held.id, held.user_id],
            before=held.role.value, role=new.role.value,
        )  # fmt: skip
    return again


def _demand_reach(actor: Actor, here: Organisation) -> None:
    demand(actor, Action.EDIT, Resource.MEMBER, here.facts)


def current(session: Session, actor: Actor, old: Membership) -> Membership:
    """Lock the organisation, so that two administrators cannot end each other at once."""
    if old.organisation_id is not None:
        session.get_one(Organisation, old.organisation_id, with_for_update=True)
    held = session.get_one(Membership, old.id)
    demand(actor, Action.EDIT, Resource.MEMBER, held.facts)
    if held.ended_at is not None:
        raise MembershipOver
    return held


def keep_an_administrator(session: Session, leaving: Membership) -> None:
    if leaving.role is Role.ADMIN and not queries.other_administrators(session, leaving):
        raise LastAdministrator


def _pending(session: Session, actor: Actor, old: Invitation) -> Invitation:
    invitation = session.get_one(Invitation, old.id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.MEMBER, invitation.facts)
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationOver
    return invitation


def _mail(session: Session, invitation: Invitation, language: str) -> None:
    tell(
        session, key=f"invitation:{invitation.id}:{invitation.expires_at.timestamp():.0f}",
        template="accounts.invitation", address=invitation.email, language=language,
        organisation_id=invitation.organisation_id, invitation=invitation.id,
    )  # fmt: skip


def _account(
    session: Session, user: User | None, email: str, answer: Acceptance, hashed: str
) -> User:
    """Return the account of a parent who had no password, or a new one."""
    if user is None:
        user = User(email=email, name=answer.name, language=answer.language, password_hash=hashed)
        session.add(user)
        return user
    user.password_hash, user.name = hashed, answer.name
    signed_in.end_all(session, user.id)
    return user


def _valid(invitation: Invitation | None, token: str) -> Invitation:
    purpose = LinkPurpose.INVITATION.value
    if (
        invitation is None
        or not signer.fits(token, invitation.id, purpose, invitation.expires_at)
        or invitation.accepted_at is not None
        or invitation.revoked_at is not None
        or invitation.expires_at <= clock.now()
    ):
        raise GoneLink
    return invitation
