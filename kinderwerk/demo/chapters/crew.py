"""Who works there: what was seen of them, what ends soon, which shifts are open."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.duties import Duty
from kinderwerk.demo.chapters.aims import LEADS
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import WEEK
from kinderwerk.demo.town.people import STAFF, WING, WORKER, Colleague
from kinderwerk.families.custody import correcting
from kinderwerk.offline import service as offline
from kinderwerk.planner import queries as planner
from kinderwerk.staffing import queries as staffing
from kinderwerk.staffing import service as shifts
from kinderwerk.staffing.rules import Post
from kinderwerk.team import service as team
from kinderwerk.team.rules import GUEST_LESSON, TRAININGS, Kind, Own, Training, Wish, Word

YEAR: Final = 365
#: So many days ago the certificate of somebody was issued; of the others as their turn comes.
ISSUED: Final = {"gerrie": 3 * YEAR - 40, "jurre": 2 * YEAR}
#: Of whom nobody has seen one yet.
ASKED_FOR: Final = "tess"
CONTRACT_ENDS: Final = {"aylin": 55}
#: Who learned how to give a lesson at a school, and how many days ago.
LESSONS: Final = {"jurre": 140}
#: So long from today a first-aid training of somebody is still good.
FIRST_AID: Final = {"koen": 30, "sanne": 500}
TOLD: Final = "koen"
DEVICE: Final = "Chrome, Android"


def crew(story: Story) -> None:
    for number, one in enumerate(STAFF):
        if one.house and one.key not in LEADS.values():
            _seen(story, one, number)
    _told(story)
    _shifts(story)
    _corrected(story)
    offline.begin(story.session, story.actor(WORKER), DEVICE)


def _seen(story: Story, one: Colleague, number: int) -> None:
    lead = story.actor(LEADS[one.house or WING])
    issued = story.today - timedelta(days=ISSUED.get(one.key, 90 + 31 * number))
    asked = one.key == ASKED_FOR
    ends = CONTRACT_ENDS.get(one.key)
    volunteer = one.role is Role.VOLUNTEER
    wish = Wish(
        kind=Kind.VOLUNTEER if volunteer else Kind.STAFF,
        word=Word.REQUESTED if asked else Word.SEEN,
        requested_on=story.today - WEEK if asked else None,
        issued_on=None if asked else issued, seen_on=None if asked else issued + WEEK,
        profile="Zorg voor minderjarigen", intake_on=issued, references_on=issued,
        code_version="2", code_signed_on=None if asked else issued + WEEK,
        confidant_known=not asked,
        contract_ends_on=story.today + timedelta(days=ends) if ends else None,
    )  # fmt: skip
    member = _member(story, one.key)
    team.write(story.session, lead, member, wish, None)
    lasts = FIRST_AID.get(one.key)
    if lasts:
        until = story.today + timedelta(days=lasts)
        done = Training(kind=TRAININGS[0], on=until - timedelta(days=2 * YEAR), until=until)
        team.train(story.session, lead, member, done)
    if one.key in LESSONS:
        learned = story.today - timedelta(days=LESSONS[one.key])
        team.train(story.session, lead, member, Training(kind=GUEST_LESSON, on=learned))


def _member(story: Story, key: str) -> UUID:
    return story.people[key].current_memberships[0].id


def _told(story: Story) -> None:
    own = Own(phone="06 04411 055", halves=("1-afternoon", "2-afternoon", "4-afternoon"))
    team.tell_own(story.session, story.actor(TOLD), _member(story, TOLD), own)


def _shifts(story: Story) -> None:
    """Look for helpers on two dates; one of the shifts was taken already."""
    lead = story.actor(LEADS[WING])
    for key, places in (("speeldag", 3), ("eten", 1)):
        date = planner.coming(story.session, story.activities[key].id)[0]
        shifts.post(story.session, lead, date.id, Post(duty=Duty.HELPS, places=places))
    there = staffing.open_dates(story.session, story.actor("gerrie"))
    first = next(one for one in there if not one.mine(story.people["gerrie"].id))
    taken = first.open[0].shift_id
    if taken:
        shifts.take(story.session, story.actor("gerrie"), taken)


def _corrected(story: Story) -> None:
    """Put right how a father is called, as he asked: he hears of it."""
    shared = story.children[WING][12]
    care = next(one for one in shared.cares if one.carer.name.startswith("Daan"))
    lead = story.actor(LEADS[WING])
    correcting.correct(
        story.session, lead, care.id, None, "Daan Rietveld", care.carer.phone, asked=False
    )
