"""Reading a board for children: what somebody approved, and nothing else."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, joinedload

from kinderwerk.children.rules import Corner
from kinderwerk.core import clock
from kinderwerk.ideas.board.rules import MOST, TOLD_FOR
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.queries import ITEMS, Answered, counts
from kinderwerk.ideas.rules import ON_THE_BOARD, Kind, State

#: The one condition under which a word of a child is shown to everybody.
PUBLIC = and_(Idea.on_board, Idea.state.in_(ON_THE_BOARD))
#: What once was on it counts as asked and answered as well.
PUBLIC_OR_DONE = Idea.on_board.is_(True)


def board(session: Session, corner: Corner) -> ChildBoard:
    """Return the open board of a corner; a closed one is not there."""
    found = maybe(session, corner)
    if found is None:
        raise NoResultFound
    return found


def maybe(session: Session, corner: Corner) -> ChildBoard | None:
    return session.scalar(
        select(ChildBoard)
        .where(
            ChildBoard.organisation_id == corner.organisation_id,
            ChildBoard.neighbourhood_id == corner.neighbourhood_id, ChildBoard.open,
        )
        .options(joinedload(ChildBoard.neighbourhood))
    )  # fmt: skip


def _of(board: ChildBoard) -> ColumnElement[bool]:
    return and_(
        Idea.organisation_id == board.organisation_id,
        Idea.neighbourhood_id == board.neighbourhood_id,
    )


def posts(session: Session, board: ChildBoard, kind: Kind | None = None) -> Sequence[Idea]:
    """Return what stands on the board, the newest first; answers stand with their question."""
    wanted = select(Idea).where(_of(board), PUBLIC, Idea.parent_id.is_(None))
    if kind:
        wanted = wanted.where(Idea.kind == kind)
    return session.scalars(
        wanted.options(joinedload(Idea.picture))
        .order_by(Idea.created_at.desc(), Idea.id)
        .limit(MOST)
    ).all()


def one(session: Session, board: ChildBoard, idea_id: UUID) -> Idea:
    return session.scalars(
        select(Idea)
        .where(_of(board), PUBLIC, Idea.id == idea_id, Idea.parent_id.is_(None))
        .options(joinedload(Idea.picture))
    ).one()


def answers(session: Session, board: ChildBoard, idea: Idea) -> Sequence[Idea]:
    return session.scalars(
        select(Idea)
        .where(_of(board), PUBLIC, Idea.parent_id == idea.id)
        .options(joinedload(Idea.picture))
        .order_by(Idea.created_at, Idea.id)
        .limit(MOST)
    ).all()


def how_many_answers(session: Session, board: ChildBoard) -> Mapping[UUID, int]:
    rows = session.execute(
        select(Idea.parent_id, func.count(Idea.id))
        .where(_of(board), PUBLIC, Idea.parent_id.is_not(None))
        .group_by(Idea.parent_id)
    )
    return {parent: many for parent, many in rows if parent}


def not_placed(session: Session, board: ChildBoard) -> Sequence[Idea]:
    """Return what was not placed lately: whoever sent it looks here why."""
    return session.scalars(
        select(Idea)
        .where(
            _of(board), Idea.state == State.DECLINED, Idea.author_id.is_(None),
            Idea.created_at > clock.now() - TOLD_FOR,
        )
        .order_by(Idea.created_at.desc(), Idea.id)
        .limit(12)
    ).all()  # fmt: skip


def answered(session: Session, board: ChildBoard) -> Answered:
    """Return how much children asked on this board, and of how much they heard what became."""
    return counts(session, _of(board), ITEMS, PUBLIC_OR_DONE)


def picture(session: Session, board: ChildBoard, idea_id: UUID) -> UUID | None:
    return session.scalars(
        select(Idea.picture_id).where(_of(board), PUBLIC, Idea.id == idea_id)
    ).one()
