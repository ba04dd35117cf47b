"""What people decide about their own account."""

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts import queries
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
