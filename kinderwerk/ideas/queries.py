"""Reading ideas of children: what waits, and how much was answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access import conditions
from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.ideas import phrases
from kinderwerk.ideas.models import ChildBoard, Idea, WorryList
from kinderwerk.ideas.rules import ASKING, ON_THE_BOARD, READ, Standing, State
from kinderwerk.places.models import Neighbourhood, Venue
from kinderwerk.registers import queries as registers
from kinderwerk.storage.scoping import scope, within

MOST: Final = 300
IDEAS: Final = scope(
    Resource.IDEA,
    Idea,
    {
        conditions.same_organisation: within(Idea.organisation_id, Idea.neighbourhood_id),
        conditions.restricted: lambda actor, membership: Idea.state == State.NEEDS_ADULT,
    },
)
BOARDS: Final = scope(
    Resource.BOARD,
    ChildBoard,
    {conditions.same_organisation: within(ChildBoard.organisation_id, ChildBoard.neighbourhood_id)},
)
#: What asks grown-ups for something, and was read.
ITEMS: Final = and_(Idea.kind.in_(ASKING), Idea.state.in_(READ))
WHOLE: Final = (joinedload(Idea.neighbourhood), joinedload(Idea.picture))
STANDS: Final[Mapping[Standing, ColumnElement[bool]]] = {
    Standing.OPEN: Idea.decided_on.is_(None),
    Standing.DECIDED: and_(Idea.decided_on.is_not(None), Idea.told_back_on.is_(None)),
    Standing.ANSWERED: Idea.told_back_on.is_not(None),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """How many ideas children told, and of how many they heard what became of them."""

    asked: int
    decided: int
    answered: int

    @property
    def waiting(self) -> int:
        return self.asked - self.answered


def by_id(session: Session, idea_id: UUID) -> Idea:
    return session.get_one(Idea, idea_id, options=WHOLE)


def visible(
    session: Session, actor: Actor, standing: Standing, neighbourhood_id: UUID | None = None
) -> Sequence[Idea]:
    """Return the ideas that are so far, the one that waits longest first."""
    wanted = select(Idea).where(IDEAS.visible(actor), ITEMS, STANDS[standing])
    if neighbourhood_id:
        wanted = wanted.where(Idea.neighbourhood_id == neighbourhood_id)
    first = Idea.told_back_on.desc() if standing is Standing.ANSWERED else Idea.said_on
    return session.scalars(
        wanted.options(joinedload(Idea.neighbourhood)).order_by(first, Idea.id).limit(MOST)
    ).all()


def to_read(session: Session, actor: Actor) -> Sequence[Idea]:
    """Return what waits to be read, what has waited longest first."""
    return session.scalars(
        select(Idea)
        .where(IDEAS.visible(actor), Idea.waits_since.is_not(None))
        .options(*WHOLE)
        .order_by(Idea.waits_since, Idea.id)
        .limit(MOST)
    ).all()


def how_many_to_read(session: Session, actor: Actor) -> int:
    waiting = IDEAS.visible(actor), Idea.waits_since.is_not(None)
    return session.scalar(select(func.count(Idea.id)).where(*waiting)) or 0


def lately(session: Session, actor: Actor, state: State) -> Sequence[Idea]:
    """Return what was read and is that far, the newest first."""
    states = ON_THE_BOARD if state is State.APPROVED else {state}
    wanted = select(Idea).where(
        IDEAS.visible(actor), Idea.state.in_(states), Idea.waits_since.is_(None)
    )
    if state is State.APPROVED:
        wanted = wanted.where(Idea.on_board)
    return session.scalars(
        wanted.options(*WHOLE).order_by(Idea.created_at.desc(), Idea.id).limit(MOST)
    ).all()


def question(session: Session, idea: Idea) -> Idea | None:
    """Return what it answers, if it answers another child."""
    return session.get(Idea, idea.parent_id) if idea.parent_id else None


def board_of(session: Session, idea: Idea) -> ChildBoard | None:
    """Return the open board of the neighbourhood from which it comes."""
    return session.scalar(
        select(ChildBoard).where(
            ChildBoard.organisation_id == idea.organisation_id,
            ChildBoard.neighbourhood_id == idea.neighbourhood_id, ChildBoard.open,
        )
    )  # fmt: skip


def board_by_id(session: Session, board_id: UUID) -> ChildBoard:
    return session.get_one(ChildBoard, board_id, options=[joinedload(ChildBoard.neighbourhood)])


def boards(session: Session, actor: Actor) -> Sequence[ChildBoard]:
    return session.scalars(
        select(ChildBoard)
        .where(BOARDS.visible(actor))
        .join(ChildBoard.neighbourhood)
        .options(joinedload(ChildBoard.neighbourhood))
        .order_by(Neighbourhood.name)
    ).all()


def without_board(session: Session, actor: Actor) -> Sequence[tuple[UUID, str]]:
    """Return the neighbourhoods of the municipality in which there is no board yet."""
    taken = select(ChildBoard.neighbourhood_id).where(
        ChildBoard.organisation_id == actor.organisation_id
    )
    wanted = select(Neighbourhood.id, Neighbourhood.name).where(
        Neighbourhood.municipality_id == actor.municipality_id, Neighbourhood.id.not_in(taken)
    )
    if actor.neighbourhood_id:
        wanted = wanted.where(Neighbourhood.id == actor.neighbourhood_id)
    return [(id, name) for id, name in session.execute(wanted.order_by(Neighbourhood.name))]


def worrying(session: Session, organisation_id: UUID) -> phrases.Phrases:
    """Return what worries in every language: as the organisation wrote it, else as we did."""
    theirs = {
        one.language: tuple(one.phrases.splitlines())
        for one in session.scalars(
            select(WorryList).where(WorryList.organisation_id == organisation_id)
        )
    }
    lists = {lang: said for (name, lang), said in phrases.OURS.items() if name == phrases.WORRY}
    return tuple(phrase for said in (lists | theirs).values() for phrase in said)


def worry_list(session: Session, organisation_id: UUID, language: str) -> WorryList | None:
    return session.scalar(
        select(WorryList).where(
            WorryList.organisation_id == organisation_id, WorryList.language == language
        )
    )


def surnames(session: Session, organisation_id: UUID) -> Sequence[str]:
    """Return the surnames of the children whom this organisation knows."""
    known = select(Child.surname).where(
        Child.organisation_id == organisation_id, Child.surname != ""
    )
    return session.scalars(known.distinct()).all()


def place_names(session: Session, organisation_id: UUID) -> Sequence[str]:
    """Return what places here are called: two capitals, and nobody's name."""
    venues = select(Venue.name).where(Venue.organisation_id == organisation_id)
    areas = select(Neighbourhood.name).join(
        ChildBoard, ChildBoard.neighbourhood_id == Neighbourhood.id
    )
    return session.scalars(
        venues.union(areas.where(ChildBoard.organisation_id == organisation_id))
    ).all()


