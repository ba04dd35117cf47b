"""Reading votes: what can be chosen, and which idea got how many stickers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.rules import ON_THE_BOARD, Kind
from kinderwerk.ideas.votes.models import Choice, Vote
from kinderwerk.measuring.rules import FEWEST

MOST: Final = 40
WHOLE: Final = selectinload(Vote.choices).joinedload(Choice.idea).joinedload(Idea.picture)


def by_id(session: Session, vote_id: UUID) -> Vote:
    return session.get_one(Vote, vote_id, options=[WHOLE])


def locked(session: Session, vote_id: UUID) -> Vote:
    return session.get_one(Vote, vote_id, with_for_update={"of": Vote}, options=[WHOLE])


def at(session: Session, occurrence_id: UUID) -> Sequence[Vote]:
    """Return the votes of a session, the newest first."""
    here = select(Vote).where(Vote.occurrence_id == occurrence_id).options(WHOLE)
    return session.scalars(here.order_by(Vote.created_at.desc(), Vote.id)).all()


def open_at(session: Session, occurrence_id: UUID) -> Vote | None:
    return next((one for one in at(session, occurrence_id) if not one.is_over), None)


def to_choose(session: Session, occurrence: Occurrence) -> Sequence[Idea]:
    """Return the ideas on the board of this neighbourhood on which nobody has decided yet."""
    if occurrence.place is None:
        return []
    return session.scalars(
        select(Idea)
        .where(
            Idea.organisation_id == occurrence.organisation_id,
            Idea.neighbourhood_id == occurrence.place.neighbourhood_id,
            Idea.kind == Kind.IDEA, Idea.on_board, Idea.state.in_(ON_THE_BOARD),
            Idea.decided_on.is_(None),
        )
        .options(joinedload(Idea.picture))
        .order_by(Idea.created_at.desc(), Idea.id)
        .limit(MOST)
    ).all()  # fmt: skip


def _told() -> ColumnElement[bool]:
    over = or_(Vote.closed_at.is_not(None), Vote.until <= clock.now())
    return and_(over, Vote.turns >= FEWEST)


def stickers(session: Session, ideas: Collection[UUID]) -> Mapping[UUID, int]:
    """Return how many stickers ideas got, in all votes of which the result is told."""
    rows = session.execute(
        select(Choice.idea_id, func.sum(Choice.n))
        .join(Choice.vote)
        .where(Choice.idea_id.in_(ideas), _told())
        .group_by(Choice.idea_id)
    )
    return {idea_id: int(n) for idea_id, n in rows}


def of_idea(session: Session, idea_id: UUID) -> Sequence[tuple[date, int, int]]:
    """Return on which days children voted on an idea, its stickers and how many had a turn."""
    rows = session.execute(
        select(Vote.created_at, Choice.n, Vote.turns)
        .join(Choice.vote)
        .where(Choice.idea_id == idea_id, _told())
        .order_by(Vote.created_at)
    )
    return [(clock.to_wall(at).date(), n, turns) for at, n, turns in rows]
