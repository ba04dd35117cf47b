"""What lies across the ways of the town, as the coordinators know it."""

from typing import Final

from kinderwerk.access.vocabulary import Role
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town import geography
from kinderwerk.demo.town.people import STAFF
from kinderwerk.neighbourhood_map import service
from kinderwerk.neighbourhood_map.walking import Place, Wish

#: By the bridge.
DETOUR: Final = 400


def ways(story: Story) -> None:
    line = [Place(latitude, longitude) for longitude, latitude in geography.water()]
    for one in STAFF:
        if one.role is Role.COORDINATOR:
            wish = Wish(name="De Vaart", line=line, detour=DETOUR)
            service.add_barrier(story.session, story.actor(one.key), wish)
