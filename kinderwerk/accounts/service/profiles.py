"""What people decide about their own account."""

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import Profile
from kinderwerk.audit import service as audit
from kinderwerk.storage.work import unit_of_work


def change(session: Session, actor: Actor, profile: Profile) -> None:
    with unit_of_work(session):
        user = queries.myself(session, actor)
        user.name, user.language = profile.name, profile.language
        audit.record(session, actor, "user.changed", user.id)


def choose_language(session: Session, actor: Actor, language: str) -> None:
    with unit_of_work(session):
        user = queries.myself(session, actor)
        if user.language != language:
            user.language = language
            audit.record(session, actor, "user.changed", user.id)


def sign_out_everywhere(session: Session, actor: Actor) -> User:
    """Let every session of this person end, on whatever device."""
    with unit_of_work(session):
        user = queries.myself(session, actor)
        session.refresh(user, with_for_update=True)
        user.epoch += 1
        audit.record(session, actor, "user.signed_out_everywhere", user.id)
    return user
