"""One-time links: asked by anybody, answered the same to all, used once by who reads the mail."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import NOBODY
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import Link, User
from kinderwerk.accounts.rules import LINK_LASTS, GoneLink, LinkPurpose, LinkWish, Tried
from kinderwerk.accounts.service.attempts import attempt
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages.service import tell
from kinderwerk.storage.work import unit_of_work


def ask(session: Session, wish: LinkWish) -> None:
    """Have a link mailed. What happens here is the same whether or not anybody is known there."""
    attempt(session, Tried.LINK, wish.email, wish.place)
    with unit_of_work(session):
        link = Link(
            purpose=wish.purpose, email=wish.email, expires_at=clock.now() + LINK_LASTS,
            onward=wish.onward,
        )  # fmt: skip
        session.add(link)
        tell(
            session, key=f"link:{link.id}", template=f"accounts.{wish.purpose.value}",
            address=wish.email, language=wish.language, link=link.id,
        )  # fmt: skip


def opened(session: Session, link_id: UUID, token: str, purpose: LinkPurpose) -> Link:
    """Return a link that can still be used."""
    return _valid(session.get(Link, link_id), token, purpose)


def use(session: Session, link_id: UUID, token: str, purpose: LinkPurpose) -> Link:
    """Use a link up, in the unit of work of what it is used for."""
    link = _valid(session.get(Link, link_id, with_for_update=True), token, purpose)
    link.used_at = clock.now()
    return link


def owner(session: Session, link: Link) -> User:
    """Return whose link this is, who must be here already."""
    user = queries.by_email(session, link.email)
    if user is None:
        raise GoneLink
    return user


def sign_in(session: Session, link_id: UUID, token: str, language: str) -> tuple[User, str | None]:
    """Sign in by a link, and make the account when it is the first time; say where to go on."""
    with unit_of_work(session):
        link = use(session, link_id, token, LinkPurpose.SIGN_IN)
        user = account_of(session, link.email, language)
        user.last_signed_in_at = clock.now()
        audit.record(session, user.actor(), "user.signed_in", user.id, by="link")
        return user, link.onward


def account_of(session: Session, email: str, language: str) -> User:
    """Return who signs in with this address, who may be new; in the unit of work of the reason."""
    return queries.by_email(session, email) or _made(session, email, language)


def void(session: Session, emails: Collection[str]) -> None:
    """Let no link open that was mailed there, in the unit of work of the reason."""
    unused = update(Link).where(Link.email.in_(emails), Link.used_at.is_(None))
    session.execute(unused.values(used_at=clock.now()))


def _made(session: Session, email: str, language: str) -> User:
    """Make an account without a role; two links for one new address may arrive together."""
    try:
        with session.begin_nested():
            user = User(email=email, name="", language=language)
            session.add(user)
            audit.record(session, NOBODY, "user.came", user.id)
    except IntegrityError:
        found = queries.by_email(session, email)
        if found is None:
            raise
        return found
    return user


def _valid(link: Link | None, token: str, purpose: LinkPurpose) -> Link:
    if (
        link is None
        or link.purpose is not purpose
        or not signer.fits(token, link.id, link.purpose.value, link.expires_at)
        or link.used_at is not None
        or link.expires_at <= clock.now()
    ):
        raise GoneLink
    return link
