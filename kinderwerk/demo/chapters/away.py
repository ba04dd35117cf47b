"""Who is away these days: somebody with a colleague who stands in, and somebody without.

What Aylin sees to goes along to Sanne, who may act in the role of Ineke as well.
"""

from datetime import timedelta
from typing import Final

from kinderwerk.absences import service
from kinderwerk.absences.rules import Leave
from kinderwerk.demo.chapters.story import Story

#: Who, from and until how many days from today on, and who stands in.
AWAY: Final = (
    ("aylin", 0, 5, "sanne"),
    ("koen", 0, 2, None),
    ("ineke", 0, 3, "sanne"),
    ("femke", 12, 19, "marleen"),
    ("koen", 21, 29, "jurre"),
)


def away(story: Story) -> None:
    for key, first, last, deputy in AWAY:
        leave = Leave(
            first=story.today + timedelta(days=first), last=story.today + timedelta(days=last),
            deputy_id=story.people[deputy].id if deputy else None,
        )  # fmt: skip
        held = story.people[key].current_memberships[0].id
        service.go(story.session, story.actor(key), held, leave)
