"""A new school year comes: a coordinator began to go through what there is."""

from typing import Final

from kinderwerk.demo.chapters.aims import LEADS
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town.people import WING
from kinderwerk.school_year import queries, rules, service
from kinderwerk.school_year.rules import Part

DONE: Final = (Part.HOLIDAYS, Part.GRANTS)


def school_year(story: Story) -> None:
    lead = story.actor(LEADS[WING])
    here = queries.here(story.session, lead)
    year = rules.prepared(story.today, here.month)
    for part in DONE:
        service.settle(story.session, lead, year, part, done=True)
