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
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.rules import Standing
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers import queries as registers
from kinderwerk.storage.scoping import scope, within

MOST: Final = 300
IDEAS: Final = scope(
    Resource.IDEA,
    Idea,
    {conditions.same_organisation: within(Idea.organisation_id, Idea.neighbourhood_id)},
)
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
    return session.get_one(Idea, idea_id, options=[joinedload(Idea.neighbourhood)])


def sent_before(session: Session, author_id: UUID, once: UUID) -> Idea | None:
    """Return what this person wrote down already with the same form; the second one waits."""
    session.get_one(User, author_id, with_for_update={"of": User, "key_share": True})
    return session.scalar(select(Idea).where(Idea.author_id == author_id, Idea.once == once))


def visible(
    session: Session, actor: Actor, standing: Standing, neighbourhood_id: UUID | None = None
) -> Sequence[Idea]:
    """Return the ideas that are so far, the one that waits longest first."""
    wanted = select(Idea).where(IDEAS.visible(actor), STANDS[standing])
    if neighbourhood_id:
        wanted = wanted.where(Idea.neighbourhood_id == neighbourhood_id)
    first = Idea.told_back_on.desc() if standing is Standing.ANSWERED else Idea.said_on
    return session.scalars(
        wanted.options(joinedload(Idea.neighbourhood)).order_by(first, Idea.id).limit(MOST)
    ).all()


def counted(session: Session, actor: Actor, neighbourhood_id: UUID | None = None) -> Answered:
    wanted = [IDEAS.visible(actor)]
    if neighbourhood_id:
        wanted.append(Idea.neighbourhood_id == neighbourhood_id)
    return _counted(session, *wanted)


def participation(
    session: Session, organisation_ids: Collection[UUID], first: date, last: date,
    neighbourhood_id: UUID | None = None,
) -> Answered:  # fmt: skip
    """Return what became of the ideas that children told between two days, both included."""
    here = Idea.organisation_id.in_(organisation_ids)
    where = [] if neighbourhood_id is None else [Idea.neighbourhood_id == neighbourhood_id]
    return _counted(session, here, Idea.said_on.between(first, last), *where)


def _counted(session: Session, *wanted: ColumnElement[bool]) -> Answered:
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
