"""Talks that children ask for: set up and open, one that was answered, one that waits to be read.

The answered one opens with cat, sun, boat and drum, in Vogelnest, where children have a board.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.demo.chapters.story import Story
from kinderwerk.storage.work import unit_of_work
from kinderwerk.talks import keys, office, queries, service
from kinderwerk.talks.models import Talk
from kinderwerk.talks.rules import Answer, Asking

#: Who answers, and by which drawing children know them; one who reads along only.
KEEPERS: Final = (("sanne", "Sanne", "owl"), ("jurre", "Jurre", "guitar"), ("marleen", "", ""))
KEY: Final = ("cat", "sun", "boat", "drum")
OPENS, CLOSES = 7 * 60, 22 * 60


def talks(story: Story) -> None:
    session, admin = story.session, story.actor("priya")
    with story.on(story.today - timedelta(days=20)):
        for key, first_name, picture in KEEPERS:
            person = story.people[key]
            office.train(session, admin, person.id, clock.today())
            for weekday in range(7):
                office.put_on(session, admin, person.id, weekday, OPENS, CLOSES)
            if first_name:
                office.show_oneself(session, person.actor(), first_name, picture)
        office.assess(session, admin)
        office.open_up(session, admin, 60)
    with story.on(story.today - timedelta(days=2), 15):
        asked = _ask(story, "sanne", "Mag ik een keer met je praten? Het gaat over school.")
    with story.on(story.today - timedelta(days=2), 16):
        words = "Fijn dat je schrijft. Ik ben er woensdag. Kom je dan even langs?"
        answer = Answer(words=words, once=ids.confidential())
        service.answer(session, story.actor("sanne"), asked, answer)
        _fix_key(story, asked)
    awake = OPENS <= clock.to_wall(clock.now()).hour * 60 < CLOSES
    with story.on(story.today - timedelta(days=0 if awake else 1), 21):
        _ask(story, "jurre", "Ik slaap slecht. Ik weet niet aan wie ik dat moet vertellen.")


def _ask(story: Story, whom: str, words: str) -> UUID:
    area = story.areas["Vogelnest"]
    asking = Asking(
        about_staff=False, keeper_id=story.people[whom].id, words=words, once=ids.confidential()
    )
    here = story.house_of("sanne").id
    return service.ask(story.session, here, area.id, asking, "a tablet").talk_id


def _fix_key(story: Story, talk_id: UUID) -> None:
    """Let the answered one open with pictures that can be told."""
    with unit_of_work(story.session):
        talk = story.session.get_one(Talk, talk_id)
        held = queries.office(story.session, talk.organisation_id)
        if held is None:
            return
        secret = queries.secret_of(story.session, held)
        talk.key_tag = keys.tag(secret, talk.neighbourhood_id, KEY)
        audit.record(story.session, story.actor("priya"), "talk.key_told", talk.id)
