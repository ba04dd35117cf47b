"""Forgetting what children said; that goals reached them stays counted elsewhere."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.files import service as files
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.votes.models import Choice, Vote
from kinderwerk.ideas.votes.rules import KNOWN
from kinderwerk.storage.erasing import ERASED, remove


def forget_ideas(session: Session, organisation_id: UUID, before: datetime) -> None:
    """Take away what was said before that moment, with its drawings and the answers to it."""
    forget(session, Idea.organisation_id == organisation_id, Idea.created_at < before)
    known = clock.now() - KNOWN
    old = Vote.organisation_id == organisation_id, Vote.created_at < min(before, known)
    remove(session, Choice, Choice.vote_id.in_(select(Vote.id).where(*old)))
    remove(session, Vote, *old)


def forget(session: Session, *which: ColumnElement[bool]) -> None:
    gone = session.scalars(select(Idea.id).where(*which)).all()
    if not gone:
        return
    whole = or_(Idea.id.in_(gone), Idea.parent_id.in_(gone))
    drawn = session.scalars(select(Idea.picture_id).where(whole, Idea.picture_id.is_not(None)))
    pictures = [id for id in drawn if id]
    remove(session, Choice, Choice.idea_id.in_(gone))
    remove(session, Idea, Idea.parent_id.in_(gone))
    remove(session, Idea, Idea.id.in_(gone))
    files.forget(session, pictures)


def let_go_of_pictures(session: Session, ids: Collection[UUID]) -> None:
    """Take drawings off what was said; what was only drawn goes as a whole."""
    drawn = Idea.picture_id.in_(ids)
    only = session.scalars(select(Idea.id).where(drawn, Idea.words == "")).all()
    remove(session, Choice, Choice.idea_id.in_(only))
    remove(session, Idea, Idea.parent_id.in_(only))
    remove(session, Idea, Idea.id.in_(only))
    session.execute(
        update(Idea).where(drawn).values(picture_id=None),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )
