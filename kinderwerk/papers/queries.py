"""Reading what was asked for."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import NOBODY, Actor
from kinderwerk.accounts.models import User
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.papers.models import Paper
from kinderwerk.papers.rules import State


def paper(session: Session, paper_id: UUID) -> Paper:
    """Return a paper; one whose time is over is as missing as one that is not there."""
    wanted = select(Paper).where(Paper.id == paper_id, Paper.until > clock.now())
    return session.scalars(wanted).one()


def waiting(session: Session, paper_id: UUID) -> Paper | None:
    found = session.get(Paper, paper_id)
    return found if found and found.state is State.WAITING else None


def asker(session: Session, paper: Paper) -> Actor:
    """Return who asked, in the membership in which they did; it may have ended since."""
    if paper.asked_by_id is None:
        return NOBODY
    user = session.get_one(User, paper.asked_by_id)
    if paper.membership_id is None:
        return Actor(user.id)
    if paper.membership_id not in {held.id for held in user.open_memberships}:
        raise Withheld("the membership has ended")
    return user.actor(paper.membership_id)
