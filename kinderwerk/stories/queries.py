"""Reading stories: what waits, what was released, and what may be told today."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.families.consents import queries as consents
from kinderwerk.families.consents.rules import Standing as Word
from kinderwerk.families.limits import usable
from kinderwerk.families.models import Child, Family
from kinderwerk.families.queries import CHILDREN
from kinderwerk.families.rules import ConsentPurpose
from kinderwerk.goals.models import Goal
from kinderwerk.logbook import queries as logbook
from kinderwerk.registers import queries as registers
from kinderwerk.registers.models import Attendance
from kinderwerk.signups import queries as signups
from kinderwerk.storage.scoping import belonging, scope
from kinderwerk.stories.models import Story
from kinderwerk.stories.rules import Standing

STORIES: Final = scope(
    Resource.STORY,
    Story,
    {
        conditions.of_organisation: belonging(Story.organisation_id),
        conditions.own: lambda actor, membership: Story.written_by_id == actor.id,
        conditions.owner: lambda actor, membership: Story.author_id == actor.id,
    },
)
STANDS: Final[Mapping[Standing, ColumnElement[bool]]] = {
    Standing.WAITING: and_(Story.released_on.is_(None), Story.refused_because == ""),
    Standing.RELEASED: Story.released_on.is_not(None),
    Standing.REFUSED: Story.refused_because != "",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A story, and what the family's answers come to today."""

    story: Story
    word: Word

    @property
    def tells(self) -> bool:
        """Tell whether it may be told: released, and everybody who is asked still says yes."""
        return self.story.released_on is not None and self.word is Word.AGREED

    @property
    def ready(self) -> bool:
        return self.story.read_on is not None and self.word is Word.AGREED


def by_id(session: Session, story_id: UUID) -> Story:
    return session.get_one(Story, story_id, options=[joinedload(Story.goal)])


def visible(session: Session, actor: Actor, standing: Standing) -> list[Known]:
    """Return the stories that are so far, the newest first."""
    stories = session.scalars(
        select(Story)
        .where(STORIES.visible(actor), STANDS[standing])
        .options(joinedload(Story.goal))
        .order_by(Story.told_on.desc(), Story.id)
        .limit(200)
    ).all()
    return with_word(session, stories)


def waiting(session: Session, actor: Actor) -> int:
    """Return how many wait for just this person: whoever wrote one is not its second person."""
    return session.scalar(
        select(func.count(Story.id)).where(
            STORIES.visible(actor), STANDS[Standing.WAITING],
            Story.author_id != actor.id, Story.written_by_id != actor.id,
        )
    ) or 0  # fmt: skip


def with_word(session: Session, stories: Iterable[Story]) -> list[Known]:
    stories = list(stories)
    ids = {story.child_id for story in stories}
    if not ids:
        return []
    said = consents.said_of(session, ids)
    about = session.scalars(
        select(Child).where(Child.id.in_(ids)).options(selectinload(Child.cares))
    )
    words = {
        child.id: consents.standing(child, said[child.id], ConsentPurpose.STORY) for child in about
    }
    return [Known(story, words.get(story.child_id, Word.ASKED)) for story in stories]


def known(session: Session, story: Story) -> Known:
    return with_word(session, [story])[0]


def of_children(session: Session, child_ids: Collection[UUID]) -> Sequence[Story]:
    return session.scalars(
        select(Story).where(Story.child_id.in_(child_ids)).order_by(Story.told_on, Story.id)
    ).all()


def to_tell(
    session: Session, organisation_ids: Collection[UUID], first: date, last: date
) -> list[Story]:
    """Return the stories of some days that may be told today, those released first first."""
    stories = session.scalars(
        select(Story)
        .where(
            Story.organisation_id.in_(organisation_ids), STANDS[Standing.RELEASED],
            Story.told_on.between(first, last),
        )
        .options(joinedload(Story.goal).joinedload(Goal.theme))
        .order_by(Story.released_on, Story.id)
    ).all()  # fmt: skip
    return [one.story for one in with_word(session, stories) if one.tells]


def taken_back(session: Session, story_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these the family took back since, or are gone with what we knew of it."""
    here = with_word(session, session.scalars(select(Story).where(Story.id.in_(story_ids))))
    return set(story_ids) - {one.story.id for one in here if one.word is not Word.REFUSED}


def names(session: Session, child_id: UUID, occurrence_id: UUID | None) -> list[str]:
    """Return the names that may not be in it: the family's, and those of who was there as well."""
    held = session.get(Occurrence, occurrence_id) if occurrence_id else None
    family_id = select(Child.family_id).where(Child.id == child_id).scalar_subquery()
    rows = session.execute(
        select(Child.first_name, Child.surname).where(
            or_(Child.family_id == family_id, *([_there(held)] if held else []))
        )
    )
    family = session.scalars(
        select(Family).where(Family.id == family_id).options(selectinload(Family.carers))
    ).one()
    return [*(f"{first} {last}" for first, last in rows), *(one.name for one in family.carers)]


def _there(held: Occurrence) -> ColumnElement[bool]:
    """Hold for children who came to a session, or have a place there."""
    came = select(Attendance.child_id).where(Attendance.occurrence_id == held.id)
    return or_(Child.id.in_(signups.on_list(held)), Child.id.in_(came))


def session_of(session: Session, actor: Actor, occurrence_id: UUID | None) -> Occurrence | None:
    """Return the session if it has begun and this person holds its list, else none."""
    if occurrence_id is None:
        return None
    held = session.get(Occurrence, occurrence_id, options=registers.WHOLE)
    if held is None or held.starts_at > clock.now():
        return None
    return held if permits(actor, Action.VIEW, Resource.NAMES, held.facts) else None


def logged(session: Session, held: Occurrence | None) -> str:
    """Return the story that stands in the log of a session."""
    log = logbook.log(session, held.id) if held else None
    return log.story if log else ""


def children(session: Session, actor: Actor, held: Occurrence | None) -> Sequence[Child]:
    """Return whom a story can be about: who came to a session, or every child that one knows."""
    wanted = select(Child).where(
        Child.organisation_id == actor.organisation_id, usable(), CHILDREN.visible(actor)
    )
    if held is not None:
        wanted = wanted.where(_there(held))
    return session.scalars(wanted.order_by(Child.first_name, Child.surname)).all()


def told_at(session: Session, story: Story) -> str | None:
    """Return the name of the activity at which it happened."""
    return session.scalar(
        select(Activity.title)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Occurrence.id == story.occurrence_id)
    )


def of_goal(session: Session, actor: Actor, goal_id: UUID) -> tuple[int, int]:
    """Return how many stories there are for a goal, and how many of them were released."""
    row = session.execute(
        select(func.count(Story.id), func.count(Story.released_on)).where(
            STORIES.visible(actor), Story.goal_id == goal_id
        )
    ).one()
    return row[0], row[1]
