"""Signals: written down when they were noticed, followed up, and some of them closed."""

from datetime import date, timedelta
from uuid import UUID

from kinderwerk.access_requests import service as access_requests
from kinderwerk.access_requests.rules import Receipt
from kinderwerk.core.periods import Period
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import WEEK
from kinderwerk.demo.town.concerns import CONCERNS, ENDINGS, OFTEN, Concern
from kinderwerk.demo.town.people import WING
from kinderwerk.signals import service as signals
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import (
    CLOSED,
    Area,
    Capture,
    Course,
    Factor,
    Level,
    Note,
    NoteKind,
    Sign,
    Subject,
)

#: Of the kind that happens often: how many in the two half-years that are reported.
EARLIER = (26, 28)
WRITERS = ("sanne", "koen", "aylin", "jurre")


def concerns(story: Story) -> None:
    finished = story.calendar.finished
    for period, many in zip((finished.previous, finished), EARLIER, strict=True):
        for number in range(many):
            _often(story, period, number, many)
    for one in CONCERNS:
        _written(story, one)
    _in_a_hurry(story)
    _asked(story)


def _written(story: Story, one: Concern) -> None:
    day = story.today - one.weeks * WEEK - timedelta(days=one.days)
    wish = Capture(
        subject=one.subject, family_id=None, area=one.area, level=one.level,
        child_id=_about(story, one), neighbourhood_id=_where(story, one),
        fact=Note(
            kind=one.kind, text=one.fact, observed_on=day, source=one.source, place=one.place
        ),
        interpretation=one.meaning, protective=one.strength,
    )  # fmt: skip
    with story.on(day, 17, 10):
        if one.passed_on:
            signals.pass_on(story.session, story.actor(one.by), wish)
            return
        signal = signals.write_down(story.session, story.actor(one.by), wish)
    _followed(story, one, signal, day)


def _about(story: Story, one: Concern) -> UUID | None:
    if one.subject is not Subject.CHILD:
        return None
    return story.chance.choice(story.children[one.house]).id


def _where(story: Story, one: Concern) -> UUID | None:
    if one.subject in (Subject.GROUP, Subject.PLACE):
        return story.areas["Vogelnest"].id
    return None


def _followed(story: Story, one: Concern, signal: Signal, written: date) -> None:
    session, actor = story.session, story.actor(one.by)
    if one.shared_with:
        with story.on(written, 17, 30):
            signals.share(session, actor, signal, story.lets_in(one.shared_with))
    after = min(written + timedelta(days=6), story.today)
    with story.on(after, 16):
        if one.later and one.then not in CLOSED:
            note = Note(
                kind=NoteKind.FACT_OWN, text=one.later, observed_on=after, factor=Factor.RISK
            )
            signals.add_note(session, actor, signal, note)
        if one.then in CLOSED:
            signals.close(session, actor, signal, None, one.then, one.later or "")
    if one.then not in CLOSED and one.review_in is not None:
        _planned(story, one, signal)


def _planned(story: Story, one: Concern, signal: Signal) -> None:
    """Agree when somebody looks again; that was agreed before the day came."""
    review = story.today + timedelta(days=one.review_in or 0)
    with story.on(min(story.today, review) - timedelta(days=7), 16, 30):
        course = Course(
            level=one.level, status=one.then, owner_id=story.people[one.by].id, review_on=review
        )
        signals.set_course(session=story.session, actor=story.actor(one.by), signal=signal,
                           version=None, course=course)  # fmt: skip


def _in_a_hurry(story: Story) -> None:
    """Write down three taps and a sentence; when there is time, somebody completes it."""
    child = story.children[WING][0]
    note = Note(
        kind=NoteKind.FACT_OWN, observed_on=story.today,
        text="Zat het hele uur alleen op de bank en wilde niet zeggen waarom.",
    )  # fmt: skip
    wish = Capture(
        subject=Subject.CHILD, child_id=child.id, family_id=None, neighbourhood_id=None,
        area=Area.SOCIAL, level=Level.CONCERN, fact=note,
    )  # fmt: skip
    with story.on(story.today, 8, 5):
        actor = story.actor(WRITERS[0])
        signal = signals.write_down(story.session, actor, wish, unfinished=True)
        ticked = frozenset({(Sign.LONELY, Factor.RISK), (Sign.MENTAL, Factor.RISK)})
        signals.tick(story.session, actor, signal, None, ticked)


def _asked(story: Story) -> None:
    """A family asks what is kept; the protection officer answers within a month."""
    child, day = story.children[WING][1], story.today - timedelta(days=9)
    with story.on(day, 15):
        access_requests.receive(
            story.session, story.actor(WRITERS[1]),
            Receipt(
                family_id=child.family_id, asked_by="De moeder, belde zelf", received_on=day
            ),
        )  # fmt: skip


def _often(story: Story, period: Period, number: int, many: int) -> None:
    """Write down what happens in every half-year, and how it ended."""
    length = (period.ends - period.begins).days
    day = period.begins + timedelta(days=10 + number * (length - 40) // many)
    area, level, fact = OFTEN[number % len(OFTEN)]
    writer = WRITERS[number % len(WRITERS)]
    child = story.chance.choice([one for one in story.children[WING] if one.id in story.homes])
    with story.on(day, 17):
        signal = signals.write_down(
            story.session, story.actor(writer), _capture(child.id, area, level, fact, day)
        )
    status, why = ENDINGS[number % len(ENDINGS)]
    with story.on(day + 3 * WEEK, 16):
        signals.close(story.session, story.actor(writer), signal, None, status, why)


def _capture(child_id: UUID, area: Area, level: Level, fact: str, day: date) -> Capture:
    note = Note(kind=NoteKind.FACT_OWN, text=fact, observed_on=day)
    return Capture(
        subject=Subject.CHILD, child_id=child_id, family_id=None, neighbourhood_id=None, area=area,
        level=level, fact=note,
    )  # fmt: skip
