"""What families were told beside their sign-ups, and the letters that came back."""

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import func, select

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity, Occurrence, PlanChange
from kinderwerk.activities.moves import WHILE
from kinderwerk.activities.series import Slot
from kinderwerk.core import clock
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town.programme import OFFERS
from kinderwerk.messages import service as messages
from kinderwerk.messages.models import Message
from kinderwerk.messages.rules import COME_BACK
from kinderwerk.notices import changes
from kinderwerk.notices import service as notices
from kinderwerk.notices.rules import Say, Word

#: Marks the forms of this chapter, which nobody sends twice.
FORMS: Final = UUID(int=94)
HALF_AN_HOUR: Final = timedelta(minutes=30)


def telling(story: Story) -> None:
    """Say something to those who come to make things, and begin the course later once."""
    making, talking = (story.activities[key] for key in ("knutsel", "taalspel"))
    with story.on(story.today, 8):
        notices.say(
            story.session, _leader(story, "knutsel"), _next(story, making).id,
            Say(
                word=Word.BOOTS, words="We gaan takken zoeken voor het vlot.",
                form_id=uuid5(FORMS, "knutsel"),
            ),
        )  # fmt: skip
    date = _next(story, talking)
    later = Slot(date.starts_at + HALF_AN_HOUR, date.ends_at + HALF_AN_HOUR)
    yesterday = story.today - timedelta(days=1)
    with story.on(yesterday, 15):
        activities.move_occurrence(story.session, _leader(story, "taalspel"), date.id, later)
    with story.on(yesterday, 15, minute=int(WHILE.total_seconds() // 60)):
        for change in story.session.scalars(select(PlanChange.id)).all():
            changes.tell(story.session, change)


def came_back(story: Story) -> None:
    """Have one of those letters fail, one come back, and one address go silent."""
    told = story.session.scalars(
        select(Message)
        .where(
            Message.template == "notice.bulletin",
            Message.address.not_in([one.email for one in story.people.values()]),
        )
        .order_by(Message.address)
    ).all()
    often = (
        select(Message.address).group_by(Message.address).having(func.count() >= COME_BACK)
    )  # fmt: skip
    known = set(story.session.scalars(often))
    silent = next((one.address for one in told if one.address in known), None)
    failed, returned, *_ = [one for one in told if one.address != silent]
    failed.sent_at = None
    messages.not_sent(story.session, failed.id, "SMTPRecipientsRefused 550", for_good=True)
    messages.bounced(story.session, returned.id, "5.2.2")
    for id in story.session.scalars(select(Message.id).where(Message.address == silent)).all():
        messages.bounced(story.session, id, "5.1.1")


def _leader(story: Story, key: str) -> Actor:
    return story.actor(next(one for one in OFFERS if one.key == key).staff[0])


def _next(story: Story, activity: Activity) -> Occurrence:
    """Return its next date that is not today, so that it is always still to come."""
    begins = clock.midnight(story.today + timedelta(days=1))
    dates = select(Occurrence).where(
        Occurrence.activity_id == activity.id, Occurrence.starts_at >= begins,
        Occurrence.cancelled_at.is_(None),
    )  # fmt: skip
    return story.session.scalars(dates.order_by(Occurrence.starts_at).limit(1)).one()
