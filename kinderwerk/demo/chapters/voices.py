"""What children proposed, and what became of it: one answered, one decided, two that wait."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from kinderwerk.activities.models import Activity, ActivityStaff, Occurrence
from kinderwerk.activities.rules import PRIVATE, AgeBand
from kinderwerk.core import clock, ids
from kinderwerk.demo.chapters.story import Story
from kinderwerk.ideas import service as ideas
from kinderwerk.ideas.rules import Answer, Decision, How, Saying
from kinderwerk.registers.models import Register

#: How many days ago, what was said, how old; what was decided, and why; and how it was told back.
SAID: Final = (
    (40, "Een doel met een net, dan hoef je de bal niet steeds te halen.", AgeBand.UP_TO_9,
     ("We hangen een net in het doel op het plein.", "Twaalf kinderen vroegen erom."), How.SESSION),
    (24, "Ook eens op zaterdag koken, dan kan mijn oma mee.", AgeBand.UP_TO_12,
     ("In de wintervakantie proberen we één zaterdag.", "Er is een vrijwilliger die dan kan."),
     None),
    (9, "Dat de grote jongens niet altijd het veld hebben.", AgeBand.UP_TO_9, None, None),
    (3, "Kunnen we een keer buiten slapen?", AgeBand.UP_TO_12, None, None),
)  # fmt: skip


#: So many days before the end of each half-year that a report is about.
EARLIER: Final = (
    (70, "Een bankje bij het speelveld voor de moeders.", AgeBand.UP_TO_9,
     ("De gemeente zet er een neer.", "Vier kinderen vroegen het, en het past."), How.WALL),
    (50, "Een keer koken met wat in de tuin groeit.", AgeBand.UP_TO_12,
     ("Dat doen we elke laatste woensdag.", "De tuin geeft meer dan we opkrijgen."), How.SESSION),
    (30, "Een zwembad.", AgeBand.UP_TO_9,
     ("Dat kan niet, maar er komt een middag met water.", "Een zwembad is te duur."), None),
)  # fmt: skip


def earlier(story: Story) -> None:
    """Before the reports: what children proposed in the half-years that they are about."""
    for period in (story.calendar.finished.previous, story.calendar.finished):
        _said(story, EARLIER, period.ends)


def voices(story: Story) -> None:
    _said(story, SAID, story.today)


def _said(story: Story, said: Sequence[Any], until: date) -> None:
    for days, words, band, decided, how in said:
        day = until - timedelta(days=days)
        with story.on(day, 17):
            saying = Saying(
                words=words, band=band, once=ids.confidential(),
                occurrence_id=_last_held(story),
            )  # fmt: skip
            idea = ideas.write_down(story.session, story.actor("sanne"), saying)
        if decided:
            with story.on(day + timedelta(days=5), 17):
                wish = Decision(decision=decided[0], because=decided[1])
                ideas.decide(story.session, story.actor("sanne"), idea.id, None, wish)
        if how:
            on = day + timedelta(days=7)
            with story.on(on, 17):
                ideas.tell_back(
                    story.session, story.actor("sanne"), idea.id, None, Answer(how=how, on=on)
                )


def _last_held(story: Story) -> UUID | None:
    """Return the last session that she had run by then."""
    return story.session.scalar(
        select(Occurrence.id)
        .join(Occurrence.activity)
        .join(Register, Register.occurrence_id == Occurrence.id)
        .where(
            Activity.format.not_in(PRIVATE),
            Activity.staff.any(ActivityStaff.user_id == story.people["sanne"].id),
            Occurrence.ends_at < clock.now(),
        )
        .order_by(Occurrence.starts_at.desc(), Occurrence.id)
    )
