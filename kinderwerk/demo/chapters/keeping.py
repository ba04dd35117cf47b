"""The organisations decide how long they keep what; a parent keeps the dates in a calendar."""

from kinderwerk.access.vocabulary import Role
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town.people import PARENT, STAFF
from kinderwerk.families import calendars
from kinderwerk.families import queries as families
from kinderwerk.privacy import service


def keeping(story: Story) -> None:
    for one in STAFF:
        if one.role is Role.ADMIN:
            service.confirm_rest(story.session, story.actor(one.key))
    parent = story.people[PARENT].actor()
    for house in sorted({one.organisation_id for one in families.mine(story.session, parent)}):
        calendars.renew_own(story.session, parent, house)
