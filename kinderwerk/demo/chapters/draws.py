"""Places by draw: one draw was made, of another the names are still collected."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import ByDraw, Plan, RegisterMode, SignupKind
from kinderwerk.activities.series import Series
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import WEEK
from kinderwerk.demo.town.draws import DRAWS, Drawn
from kinderwerk.demo.town.people import WING
from kinderwerk.draws import service
from kinderwerk.draws.models import Draw
from kinderwerk.draws.rules import ALPHABET, LENGTH, digest
from kinderwerk.families.models import Child
from kinderwerk.families.rules import age_on
from kinderwerk.signups import service as signups
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.sealing import seal

WORKER: Final = "koen"
AGES: Final = (7, 12)
EVENING: Final = 20


def draws(story: Story) -> None:
    for one in DRAWS:
        activity = _announced(story, one)
        for number, child in enumerate(_interested(story, one)):
            _enters(story, activity, child, number)
        if one.closes_in < 0:
            _held(story, one, activity)


def _announced(story: Story, one: Drawn) -> Activity:
    first = story.today + timedelta(days=one.in_days)
    closes_at = datetime.combine(story.today + timedelta(days=one.closes_in), time(EVENING))
    plan = Plan(
        format=one.format, title=one.title, summary=one.summary, why=one.why,
        goal_ids=(story.goals[WING, "mee"].id,), age_from=AGES[0], age_to=AGES[1],
        capacity=one.capacity, signup=SignupKind.SERIES, register=RegisterMode.NAMED,
        drawing=one.drawing, venue_id=story.venues["vleugel"].id,
        staff_ids=(story.people[WORKER].id,),
        draw=ByDraw(closes_at=clock.from_wall(closes_at), reserved=one.reserved),
        series=Series(
            begins_on=first, ends_on=first + timedelta(days=one.days - 1), starts=time(10),
            ends=time(16),
        ),
    )  # fmt: skip
    with story.on(story.today - 3 * WEEK):
        made = activities.plan(story.session, story.actor(WORKER), plan)
        activities.publish(story.session, story.actor(WORKER), made.id)
        _sealed(story, made)
        service.prepare(story.session, made.id)
    return made


def _sealed(story: Story, activity: Activity) -> None:
    """Begin the draw with a seed that is the same each time, where nothing is at stake."""
    seed = digest(activity.title)
    draw = Draw(
        organisation_id=activity.organisation_id, activity_id=activity.id, seed_hash=digest(seed)
    )
    seal(story.session, draw, secret=seed, salt=digest(seed))
    story.session.add(draw)
    audit.record(story.session, SYSTEM, "draw.prepared", draw.id, of=activity.id)


def _interested(story: Story, one: Drawn) -> Sequence[Child]:
    """Choose children of that age, those of the open door first."""
    fitting = [
        child for child in story.children[WING]
        if AGES[0] <= age_on(child.born_on, story.today) < AGES[1]
    ]  # fmt: skip
    return [*fitting[:2], *story.chance.sample(fitting[2:], one.asked - 2)]


def _enters(story: Story, activity: Activity, child: Child, number: int) -> None:
    with story.on(story.today - 2 * WEEK + timedelta(days=number % 10), 9 + number % 10, number):
        wish = SignUp(activity_id=activity.id, child_ids=(child.id,))
        signups.sign_up(story.session, story.actor(WORKER), wish)


def _held(story: Story, one: Drawn, activity: Activity) -> None:
    closed_on = story.today + timedelta(days=one.closes_in)
    with story.on(closed_on, EVENING):
        service.close(story.session, activity.id, lambda many: _numbers(story, many))
    with story.on(closed_on, EVENING, 15):
        service.hold(story.session, activity.id)


def _numbers(story: Story, many: int) -> list[str]:
    return ["".join(story.chance.choices(ALPHABET, k=LENGTH)) for _ in range(many)]
