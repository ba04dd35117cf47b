"""The organisations decide how long they keep what."""

from kinderwerk.access.vocabulary import Role
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town.people import STAFF
from kinderwerk.privacy import service


def keeping(story: Story) -> None:
    for one in STAFF:
        if one.role is Role.ADMIN:
            service.confirm_rest(story.session, story.actor(one.key))
