"""What children proposed, and what became of it: one answered, one decided, two that wait."""

from datetime import timedelta
from typing import Final
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


def voices(story: Story) -> None:
    for days, words, band, decided, how in SAID:
        day = story.today - timedelta(days=days)
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
