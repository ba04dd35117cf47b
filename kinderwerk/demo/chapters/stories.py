"""Stories: two that stand in a report, one that waits for a second person, one refused."""

from datetime import date, timedelta
from typing import Final

from kinderwerk.core import clock, ids
from kinderwerk.demo.chapters.aims import LEADS
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town.people import FROG, WING
from kinderwerk.families.consents import rules as consents
from kinderwerk.families.consents import service as consenting
from kinderwerk.families.consents.service import Reply
from kinderwerk.families.models import Child
from kinderwerk.families.rules import Capacity, ConsentMethod, ConsentPurpose, age_on
from kinderwerk.stories import service
from kinderwerk.stories.models import Story as Written
from kinderwerk.stories.rules import Telling

WRITERS: Final = {WING: "sanne", FROG: "ruud"}
#: Whose, which goal, and the words: in a report that is out, and in one that is being made.
TOLD: Final = (
    (WING, "talent",
     ("Een jongen zei bij het knutselen altijd dat hij niets kon maken. Hij zaagde een vogelhuisje"
      " voor zijn oma. Nu helpt hij wie de zaag nog eng vindt.",
      "Een jongen kwam weken alleen kijken bij de muziek. Op een dag pakte hij de trommel die"
      " niemand wilde. Nu geeft hij het ritme aan, en de anderen wachten op hem.")),
    (FROG, "buiten",
     ("Een meisje durfde niet over de balk. Een ander kind liep elke week een stukje naast haar."
      " Nu loopt zij naast wie het nog niet durft.",
      "Twee meisjes maakten altijd ruzie om de schommel. Ze bedachten zelf een zandloper van een"
      " fles. Hij hangt er nog, en nu draaien ook de kleintjes hem om.")),
)  # fmt: skip
WAITS: Final = (
    "Een kind dat thuis nooit kookt, nam het recept mee. De week erna vertelde het dat de hele"
    " familie had gegeten wat het zelf had gemaakt."
)
REFUSED: Final = (
    "Een meisje met een rode step durfde voor het eerst van de hoge glijbaan, terwijl haar tweeling"
    " beneden stond te juichen."
)
WHY_NOT: Final = "Een rode step en een tweeling: in deze buurt weet iedereen wie dat zijn."


def stories(story: Story) -> None:
    """Before the reports: some stories of either half-year, each with its family's word."""
    for turn, period in enumerate((story.calendar.finished.previous, story.calendar.finished)):
        for number, (house, aim, words) in enumerate(TOLD):
            day = period.ends - timedelta(days=40 - number)
            if day >= story.calendar.begins:
                _told(story, house, aim, words[turn], day)


def waiting(story: Story) -> None:
    day = story.today - timedelta(days=6)
    child = _children(story, WING)[2]
    _read(story, WING, _written(story, WING, child, "talent", WAITS, day))
    _agree(story, WING, child, day)
    refused = _written(story, WING, _children(story, WING)[3], "mee", REFUSED, day)
    with story.on(day + timedelta(days=1), 9):
        lead = story.actor(LEADS[WING])
        service.refuse(story.session, lead, refused.id, refused.version, WHY_NOT)


def _told(story: Story, house: str, aim: str, words: str, day: date) -> None:
    child = _children(story, house)[day.month % 2]
    written = _written(story, house, child, aim, words, day)
    _read(story, house, written)
    _agree(story, house, child, day)
    with story.on(day + timedelta(days=2), 9):
        lead = story.actor(LEADS[house])
        service.release(story.session, lead, written.id, written.version)


def _written(story: Story, house: str, child: Child, aim: str, words: str, day: date) -> Written:
    goal = story.goals.get((house, aim))
    wish = Telling(
        words=words, child_id=child.id, once=ids.confidential(), goal_id=goal.id if goal else None
    )
    with story.on(day, 17):
        return service.write_down(story.session, story.actor(WRITERS[house]), wish)


def _read(story: Story, house: str, written: Written) -> None:
    with story.on(written.told_on + timedelta(days=1), 16):
        actor = story.actor(WRITERS[house])
        service.read_by_family(
            story.session, actor, written.id, written.version, clock.today()
        )  # fmt: skip


def _agree(story: Story, house: str, child: Child, day: date) -> None:
    text = consents.newest(ConsentPurpose.STORY)
    reply = Reply(
        purpose=text.purpose, version=text.version, yes=True, capacity=Capacity.PARENT,
        language="nl",
    )  # fmt: skip
    with story.on(day + timedelta(days=1), 16):
        consenting.note(
            story.session, story.actor(WRITERS[house]), child.id, child.cares[0].carer_id, reply,
            ConsentMethod.ORAL,
        )  # fmt: skip


def _children(story: Story, house: str) -> list[Child]:
    """Return children for whom a parent answers alone."""
    return [
        one for one in story.children[house]
        if age_on(one.born_on, story.today) < consents.ASKED_FROM and one.cares[0].decides
    ][:4]  # fmt: skip
