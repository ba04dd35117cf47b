"""Talks with children that were noted, over the half-years that are told of. None ever happened."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Final, TypeVar
from uuid import UUID, uuid5

from kinderwerk.activities.rules import AgeBand
from kinderwerk.conversations import service
from kinderwerk.conversations.rules import Channel, Pointed, Serious, Wish
from kinderwerk.conversations.themes import Theme
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import SEED

K = TypeVar("K")

#: Marks the forms of this chapter, which nobody sends twice.
FORMS: Final = UUID(int=86)
#: Who notes them, and how many.
WRITERS: Final = ((("sanne", "aylin", "sanne", "jurre", "koen"), 400), (("ruud", "ruud"), 40))
#: How often each comes up.
THEMES: Final = {
    Theme.BULLYING: 9, Theme.FREE_TIME: 8, Theme.FRIENDS: 7, Theme.HOME: 6, Theme.SCHOOL: 6,
    Theme.FEELINGS: 5, Theme.ONLINE: 4, Theme.MONEY: 3, Theme.SEXUALITY: 3, Theme.VIOLENCE: 3,
    Theme.OTHER: 2, Theme.NEWS: 1,
}  # fmt: skip
CHANNELS: Final = {
    Channel.SPOKEN: 12, Channel.CHAT: 4, Channel.LETTERBOX: 2, Channel.PHONE: 1
}  # fmt: skip
BANDS: Final = {
    AgeBand.UP_TO_6: 2, AgeBand.UP_TO_9: 8, AgeBand.UP_TO_12: 10, AgeBand.UP_TO_15: 4,
    AgeBand.UP_TO_17: 1,
}  # fmt: skip
SERIOUS: Final = {Serious.YES: 15, Serious.NO: 1}
POINTED: Final = {
    Pointed.NOBODY: 16, Pointed.COLLEAGUE: 2, Pointed.HELPLINE: 1, Pointed.HELP: 1
}  # fmt: skip
TOOK: Final = {5: 4, 10: 5, 20: 3, 45: 1}
#: The neighbourhoods in which most of them were.
BUSY: Final = 2
SUNDAY: Final = 6


def conversations(story: Story) -> None:
    """Note talks, more of them on some days than on others; chance of its own changes no other."""
    chance = Random(SEED)
    areas = list(story.areas.values())[:BUSY]
    begins = story.calendar.begins + timedelta(days=5)
    for writers, many in WRITERS:
        for number in range(many):
            day = begins + timedelta(days=chance.randrange((story.today - begins).days))
            if day.weekday() == SUNDAY:
                day -= timedelta(days=1)
            wish = Wish(
                channel=_one(chance, CHANNELS), theme=_one(chance, THEMES),
                band=_one(chance, BANDS), serious=_one(chance, SERIOUS),
                pointed=_one(chance, POINTED), minutes=_one(chance, TOOK), held_on=day,
                neighbourhood_id=chance.choice(areas).id,
                once=uuid5(FORMS, f"{writers[0]} {number}"),
            )  # fmt: skip
            with story.on(day, 17, 20):
                writer = story.actor(writers[number % len(writers)])
                service.write_down(story.session, writer, wish)


def _one(chance: Random, among: Mapping[K, int]) -> K:
    return chance.choices(list(among), list(among.values()))[0]
