"""Coming in through an identity provider, which may also say who is what."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import NOBODY, Actor, Role
from kinderwerk.accounts import queries
from kinderwerk.accounts.carrying import loads
from kinderwerk.accounts.models import (
    Invitation,
    Membership,
    Organisation,
    OutsideAccount,
    OutsideAnswer,
    User,
)
from kinderwerk.accounts.rules import (
    AWAY_LASTS,
    ClosedHere,
    ConnectedElsewhere,
    KnownOtherwise,
    NoPlaceYet,
    ProviderRefused,
    StillCarried,
    Tried,
    Vouched,
    refuse_locked,
)
from kinderwerk.accounts.service import notices
from kinderwerk.accounts.service.attempts import INSERT, attempt
from kinderwerk.accounts.service.burdens import burden
from kinderwerk.accounts.service.members import join, keep_an_administrator
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.config import Provider
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.messages.service import tell
from kinderwerk.storage.reach import widen
from kinderwerk.storage.work import unit_of_work


def attempted(session: Session, place: str) -> None:
    """Count an answer before it is looked at; from one place come whole town halls."""
    attempt(session, Tried.PROVIDER, place, place)


def take(session: Session, provider: Provider, state: str) -> None:
    """Take an answer to a question of ours, once."""
    until = clock.now() + AWAY_LASTS
    taken = INSERT[session.get_bind().dialect.name](OutsideAnswer).values(
        state_hash=signer.disguise("oidc state", state), expires_at=until
    )
    with unit_of_work(session):
        new = session.scalars(
            taken.on_conflict_do_nothing().returning(OutsideAnswer.state_hash)
        ).all()
    if not new:
        raise ProviderRefused(name=provider.name)


def sign_in(session: Session, provider: Provider, told: Vouched, language: str) -> User:
    """Let in who is known there: invited here, in a group that has a role here, or connected."""
    with unit_of_work(session):
        user = _known(session, provider, told) or _welcomed(session, provider, told, language)
        stays = _follow(session, provider, user, told)
        able = bool(user.current_memberships) and not stays
        if able:
            user.last_signed_in_at = clock.now()
            audit.record(session, user.actor(), "user.signed_in", user.id, by="provider")
    if stays:
        raise StillCarried(name=provider.name)
    if not able:
        raise NoPlaceYet(name=provider.name)
    return user


def connect(session: Session, actor: Actor, provider: Provider, told: Vouched) -> None:
    """Let whoever is signed in and works here come in through the provider from now on."""
    with unit_of_work(session):
        user = queries.myself(session, actor)
        session.refresh(user, with_for_update=True)
        if not user.current_memberships:
            raise Withheld("only who works here has an account at a provider")
        found = _outside(session, told)
        if found and found.user_id != user.id:
            raise ConnectedElsewhere(name=provider.name)
        if found is None:
            _bind(session, user, told, provider)


def disconnect(session: Session, actor: Actor) -> None:
    """Let nobody come in as oneself through a provider any more."""
    with unit_of_work(session):
        user = queries.myself(session, actor)
        known = queries.outside_accounts(session, user)
        for found in known:
            session.delete(found)
            audit.record(session, actor, "user.disconnected", user.id, also=[found.id])
        if known:
            notices.tell_change(session, user, "disconnected")


def refused(session: Session, why: str) -> None:
    """Put on record that somebody did not come in, and why, but not who: nobody here."""
    with unit_of_work(session):
        audit.record(session, NOBODY, "provider.refused", _NO_ONE, why=why)


_NO_ONE = UUID(int=0)


def _outside(session: Session, told: Vouched) -> OutsideAccount | None:
    return session.scalar(
        select(OutsideAccount)
        .where(OutsideAccount.issuer == told.issuer, OutsideAccount.subject == told.subject)
        .with_for_update()
    )


def _known(session: Session, provider: Provider, told: Vouched) -> User | None:
    """Return who this account belongs to here; one that was shut only an invitation opens."""
    found = _outside(session, told)
    if found is None:
        return None
    user = session.get_one(User, found.user_id, with_for_update=True)
    refuse_locked(user.locked_at)
    offers = _offers(session, told)
    if found.shut_at and not offers:
        raise ClosedHere
    found.shut_at, found.last_used_at = None, clock.now()
    for offer in offers:
        join(session, offer, user)
    audit.record(session, user.actor(), "user.came_from_provider", user.id, also=[found.id])
    return user


def _welcomed(session: Session, provider: Provider, told: Vouched, language: str) -> User:
    """Connect who comes for the first time: never by an address alone that nobody invited."""
    if told.email is None:
        raise NoPlaceYet(name=provider.name)
    offers, known = _offers(session, told), queries.by_email(session, told.email)
    if not offers and known:
        raise KnownOtherwise(name=provider.name)
    if not offers and not any(wanted for _, wanted in _given(session, provider, told)):
        raise NoPlaceYet(name=provider.name)
    user = known or _made(session, told, offers, language)
    for offer in offers:
        join(session, offer, user)
    _bind(session, user, told, provider)
    return user


def _made(session: Session, told: Vouched, offers: list[Invitation], language: str) -> User:
    name = told.name or next((offer.name for offer in offers), "")
    user = User(email=told.email or "", name=name, language=language)
    session.add(user)
    session.flush()
    audit.record(session, NOBODY, "user.came", user.id)
    return user


def _bind(session: Session, user: User, told: Vouched, provider: Provider) -> None:
    bound = OutsideAccount(
        user_id=user.id, issuer=told.issuer, subject=told.subject, last_used_at=clock.now()
    )
    try:
        with session.begin_nested():
            session.add(bound)
            audit.record(session, user.actor(), "user.connected", user.id, also=[bound.id])
    except IntegrityError:
        raise ConnectedElsewhere(name=provider.name) from None
    notices.tell_change(session, user, "connected")


def _offers(session: Session, told: Vouched) -> list[Invitation]:
    """Return the invitations to an address that they proved to read."""
    if told.email is None:
        return []
    waiting = select(Invitation).where(
        Invitation.email == told.email, Invitation.organisation_id.is_not(None),
        Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None),
        Invitation.expires_at > clock.now(),
    )  # fmt: skip
    return list(session.scalars(waiting.order_by(Invitation.id).with_for_update()))


def _given(
    session: Session, provider: Provider, told: Vouched
) -> Iterator[tuple[Organisation, set[Role]]]:
    """Yield for each organisation what the groups of this person make them there."""
    named = select(Organisation).where(Organisation.name.in_(provider.roles))
    for here in session.scalars(named.order_by(Organisation.name)):
        groups = provider.roles[here.name]
        yield here, {role for group, role in groups.items() if group in told.groups}


def _follow(session: Session, provider: Provider, user: User, told: Vouched) -> bool:
    """Give and take the roles that the provider decides about; tell whether one has to stay.

    Where somebody ended a role of this person by hand, no group opens it again.
    """
    stays = False
    for here, wanted in _given(session, provider, told):
        theirs = [held for held in user.memberships if held.organisation_id == here.id]
        current = [held for held in theirs if held.ended_at is None]
        widen(session, here.id)
        for held in current:
            if held.claimed and held.role not in wanted:
                stays |= not _taken(session, user, held)
        if not any(held.ended_at and not held.claimed for held in theirs):
            for role in sorted(wanted - {held.role for held in current}):
                _give(session, user, here, role, current)
    return stays


def _give(
    session: Session, user: User, here: Organisation, role: Role, others: list[Membership]
) -> None:
    held = Membership(
        role=role, organisation=here, municipality=here.municipality, claimed=True,
        checked=any(one.checked for one in others),
    )  # fmt: skip
    user.memberships.append(held)
    session.flush()
    audit.record(
        session, user.actor(held.id), "member.claimed", held.id, also=[user.id], role=role.value
    )


def _tell_administrators(session: Session, held: Membership) -> None:
    """Let somebody see to what is carried in a role that its provider took away; once a day."""
    for admin in queries.administrators(session, held):
        tell(
            session, key=f"claim gone:{held.id}:{admin.id}:{clock.today()}",
            template="accounts.claim_gone", address=admin.email, language=admin.language,
            organisation_id=held.organisation_id, held_id=held.id,
        )  # fmt: skip


def _taken(session: Session, user: User, held: Membership) -> bool:
    """End a role, unless something would be left without anybody."""
    actor = user.actor(held.id)
    if burden(session, held):
        audit.record(session, actor, "member.claim_gone", held.id, role=held.role.value)
        _tell_administrators(session, held)
        return False
    keep_an_administrator(session, held)
    held.ended_at = clock.now()
    if held.organisation_id:
        loads.end(session, actor, user.id, held.organisation_id)
    audit.record(session, actor, "member.unclaimed", held.id, role=held.role.value)
    return True
