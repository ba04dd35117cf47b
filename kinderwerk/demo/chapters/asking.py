"""What groups were asked of late, what they answered, and what one team made of it.

It takes its chances by itself, so that what the chapters before it made stays the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import joinedload, selectinload

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import PRIVATE, AgeBand
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.core.periods import Period
from kinderwerk.demo.chapters.aims import LEADS
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import WEEK
from kinderwerk.demo.town.people import FROG, WING
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import nothing, total
from kinderwerk.kiosk.models import Kiosk
from kinderwerk.kiosk.rules import TAPPED
from kinderwerk.measuring import queries, service
from kinderwerk.measuring.models import Answers, Measurement, Question
from kinderwerk.measuring.rules import FEWEST, Instrument, QuestionWish, ReadingWish
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Presence

SINCE: Final = 10 * WEEK
#: How often a question is asked: at each third session of those that could ask it.
EACH: Final = 3
ASKED: Final = (
    (WING, "mee", "Hoe was het hier voor jou?", Instrument.FACES, ()),
    (WING, "talent", "Ik heb vandaag iets nieuws gedaan", Instrument.AGAIN, ()),
    (WING, "gezond", "Wat wil je vaker doen?", Instrument.DOTS, ("Koken", "Voetbal", "Buiten")),
    (WING, "taal", "Hoe leuk was het vandaag?", Instrument.FIVE_FACES, ()),
    (FROG, "buiten", "Wil je dit nog een keer doen?", Instrument.AGAIN, ()),
    (FROG, "samen", "Ik heb iemand leren kennen", Instrument.AGAIN, ()),
)
#: How likely each step is, the best first.
LIKELY: Final = (52, 27, 12, 6, 3)
MEANING: Final = ReadingWish(
    means="Vooral de jongere kinderen zeggen ja. De oudsten kiezen vaker 'gaat wel': zij willen"
    " zelf kiezen wat ze doen.",
    talked_with="Het team en de kinderraad",
    agreed="Elke eerste woensdag kiezen de kinderen van tien en ouder het programma.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question at a session, with how many were there."""

    question: Question
    held: Occurrence
    day: date
    there: int


def asking(story: Story) -> None:
    chance = Random("asking")
    with story.on(story.today - SINCE):
        questions = [_question(story, *one) for one in ASKED]
    asked = list(_chosen(questions, _held(story), _there(story)))
    session = story.session
    rows = [_measurement(one) for one in asked]
    session.execute(insert(Measurement), rows, execution_options={"audited": "measurement.counted"})
    session.execute(
        insert(Answers),
        [each for one, row in zip(asked, rows, strict=True) for each in _answers(one, row, chance)],
    )
    made = [row["id"] for row in rows]
    audit.record(session, SYSTEM, "measurement.counted", story.municipality.id, also=made)
    kept = session.scalars(
        select(Measurement)
        .where(Measurement.id.in_(made))
        .options(joinedload(Measurement.question), selectinload(Measurement.answers))
    ).all()
    facts.replace(session, nothing(), total(queries.counted(session, kept)))
    period, actor = Period.holding(story.today)[2], story.actor(LEADS[WING])
    service.read(session, actor, questions[0].goal_id, period, MEANING, None)


def tablet(story: Story) -> None:
    """Let the children of the last session that could have a tablet have answered on one."""
    worker = story.people["sanne"]
    held = worker.current_memberships[0]
    found = story.session.execute(
        select(Measurement, Occurrence)
        .join(Occurrence, Occurrence.id == Measurement.occurrence_id)
        .join(Question, Question.id == Measurement.question_id)
        .where(
            Measurement.organisation_id == held.organisation_id,
            Question.instrument.in_(TAPPED),
            Measurement.asked >= FEWEST,
        )
        .order_by(Measurement.held_on.desc(), Measurement.id)
    ).first()
    if found is None:
        return
    asked, when = found
    with story.on(asked.held_on, 17):
        story.session.add(
            Kiosk(
                organisation_id=asked.organisation_id, occurrence_id=when.id,
                question_id=asked.question_id, user_id=worker.id, membership_id=held.id,
                until=clock.midnight(asked.held_on + timedelta(days=1)), ended_at=when.ends_at,
            )
        )  # fmt: skip
        story.session.flush()


def _question(
    story: Story, house: str, key: str, text: str, instrument: Instrument, options: tuple[str, ...]
) -> Question:
    wish = QuestionWish(text=text, instrument=instrument, options=options)
    goal_id = story.goals[house, key].id
    return service.add_question(story.session, story.actor(LEADS[house]), goal_id, wish)


def _held(story: Story) -> Sequence[Occurrence]:
    return story.session.scalars(
        select(Occurrence)
        .join(Occurrence.activity)
        .join(Register, Register.occurrence_id == Occurrence.id)
        .where(
            Activity.format.not_in(PRIVATE), Register.closed_at.is_not(None),
            Occurrence.starts_at >= clock.midnight(story.today - SINCE),
            Occurrence.ends_at < clock.midnight(story.today - timedelta(days=1)),
        )
        .options(selectinload(Occurrence.activity).selectinload(Activity.goals),
                 selectinload(Occurrence.activity).selectinload(Activity.venue))
        .order_by(Occurrence.starts_at, Occurrence.id)
    ).all()  # fmt: skip


def _there(story: Story) -> Mapping[UUID, int]:
    present = (
        select(Attendance.occurrence_id, func.count())
        .where(Attendance.presence == Presence.PRESENT)
        .group_by(Attendance.occurrence_id)
    )
    tallied = (
        select(Tally.occurrence_id, func.sum(Tally.n))
        .where(Tally.band != AgeBand.ADULT)
        .group_by(Tally.occurrence_id)
    )
    found: dict[UUID, int] = {}
    for query in (present, tallied):
        for occurrence_id, n in story.session.execute(query):
            found[occurrence_id] = found.get(occurrence_id, 0) + n
    return found


def _chosen(
    questions: Sequence[Question], held: Sequence[Occurrence], there: Mapping[UUID, int]
) -> Iterator[Asked]:
    """Yield a question for some sessions: one to a group in a month."""
    known: set[tuple[UUID, int]] = set()
    for number, one in enumerate(held):
        day = clock.to_wall(one.starts_at).date()
        goals = {goal.goal_id for goal in one.activity.goals}
        fitting = [
            each for each in questions
            if each.goal_id in goals and queries.suits(each, one.activity)
        ]  # fmt: skip
        if number % EACH or not fitting or there.get(one.id, 0) < 4:
            continue
        if (one.activity_id, day.month) not in known:
            known.add((one.activity_id, day.month))
            yield Asked(fitting[0], one, day, there[one.id])


def _measurement(one: Asked) -> dict[str, Any]:
    venue = one.held.place
    return {
        "id": ids.sortable(), "created_at": one.held.starts_at, "occurrence_id": one.held.id,
        "organisation_id": one.held.organisation_id, "question_id": one.question.id,
        "activity_id": one.held.activity_id, "held_on": one.day, "asked": one.there,
        "neighbourhood_id": venue.neighbourhood_id if venue else None, "last_step": None,
    }  # fmt: skip


def _answers(one: Asked, row: Mapping[str, Any], chance: Random) -> Iterator[dict[str, Any]]:
    steps = range(len(one.question.steps))
    answered = chance.randint(one.there * 2 // 3, one.there)
    chosen = chance.choices(steps, LIKELY[: len(steps)], k=answered)
    for step in sorted(set(chosen)):
        yield {
            "measurement_id": row["id"], "step": step, "n": chosen.count(step),
            "organisation_id": row["organisation_id"],
        }  # fmt: skip
