"""Reading the library. What is sealed stays shut here; `service.read` opens it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.learning.consulting import queries as consulting
from kinderwerk.learning.library import finding
from kinderwerk.learning.library.finding import Piece
from kinderwerk.learning.library.models import Lesson, LessonText
from kinderwerk.learning.library.rules import Standing
from kinderwerk.signals.rules import Area
from kinderwerk.storage.scoping import belonging, scope

MOST: Final = 100
#: So many keywords are offered to choose from.
OFFERED: Final = 18
LESSONS: Final = scope(
    Resource.LESSON,
    Lesson,
    {
        conditions.of_organisation: belonging(Lesson.organisation_id),
        conditions.released: lambda actor, membership: Lesson.standing == Standing.RELEASED,
        conditions.own: lambda actor, membership: Lesson.author_id == actor.id,
        conditions.reader: lambda actor, membership: Lesson.checker_id == actor.id,
    },
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for."""

    text: str = ""
    tag: str = ""
    area: Area | None = None

    @property
    def anything(self) -> bool:
        return bool(self.text.strip() or self.tag or self.area)


@dataclass(frozen=True, slots=True)
class Hit:
    """A lesson of the library, and where in it stands what was asked for."""

    row: Lesson
    told: LessonText
    excerpt: Sequence[Piece]


def by_id(session: Session, lesson_id: UUID) -> Lesson:
    return session.get_one(Lesson, lesson_id)


def found(session: Session, actor: Actor, asked: Asked) -> Sequence[Hit]:
    """Return the lessons in which all the words stand, what fits best first; else the newest."""
    wanted = finding.words(asked.text)
    if asked.text.strip() and not wanted:
        return []
    chosen = (
        select(Lesson, LessonText)
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .where(LESSONS.visible(actor), Lesson.standing == Standing.RELEASED)
    )
    if wanted:
        hit = finding.hits(session, wanted)
        chosen = chosen.join(hit, hit.c.lesson_id == Lesson.id).order_by(hit.c.place)
    if asked.tag:
        every = literal(", ") + LessonText.tags + ", "
        chosen = chosen.where(every.contains(f", {asked.tag}, ", autoescape=True))
    if asked.area:
        chosen = chosen.where(cast(Lesson.areas, String).contains(f'"{asked.area}"'))
    rows = session.execute(chosen.order_by(Lesson.stands_since.desc(), Lesson.id).limit(MOST))
    return [Hit(row, told, _excerpt(told, wanted)) for row, told in rows]


def _excerpt(told: LessonText, wanted: Sequence[str]) -> Sequence[Piece]:
    texts = [one for one in (told.lesson, told.situation, told.helped) if one]
    return finding.excerpt(texts, wanted)


def text_of(session: Session, lesson: Lesson) -> LessonText | None:
    return session.get(LessonText, lesson.id)


def keywords(session: Session, actor: Actor) -> list[str]:
    """Return the keywords that stand with most lessons, in the order of the alphabet."""
    rows = session.scalars(
        select(LessonText.tags)
        .join(Lesson, Lesson.id == LessonText.lesson_id)
        .where(LESSONS.visible(actor), LessonText.tags != "")
    )
    counted = Counter(one for row in rows for one in row.split(", "))
    return sorted(one for one, _ in counted.most_common(OFFERED))


def unfinished(session: Session, actor: Actor) -> Sequence[Lesson]:
    """Return what this person wrote or is asked to look at, and does not stand in the library."""
    return session.scalars(
        select(Lesson)
        .where(LESSONS.visible(actor), Lesson.standing != Standing.RELEASED)
        .order_by(Lesson.stands_since.desc(), Lesson.id)
        .limit(MOST)
    ).all()


def to_check(session: Session, actor: Actor) -> int:
    return session.scalar(
        select(func.count(Lesson.id)).where(
            LESSONS.visible(actor), Lesson.checker_id == actor.id,
            Lesson.standing == Standing.WAITING,
        )
    ) or 0  # fmt: skip


def came_back(session: Session, actor: Actor) -> int:
    return session.scalar(
        select(func.count(Lesson.id)).where(
            LESSONS.visible(actor), Lesson.author_id == actor.id,
            Lesson.standing == Standing.RETURNED,
        )
    ) or 0  # fmt: skip


def kept(session: Session, actor: Actor) -> int:
    """Count what stands in the library."""
    return session.scalar(
        select(func.count(Lesson.id)).where(
            LESSONS.visible(actor), Lesson.standing == Standing.RELEASED
        )
    ) or 0  # fmt: skip


def choices(session: Session, organisation_id: UUID, but: UUID | None) -> list[tuple[UUID, str]]:
    """Return who could be the second person."""
    people = consulting.colleagues(session, organisation_id)
    return [(one.id, one.name) for one in people if one.id != but]
