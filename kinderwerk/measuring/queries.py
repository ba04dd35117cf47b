"""Reading questions, what was answered at a session, and what that says of a goal."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Activity, ActivityGoal, Occurrence
from kinderwerk.activities.rules import AgeBand
from kinderwerk.core import clock, ids
from kinderwerk.core.periods import Period
from kinderwerk.facts.rules import Contribution
from kinderwerk.facts.sources import source
from kinderwerk.goals import queries as goals
from kinderwerk.goals.models import Goal
from kinderwerk.measuring import rules
from kinderwerk.measuring.models import Measurement, Question, Reading
from kinderwerk.measuring.rules import Audience
from kinderwerk.measuring.telling import Written, told
from kinderwerk.places.located import located
from kinderwerk.registers import queries as registers
from kinderwerk.registers.models import Attendance, Tally
from kinderwerk.registers.rules import Presence

AT_ONCE: Final = 2000


def question(session: Session, question_id: UUID) -> Question:
    return session.get_one(Question, question_id, options=[joinedload(Question.goal)])


def questions(session: Session, goal_id: UUID) -> Sequence[Question]:
    """Return what is asked for a goal; what was put away last."""
    return session.scalars(
        select(Question)
        .where(Question.goal_id == goal_id)
        .order_by(Question.put_away, Question.created_at, Question.id)
    ).all()


def was_answered(session: Session, question_id: UUID) -> bool:
    found = select(Measurement.id).where(Measurement.question_id == question_id).limit(1)
    return session.scalar(found) is not None


def for_session(session: Session, occurrence: Occurrence) -> list[Question]:
    """Return what can be asked at a session, the primary goal of the activity first."""
    activity = occurrence.activity
    found = session.scalars(
        select(Question)
        .join(ActivityGoal, ActivityGoal.goal_id == Question.goal_id)
        .where(ActivityGoal.activity_id == activity.id, Question.put_away.is_(False))
        .options(joinedload(Question.goal))
        .order_by(ActivityGoal.position, Question.created_at, Question.id)
    )
    return [one for one in found if suits(one, activity)]


def suits(question: Question, activity: Activity) -> bool:
    return rules.fits(
        question.instrument, question.audience, activity.format, activity.age_from, activity.age_to
    )


def measurements(session: Session, occurrence_id: UUID) -> dict[UUID, Measurement]:
    """Return what was answered at a session, by question."""
    found = session.scalars(
        select(Measurement)
        .where(Measurement.occurrence_id == occurrence_id)
        .options(
            joinedload(Measurement.question).joinedload(Question.goal),
            selectinload(Measurement.answers),
        )
    )
    return {one.question_id: one for one in found}


def asked_in_month(session: Session, activity_id: UUID, day: date) -> int:
    """Return how often the group of an activity was asked something in the month of that day."""
    first, beyond = rules.month(day)
    return (
        session.scalar(
            select(func.count()).where(
                Measurement.activity_id == activity_id, Measurement.held_on >= first,
                Measurement.held_on < beyond,
            )
        )
        or 0
    )  # fmt: skip


def there(session: Session, occurrence_id: UUID) -> int:
    """Return how many children were at a session, with and without names, estimated or not."""
    present = select(func.count()).where(
        Attendance.occurrence_id == occurrence_id, Attendance.presence == Presence.PRESENT
    )
    tallied = select(func.coalesce(func.sum(Tally.n), 0)).where(
        Tally.occurrence_id == occurrence_id, Tally.band != AgeBand.ADULT
    )
    named, counted = session.execute(
        select(present.scalar_subquery(), tallied.scalar_subquery())
    ).one()
    register = registers.register(session, occurrence_id)
    besides = register.erased + register.estimated if register else 0
    return int(named + counted) + besides


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A question on the page of a session, with what became of it there."""

    question: Question
    answered: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What can be asked at a session, and what was."""

    cards: Sequence[Card]
    there: int
    in_month: int

    @property
    def room(self) -> bool:
        """Tell whether a further question can be asked."""
        begun = sum(1 for one in self.cards if one.answered)
        return begun < rules.MOST and self.in_month < rules.MOST


def asking(session: Session, occurrence: Occurrence) -> Asking:
    there_now, kept = there(session, occurrence.id), measurements(session, occurrence.id)
    offered = {one.id: one for one in for_session(session, occurrence)}
    offered |= {id: one.question for id, one in kept.items()}
    return Asking(
        cards=[
            Card(
                question=one, answered=kept[id].answered if id in kept else 0,
                asked=there_now if one.audience is Audience.CHILDREN
                else kept[id].asked if id in kept else 0,
            )
            for id, one in offered.items()
        ],
        there=there_now,
        in_month=asked_in_month(session, occurrence.activity_id, registers.day_of(occurrence)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a group answered to a question in a period: how many were asked, how many answered.

    `counts` stand beside the steps of the question, of as many as may be told by now, and are None
    where those are too few.
    """

    question: Question
    sessions: int
    asked: int
    answered: int
    counts: tuple[int, ...] | None

    @property
    def response(self) -> int | None:
        return round(100 * self.answered / self.asked) if self.asked else None

    @property
    def told(self) -> int:
        return sum(self.counts or ())

    @property
    def shares(self) -> tuple[int, ...] | None:
        """Return whole percents for each step."""
        if self.counts is None:
            return None
        return tuple(round(100 * n / self.told) for n in self.counts)


