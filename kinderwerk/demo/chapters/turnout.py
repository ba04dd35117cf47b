"""Who signs up for what, and who came: this year's places through the same doors as everybody's,
what is past as rows, because it is much."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import PRIVATE, RegisterMode, SignupKind
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.demo.chapters.counting import Counted
from kinderwerk.demo.chapters.programme import LAST_YEAR
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import WEEK
from kinderwerk.demo.town.programme import OFFERS, Offer
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import Contribution, nothing, total
from kinderwerk.families.models import Child
from kinderwerk.families.rules import age_on
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Known, Presence, bands
from kinderwerk.signups import service as signups
from kinderwerk.signups.models import Signup, SignupStep
from kinderwerk.signups.rules import SignUp, Standing

CAME: Final = (Presence.PRESENT, Presence.EXCUSED, Presence.ABSENT)
HOW_OFTEN: Final = (80, 12, 8)
GROWN_UP: Final = 18


def places(story: Story) -> None:
    """Let parents ask for places, in the order in which they come; some wait."""
    for offer in OFFERS:
        activity = story.activities[offer.key]
        if activity.signup.by_parents and offer.asked:
            for number, child in enumerate(_interested(story, offer, offer.asked)):
                _ask(story, offer, activity, child, number)
        if f"{offer.key}{LAST_YEAR}" in story.activities and offer.asked:
            _had_places(story, offer)
    story.session.flush()
    _give_up(story)


def _give_up(story: Story) -> None:
    """Have one child sign off yesterday where others wait, so that a place is on offer today."""
    waited_for = select(Signup.activity_id).where(
        Signup.standing == Standing.WAITING, Signup.occurrence_id.is_(None)
    )
    found = (
        select(Signup)
        .join(Signup.activity)
        .where(Signup.standing == Standing.PLACED, Signup.activity_id.in_(waited_for))
        .order_by(Activity.title, Signup.queue)
    )
    leaver = story.session.scalars(found).first()
    if leaver:
        offer = next(one for one in OFFERS if story.activities[one.key] is leaver.activity)
        with story.on(story.today - timedelta(days=1), 17, 20):
            signups.cancel(story.session, story.actor(offer.staff[0]), leaver.id)


def _interested(story: Story, offer: Offer, n: int, on: date | None = None) -> Sequence[Child]:
    """Choose children of that age; one or two from nowhere known would hide half a report."""
    day = on or story.calendar.now.begins
    youngest, oldest = offer.ages
    fitting = [
        child
        for child in story.children[offer.house]
        if youngest <= age_on(child.born_on, day)
        and age_on(child.born_on, story.today) <= oldest
        and child.id in story.homes
    ]
    return story.chance.sample(fitting, min(n, len(fitting)))


def _ask(story: Story, offer: Offer, activity: Activity, child: Child, number: int) -> None:
    begins = min(activity.begins_on, story.today) - 2 * WEEK + timedelta(days=number % 12)
    with story.on(begins, 8 + number % 12, number % 60):
        dates = _dates(story, activity) if activity.signup is SignupKind.PER_DAY else ()
        wish = SignUp(activity_id=activity.id, child_ids=(child.id,), occurrence_ids=dates)
        signups.sign_up(story.session, story.actor(offer.staff[0]), wish)


def _dates(story: Story, activity: Activity) -> tuple[UUID, ...]:
    found = select(Occurrence.id).where(
        Occurrence.activity_id == activity.id, Occurrence.starts_at > clock.now()
    )
    return tuple(story.session.scalars(found))


def _had_places(story: Story, offer: Offer) -> None:
    """Write down who had a place in the season that is over."""
    activity = story.activities[offer.key + LAST_YEAR]
    session = story.session
    with story.on(activity.begins_on - WEEK):
        children = _interested(story, offer, activity.capacity or 12, activity.begins_on)
        rows = [
            Signup(
                organisation_id=activity.organisation_id, activity=activity, child=child,
                standing=Standing.PLACED, queue=number, made_by_id=None,
            )
            for number, child in enumerate(children, 1)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        session.add_all(
            SignupStep(
                organisation_id=one.organisation_id, signup_id=one.id, standing=one.standing,
                by_id=None,
            )
            for one in rows
        )  # fmt: skip
        activity.taken = len(rows)
        ids = [one.id for one in rows]
        audit.record(session, SYSTEM, "signup.made", activity.id, also=ids)


def attendance(story: Story) -> None:
    """Fill the registers of all that is past, and count what they say."""
    by_key = {offer.key: offer for offer in OFFERS}
    past = [
        (by_key[key.removesuffix(LAST_YEAR)], activity, held)
        for key, activity in story.activities.items()
        if activity.format not in PRIVATE
        for held in _held(story, activity)
    ]
    for offer, activity, held in past:
        _register(story, offer, activity, held)
    story.session.flush()
    facts.replace(story.session, nothing(), total(_filled(story, past)))


def _register(story: Story, offer: Offer, activity: Activity, held: Occurrence) -> None:
    with clock.stopped(held.ends_at):
        register = Register(
            organisation_id=activity.organisation_id, occurrence=held,
            held_on=clock.to_wall(held.starts_at).date(),
            goal_ids=sorted(str(goal.goal_id) for goal in activity.goals),
            neighbourhood_id=activity.venue.neighbourhood_id if activity.venue else None,
            closed_at=held.ends_at + timedelta(minutes=20),
        )  # fmt: skip
        story.session.add(register)
        actor = story.actor(offer.staff[0])
        audit.record(story.session, actor, "register.closed", held.id)


def _filled(
    story: Story, past: Sequence[tuple[Offer, Activity, Occurrence]]
) -> Iterator[Contribution]:
    """Write down who came, and yield what that counts: a season of the same children at once."""
    marks: list[dict[str, Any]] = []
    boxes: list[dict[str, Any]] = []
    for (offer, activity), dates in groupby(past, key=itemgetter(0, 1)):
        children = _placed(story, activity)
        season = Counted(story, activity)
        for _, _, held in dates:
            day = clock.to_wall(held.starts_at).date()
            common = {"occurrence_id": held.id, "organisation_id": activity.organisation_id}
            by = {"marked_by_id": story.people[offer.staff[0]].id, "marked_at": held.starts_at}
            came = [_mark(story, child, day) for child in children]
            counted = list(_boxes(story, offer, activity))
            season.add(day, came, counted)
            marks += [common | by | mark for mark in came]
            boxes += [common | box for box in counted]
        yield from season.contributions()
    story.session.execute(insert(Attendance), marks)
    story.session.execute(insert(Tally), boxes)


def _mark(story: Story, child: Child, day: date) -> dict[str, Any]:
    return {
        "child_id": child.id,
        "presence": story.chance.choices(CAME, HOW_OFTEN)[0],
        "neighbourhood_id": child.neighbourhood_on(day),
    }


def _boxes(story: Story, offer: Offer, activity: Activity) -> Iterator[dict[str, Any]]:
    """Yield how many came whose names nobody asked, more or less as many as always."""
    if activity.register is RegisterMode.HOURS or not offer.others:
        return
    reached = bands(max(4, activity.age_from), min(12, activity.age_to))
    kinds = (Known.KNOWN, Known.NEW)
    if activity.age_from >= GROWN_UP:
        reached = bands(activity.age_from, activity.age_to)[-1:]
    for band in reached:
        usual = offer.others / len(reached)
        for known, share in zip(kinds, (0.8, 0.2), strict=True):
            n = max(0, round(usual * share * story.chance.uniform(0.6, 1.4)))
            if n:
                yield {"band": band, "known": known, "n": n}


def _held(story: Story, activity: Activity) -> Sequence[Occurrence]:
    return story.session.scalars(
        select(Occurrence)
        .where(Occurrence.activity_id == activity.id, Occurrence.ends_at < clock.now())
        .order_by(Occurrence.starts_at)
    ).all()


def _placed(story: Story, activity: Activity) -> Sequence[Child]:
    return story.session.scalars(
        select(Child)
        .join(Signup, Signup.child_id == Child.id)
        .where(Signup.activity_id == activity.id, Signup.standing == Standing.PLACED)
        .options(selectinload(Child.residences))
        .order_by(Signup.queue)
    ).all()
