"""What families told of some children: what helpers must know, and whom they can call."""

from typing import Final

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.audit import service as audit
from kinderwerk.demo.chapters.story import Story
from kinderwerk.families.consents import rules as consents
from kinderwerk.families.models import Child, Consent
from kinderwerk.families.persons.models import NearPerson
from kinderwerk.families.rules import Answer, Capacity, ConsentMethod, ConsentPurpose, age_on
from kinderwerk.notes.models import CareNote
from kinderwerk.notes.rules import Food, Help, Season, Support, stored
from kinderwerk.storage.sealing import seal

TOLD: Final = (
    Help(
        medical="Allergisch voor wespen. De pen zit in de rode tas; bel na een steek meteen 112.",
        food=(Food.NUTS,),
    ),
    Help(
        joining="Even rondkijken voor het begint, dan gaat het goed.",
        support=(Support.BUDDY, Support.TOLD_AHEAD),
    ),
    Help(food=(Food.PORK,)),
    Help(
        medical="Draagt gehoorapparaten. Kijk haar aan als je praat.", support=(Support.PICTURES,)
    ),
    Help(food=(Food.MEAT, Food.FISH), food_else="Ook geen gelatine."),
    Help(joining="Wordt moe van drukte.", support=(Support.QUIET_PLACE, Support.EXTRA_ADULT)),
)
NEAR: Final = (
    ("Rietje Vos", "oma", "06 04411 022"),
    ("Karim Aydin", "buurman", "06 05522 133"),
    ("Els de Boer", "tante", "06 06633 244"),
)
#: One child in so many has something to be told.
EVERY: Final = 9


def needs(story: Story) -> None:
    for children in story.children.values():
        for number, child in enumerate(children[1::EVERY]):
            _told(story, child, TOLD[number % len(TOLD)])
            _near(story, child, NEAR[number % len(NEAR)])


def _near(story: Story, child: Child, named: tuple[str, str, str]) -> None:
    name, relation, phone = named
    row = NearPerson(
        organisation_id=child.organisation_id, child_id=child.id,
        carer_id=child.cares[0].carer_id, place=1, name=name, relation=relation, phone=phone,
        calls=True, picks_up=not child.goes_home_alone,
    )  # fmt: skip
    story.session.add(row)
    audit.record(story.session, SYSTEM, "child.person_added", child.id, also=[row.id])


def _told(story: Story, child: Child, told: Help) -> None:
    here, session = child.organisation_id, story.session
    age, until = age_on(child.born_on, story.today), Season().end(story.today)
    note = CareNote(organisation_id=here, child_id=child.id, until=until, hands=told.hands)
    seal(
        session, note, medical=told.medical or None, food=stored(told.food),
        food_else=told.food_else or None, joining=told.joining or None,
        support=stored(told.support),
    )  # fmt: skip
    asked = consents.asked(age)
    consent = Consent(
        organisation_id=here, child_id=child.id, carer_id=child.cares[0].carer_id,
        purpose=ConsentPurpose.HEALTH, language=child.cares[0].carer.language, age=age,
        capacity=Capacity.BOTH if Capacity.CHILD in asked else Capacity.PARENT,
        answer=Answer.GIVEN, method=ConsentMethod.PORTAL, noted_by_id=None,
    )  # fmt: skip
    session.add_all((note, consent))
    audit.record(session, SYSTEM, "medical.written", child.id, also=[note.id])