def results(
    session: Session, goal_ids: Collection[UUID], period: Period
) -> dict[UUID, list[Result]]:
    """Return for each goal what was answered in a period, as far as it may be told inside.

    The answers of a day are told once it is over: nobody watches a single one come in.
    What leaves the organisation goes through an edition, with its own and stricter rules.
    """
    asked = session.scalars(
        select(Question)
        .where(Question.goal_id.in_(goal_ids))
        .order_by(Question.put_away, Question.created_at, Question.id)
    ).all()
    standing = _standing(session, goal_ids, period.year)
    found: dict[UUID, list[Result]] = defaultdict(list)
    for one in asked:
        if made := _result(one, period, standing[one.id]):
            found[one.goal_id].append(made)
    return found


def _standing(
    session: Session, goal_ids: Collection[UUID], year: int
) -> dict[UUID, list[Measurement]]:
    """Return for each question what was answered in a year, and written down before today."""
    rows = session.scalars(
        select(Measurement)
        .join(Measurement.question)
        .where(
            Question.goal_id.in_(goal_ids),
            Measurement.held_on.between(Period(year).begins, Period(year).ends),
        )
        .options(selectinload(Measurement.answers))
    )
    found: dict[UUID, list[Measurement]] = defaultdict(list)
    for one in rows:
        if one.stands:
            found[one.question_id].append(one)
    return found


def _result(question: Question, period: Period, standing: Sequence[Measurement]) -> Result | None:
    inside = [one for one in standing if period.begins <= one.held_on <= period.ends]
    if not inside:
        return None
    written = [Written(held=one.held_on, day=one.written_on, counts=one.counts) for one in standing]
    return Result(
        question=question, sessions=len(inside), asked=sum(one.asked for one in inside),
        answered=sum(one.answered for one in inside),
        counts=told(period.year, written, clock.today()).get(period),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A goal on the page of everything that is measured."""

    goal: Goal
    questions: int
    results: Sequence[Result]
    reading: Reading | None


def overview(session: Session, actor: Actor, period: Period) -> list[Measured]:
    """Return the goals that run in a period, with what was measured, and what that meant."""
    found = [
        goal for goal in goals.goals(session, actor, period.begins) if goal.begins_on <= period.ends
    ]
    goal_ids = [goal.id for goal in found]
    made = results(session, goal_ids, period)
    read = {
        one.goal_id: one
        for one in session.scalars(
            select(Reading).where(Reading.goal_id.in_(goal_ids), Reading.period == str(period))
        )
    }
    open_ = dict(
        session.execute(
            select(Question.goal_id, func.count())
            .where(Question.goal_id.in_(goal_ids), Question.put_away.is_(False))
            .group_by(Question.goal_id)
        ).all()
    )
    return [
        Measured(
            goal=goal, questions=open_.get(goal.id, 0), results=made.get(goal.id, ()),
            reading=read.get(goal.id),
        )
        for goal in found
    ]  # fmt: skip


def reading(session: Session, goal_id: UUID, period: Period) -> Reading | None:
    return session.scalar(
        select(Reading).where(Reading.goal_id == goal_id, Reading.period == str(period))
    )


@source
def contributions(session: Session) -> Iterator[Contribution]:
    """Yield what all measurements count."""
    last = ids.ALL
    while batch := _batch(session, last):
        yield from counted(session, batch)
        last = batch[-1].id


def _batch(session: Session, after: UUID) -> Sequence[Measurement]:
    return session.scalars(
        select(Measurement)
        .where(Measurement.id > after)
        .options(joinedload(Measurement.question), selectinload(Measurement.answers))
        .order_by(Measurement.id)
        .limit(AT_ONCE)
    ).all()


def counted(session: Session, some: Collection[Measurement]) -> Iterator[Contribution]:
    places = located(session, {one.neighbourhood_id for one in some})
    for one in some:
        place = places.get(one.neighbourhood_id) if one.neighbourhood_id else None
        yield rules.contribution(
            one.organisation_id, one.question.goal_id, one.held_on, place, asked=one.asked,
            answered=one.answered,
        )  # fmt: skip
