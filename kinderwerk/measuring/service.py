"""Writing down questions, answers and what they mean; what is counted changes in the same unit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from secrets import randbelow
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.goals import queries as goals
from kinderwerk.goals.models import Goal
from kinderwerk.measuring import draw, queries, rules, weeks
from kinderwerk.measuring.models import Answers, Drawn, Measurement, Question, Reading, Week
from kinderwerk.measuring.rules import Audience, Numbers, QuestionWish, ReadingWish
from kinderwerk.registers import queries as registers
from kinderwerk.storage.work import revise, unit_of_work


def add_question(session: Session, actor: Actor, goal_id: UUID, wish: QuestionWish) -> Question:
    rules.check_question(wish)
    with unit_of_work(session):
        goal = goals.by_id(session, goal_id)
        demand(actor, Action.CREATE, Resource.QUESTION, goal.facts)
        _check_indicator(goal, wish.indicator_id)
        question = Question(
            organisation_id=goal.organisation_id, goal=goal,
            **asdict(wish) | {"options": list(wish.options)},
        )  # fmt: skip
        session.add(question)
        audit.record(session, actor, "question.added", question.id)
    return question


def change_question(
    session: Session, actor: Actor, question: Question, wish: QuestionWish, version: int | None
) -> Question:
    """Change a question; once somebody answered it, it can only be put away or taken out again."""
    rules.check_question(wish)
    question_id = question.id
    with unit_of_work(session):
        question = session.get_one(Question, question_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.QUESTION, question.facts)
        goal = goals.by_id(session, question.goal_id)
        _check_indicator(goal, wish.indicator_id)
        asked = (question.text, question.instrument, question.audience, tuple(question.options))
        same = asked == (wish.text, wish.instrument, wish.audience, wish.options)
        if not same and queries.was_answered(session, question_id):
            raise rules.Answered
        revise(question, version, **asdict(wish) | {"options": list(wish.options)})
        audit.record(session, actor, "question.changed", question_id, put_away=wish.put_away)
    return question


def _check_indicator(goal: Goal, indicator_id: UUID | None) -> None:
    if indicator_id and indicator_id not in {one.id for one in goal.indicators}:
        raise Withheld("an indicator of another goal")


@contextmanager
def _measured(
    session: Session, actor: Actor, occurrence_id: UUID, question_id: UUID
) -> Iterator[Measurement]:
    """Open what was answered to a question at a session, and keep the counts with it.

    Whoever else taps at the same session waits, so that no answer is lost and none is too many.
    """
    with unit_of_work(session):
        occurrence = registers.locked(session, occurrence_id)
        demand(actor, Action.EDIT, Resource.REGISTER, occurrence.facts)
        kept = queries.measurements(session, occurrence_id)
        found = kept.get(question_id)
        before = facts_rules.total(queries.counted(session, [found] if found else []))
        found = found or _begun(session, occurrence, question_id, len(kept))
        yield found
        rules.check_answers(found.answered, found.asked)
        session.flush()
        if not found.answered:
            session.delete(found)
            session.flush()
        after = facts_rules.total(queries.counted(session, [found]))
        facts.replace(session, before, after)


def _begun(
    session: Session, occurrence: Occurrence, question_id: UUID, at_session: int
) -> Measurement:
    activity, day = occurrence.activity, registers.day_of(occurrence)
    question = queries.question(session, question_id)
    if question.put_away or question.goal_id not in {one.goal_id for one in activity.goals}:
        raise rules.NotHere
    if not queries.suits(question, activity):
        raise rules.NotHere
    if occurrence.cancelled_at or occurrence.starts_at > clock.now():
        raise rules.NotBegun
    in_month = queries.asked_in_month(session, activity.id, day)
    rules.check_room(at_session=at_session, in_month=in_month)
    register, place = registers.register(session, occurrence.id), occurrence.place
    at = register.neighbourhood_id if register else place.neighbourhood_id if place else None
    begun = Measurement(
        organisation_id=occurrence.organisation_id, occurrence_id=occurrence.id,
        question=question, activity_id=activity.id, neighbourhood_id=at, held_on=day,
    )  # fmt: skip
    session.add(begun)
    return begun


def answer(
    session: Session, actor: Actor, occurrence_id: UUID, question_id: UUID, step: int, *,
    remember: bool = True,
) -> None:  # fmt: skip
    """Count one more answer; two people who tap at once both count.

    Where children tap by themselves the last one is not remembered: nobody reads what it was.
    """
    with _measured(session, actor, occurrence_id, question_id) as found:
        _check_day(found)
        _count(found, step, 1)
        found.last_step = step if remember else None
        if found.question.audience is Audience.CHILDREN:
            found.asked = queries.there(session, occurrence_id)
        else:
            found.asked = max(found.asked, found.answered)
        audit.record(session, actor, "measurement.answered", found.id, n=found.answered)


def take_back(
    session: Session, actor: Actor, occurrence_id: UUID, question_id: UUID, step: int
) -> None:
    """Take the last tap back, if it is still that one; of those before it nothing is known."""
    with _measured(session, actor, occurrence_id, question_id) as found:
        _check_day(found)
        if found.last_step is None or found.last_step != step:
            raise rules.NothingToTakeBack
        _count(found, step, -1)
        found.last_step = None
        audit.record(session, actor, "measurement.taken_back", found.id, n=found.answered)


def _check_day(found: Measurement) -> None:
    if found.held_on < clock.today():
        raise rules.DayIsOver


def set_numbers(
    session: Session, actor: Actor, occurrence_id: UUID, question_id: UUID, wish: Numbers
) -> None:
    """Write down what was counted from paper, instead of what stood there."""
    with _measured(session, actor, occurrence_id, question_id) as found:
        if len(wish.counts) != len(found.question.steps):
            raise rules.NoSuchStep
        if found.answers and found.stands:
            rules.check_late(found.counts, wish.counts)
        for step, n in enumerate(wish.counts):
            _count(found, step, n - _n(found, step))
        found.last_step = None
        if found.question.audience is Audience.CHILDREN:
            found.asked = queries.there(session, occurrence_id)
        else:
            found.asked = max(wish.asked or 0, found.answered)
        audit.record(session, actor, "measurement.counted", found.id, n=found.answered)


def _n(found: Measurement, step: int) -> int:
    return next((one.n for one in found.answers if one.step == step), 0)


def _count(found: Measurement, step: int, by: int) -> None:
    """Change how many chose a step; a step that nobody chose has no row."""
    if step not in range(len(found.question.steps)):
        raise rules.NoSuchStep
    known = next((one for one in found.answers if one.step == step), None)
    if known is None and by > 0:
        found.answers.append(Answers(step=step, n=by, organisation_id=found.organisation_id))
    elif known is not None and known.n + by > 0:
        known.n += by
    elif known is not None:
        found.answers.remove(known)


def read(
    session: Session, actor: Actor, goal_id: UUID, period: Period, wish: ReadingWish,
    version: int | None,
) -> Reading:  # fmt: skip
    """Write down what the team thinks that a period of measuring means."""
    with unit_of_work(session):
        goal = session.get_one(Goal, goal_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.MEASUREMENT, goal.facts)
        found = queries.reading(session, goal_id, period)
        if found is None:
            found = Reading(
                organisation_id=goal.organisation_id, goal=goal, period=str(period), **asdict(wish)
            )
            session.add(found)
        else:
            revise(found, version, **asdict(wish))
        audit.record(session, actor, "measurement.read", found.id)
    return found


def draw_week(session: Session, actor: Actor, monday: date, size: int) -> Week:
    """Draw once which sessions of a week are asked something."""
    draw.check_week(monday, clock.today())
    with unit_of_work(session):
        organisation_id = demand(actor, Action.CREATE, Resource.MEASUREMENT).organisation_id
        if organisation_id is None:
            raise Withheld("a week of measuring belongs to an organisation")
        session.get_one(Organisation, organisation_id, with_for_update=True)
        demand(actor, Action.CREATE, Resource.MEASUREMENT)
        draw.check_drawn(monday, [one.monday for one in weeks.weeks(session, organisation_id)])
        found = weeks.candidates(session, organisation_id, monday)
        if not found:
            raise draw.NothingToDraw
        week = Week(
            organisation_id=organisation_id, monday=monday, seed=randbelow(draw.SEEDS),
            could=len({one.occurrence_id for one in found}),
        )  # fmt: skip
        session.add(week)
        session.flush()
        for one in draw.sample(found, size, week.seed):
            session.add(
                Drawn(
                    week_id=week.id, occurrence_id=one.occurrence_id, goal_id=one.goal_id,
                    organisation_id=organisation_id,
                )
            )  # fmt: skip
        audit.record(session, actor, "measuring_week.drawn", week.id, seed=week.seed, n=size)
    return week
