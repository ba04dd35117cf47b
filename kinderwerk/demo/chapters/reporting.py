"""Two goal reports: one that the town hall has, and one that an organisation has still to agree."""

from datetime import date, timedelta

from kinderwerk.demo.chapters.aims import LEADS
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town.people import FROG, WING
from kinderwerk.demo.town.words import DIALOGUE
from kinderwerk.reports import service as reports
from kinderwerk.reports.models import Edition
from kinderwerk.reports.service import Dialogue


def reporting(story: Story) -> None:
    finished = story.calendar.finished
    _edition(story, finished.previous.ends, (FROG, WING))
    _edition(story, finished.ends, (FROG,))


def _edition(story: Story, last_day: date, agreeing: tuple[str, ...]) -> Edition:
    """Make the report three weeks after the half-year; talk it over; let some agree."""
    period = story.calendar.finished
    if last_day < period.begins:
        period = period.previous
    lead = story.actor(LEADS[WING])
    with story.on(last_day + timedelta(days=21), 10):
        edition = reports.make(story.session, lead, period)
    with story.on(last_day + timedelta(days=30), 14):
        reports.write(story.session, lead, edition, edition.version, Dialogue(**DIALOGUE))
    for number, house in enumerate(agreeing):
        with story.on(last_day + timedelta(days=35 + number), 9):
            actor = story.actor(LEADS[house])
            reports.agree(story.session, actor, edition, edition.digest)
    return edition
