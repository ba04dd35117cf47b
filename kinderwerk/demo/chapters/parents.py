"""Parents: what they asked in passing, and the families who were helped for some months."""

from datetime import date, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select

from kinderwerk.confided.rules import Way, Wish
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import WEEK
from kinderwerk.demo.town.parents import DOOR, SUPPORT, WRITERS, Aim, Support, Talk
from kinderwerk.demo.town.people import WING
from kinderwerk.families.models import Carer, Family
from kinderwerk.support import queries, rules
from kinderwerk.support import service as support
from kinderwerk.support.models import Trajectory
from kinderwerk.support.plan import queries as plans
from kinderwerk.support.plan import service as planning
from kinderwerk.support.plan.rules import DidHelp, Judged, Settled
from kinderwerk.support.rules import AimWish, Ending, ShortContact, Start, Status

#: Marks the forms of this chapter, which nobody sends twice.
FORMS = UUID(int=85)
#: So long after the last talk a trajectory ended.
AFTERWARDS = 3 * WEEK
SUNDAY = 6


def parents(story: Story) -> None:
    for writers, many in WRITERS:
        for number in range(many):
            _asked(story, writers[number % len(writers)], number, many)
    families = _families(story)
    for one, family in zip(SUPPORT, families, strict=True):
        _supported(story, one, family)


def _asked(story: Story, writer: str, number: int, many: int) -> None:
    """Write down a short contact, one after the other over all that is told of."""
    begins = story.calendar.begins + timedelta(days=9)
    day = begins + number * (story.today - begins) // many
    if day.weekday() == SUNDAY:
        day -= timedelta(days=1)
    topic, channel, helped, minutes = DOOR[number % len(DOOR)]
    where = story.chance.choice([*story.areas.values(), None])
    wish = ShortContact(
        topic=topic, channel=channel, helped=helped, minutes=minutes, held_on=day,
        neighbourhood_id=where.id if where else None, once=uuid5(FORMS, f"{writer} {number}"),
    )  # fmt: skip
    with story.on(day, 16, 40):
        support.write_contact(story.session, story.actor(writer), wish)


def _families(story: Story) -> list[Family]:
    """Choose a family for each, never the same one twice."""
    chosen: list[Family] = []
    for one in SUPPORT:
        if one.of:
            chosen.append(carer(story, one.of).family)
            continue
        known = [child.family for child in story.children[one.house]]
        chosen.append(story.chance.choice([family for family in known if family not in chosen]))
    return chosen


def _supported(story: Story, one: Support, family: Family) -> None:
    day = story.today - one.weeks * WEEK
    session, actor = story.session, story.actor(one.by)
    first, *others = one.aims
    with story.on(day, 15):
        trajectory = support.begin(
            session, actor,
            Start(
                family_id=family.id, topic=one.topic, question=one.question, aim=_aim(first),
                began_on=day, follow_up_on=rules.follow_up(day), once=uuid5(FORMS, one.question),
            ),
        )  # fmt: skip
        if one.shared_with:
            support.share(session, actor, trajectory, story.lets_in(one.shared_with))
    for minutes, aim in enumerate(others, 5):
        with story.on(day, 15, minutes):
            support.add_aim(session, actor, trajectory, _aim(aim))
    for talk in one.talks:
        _talked(story, one, trajectory, talk, day + talk.weeks * WEEK)
    if one.of:
        _seen(story, one, one.of, trajectory, day + one.talks[-1].weeks * WEEK)
    if one.then is not Status.RUNNING:
        _ended(story, one, trajectory, day + one.talks[-1].weeks * WEEK + AFTERWARDS)


def carer(story: Story, key: str) -> Carer:
    """Return a parent who signs in, as the house of the trajectory knows them."""
    found = select(Carer).where(
        Carer.user_id == story.people[key].id, Carer.organisation_id == story.houses[WING].id
    )
    return story.session.scalars(found).one()


def _seen(story: Story, one: Support, key: str, trajectory: Trajectory, day: date) -> None:
    """Name the parent, who says what became of the first agreement and whether it helps."""
    session, parent = story.session, story.actor(key)
    with story.on(day, 15, 30):
        wish = Wish(carer_id=carer(story, key).id, way=Way.MAIL)
        support.name_carer(session, story.actor(one.by), trajectory, wish)
    with story.on(day + timedelta(days=5), 20, 10):
        plan = plans.by_id(session, trajectory.id)
        first = plans.agreements(session, trajectory.id)[0]
        planning.settle_own(session, parent, plan, first.id, Settled.DONE)
        planning.answer(
            session, parent, plan,
            Judged(helped=DidHelp.A_LITTLE, words="De middag is rustiger. De dinsdag nog niet."),
        )  # fmt: skip


def _aim(aim: Aim) -> AimWish:
    return AimWish(text=aim.text, scale_start=aim.start)


def _talked(story: Story, one: Support, trajectory: Trajectory, talk: Talk, day: date) -> None:
    last = one.then is Status.RUNNING and talk is one.talks[-1]
    ask = story.today + timedelta(days=one.ask_in) if last else rules.follow_up(day)
    wish = rules.Talk(
        held_on=day, channel=talk.channel, minutes=talk.minutes, text=talk.text,
        agreed=talk.agreed, follow_up_on=ask, once=uuid5(FORMS, talk.text),
    )  # fmt: skip
    with story.on(day, 14, 30):
        support.add_talk(story.session, story.actor(one.by), trajectory, wish)


def _ended(story: Story, one: Support, trajectory: Trajectory, day: date) -> None:
    with story.on(day, 15):
        aims = queries.aims(story.session, trajectory)
        ends = {kept.id: aim.end for kept, aim in zip(aims, one.aims, strict=True)}
        ending = Ending(status=one.then, scales=ends)
        support.end(story.session, story.actor(one.by), trajectory, None, ending)