def waiting_on_board(session: Session, board: ChildBoard) -> int:
    waiting = select(func.count(Idea.id)).where(
        Idea.organisation_id == board.organisation_id,
        Idea.neighbourhood_id == board.neighbourhood_id, Idea.waits_since.is_not(None),
    )  # fmt: skip
    return session.scalar(waiting) or 0


def counted(session: Session, actor: Actor, neighbourhood_id: UUID | None = None) -> Answered:
    wanted = [IDEAS.visible(actor)]
    if neighbourhood_id:
        wanted.append(Idea.neighbourhood_id == neighbourhood_id)
    return counts(session, ITEMS, *wanted)


def participation(
    session: Session, organisation_ids: Collection[UUID], first: date, last: date,
    neighbourhood_id: UUID | None = None,
) -> Answered:  # fmt: skip
    """Return what became of the ideas that children told between two days, both included."""
    here = Idea.organisation_id.in_(organisation_ids)
    where = [] if neighbourhood_id is None else [Idea.neighbourhood_id == neighbourhood_id]
    return counts(session, ITEMS, here, Idea.said_on.between(first, last), *where)


def counts(session: Session, *wanted: ColumnElement[bool]) -> Answered:
    decided, answered = func.count(Idea.decided_on), func.count(Idea.told_back_on)
    row: Any = session.execute(select(func.count(Idea.id), decided, answered).where(*wanted))
    return Answered(*row.one())


def neighbourhoods(session: Session, actor: Actor) -> Sequence[tuple[UUID, str]]:
    """Return the neighbourhoods from which there are ideas, by name."""
    rows = session.execute(
        select(Neighbourhood.id, Neighbourhood.name)
        .where(
            Neighbourhood.id.in_(select(Idea.neighbourhood_id).where(IDEAS.visible(actor)))
        )
        .order_by(Neighbourhood.name)
    )  # fmt: skip
    return [(id, name) for id, name in rows]


def session_of(session: Session, actor: Actor, occurrence_id: UUID | None) -> Occurrence | None:
    """Return the session if it has begun and this person holds its list, else none."""
    if occurrence_id is None:
        return None
    held = session.get(Occurrence, occurrence_id, options=registers.WHOLE)
    if held is None or held.starts_at > clock.now():
        return None
    return held if permits(actor, Action.VIEW, Resource.REGISTER, held.facts) else None


def told_at(session: Session, idea: Idea) -> str | None:
    """Return the name of the activity at which a child told it."""
    return session.scalar(
        select(Activity.title)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Occurrence.id == idea.occurrence_id)
    )
