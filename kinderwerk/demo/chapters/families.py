"""About a hundred and fifty families with two hundred and fifty children, put together by chance.

Written as rows, because a form for each of them would take minutes; each with its record.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import insert

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town import names
from kinderwerk.demo.town.geography import AREAS
from kinderwerk.demo.town.names import Circle
from kinderwerk.demo.town.people import AT, FROG, PARENT, PARENT_NAME, WING
from kinderwerk.families.consents import rules
from kinderwerk.families.consents.rules import PHOTOS
from kinderwerk.families.models import Care, Carer, Child, Consent, Family, Residence
from kinderwerk.families.rules import (
    Answer,
    Capacity,
    ConsentMethod,
    ConsentPurpose,
    Relation,
    age_on,
)

#: How many children each organisation knows.
KNOWN: Final = {WING: 195, FROG: 55}
SIZES: Final = ((1, 36), (2, 44), (3, 16), (4, 4))
NOBODY_KNOWS: Final = 0.06
NEARBY: Final = {FROG: "Klaverveld"}


def families(story: Story) -> None:
    with story.on(story.calendar.begins + timedelta(days=2)):
        for house, wanted in KNOWN.items():
            story.children[house] = []
            if house == WING:
                _of_the_open_door(story, story.houses[house])
            while len(story.children[house]) < wanted:
                _family(story, house, wanted - len(story.children[house]))
        _in_two_households(story)
        story.session.flush()
        _agreed(story)
    with story.on(story.calendar.begins + timedelta(days=9)):
        _at_the_door(story)


def _at_the_door(story: Story) -> None:
    """Write a child down once more that its mother had entered: spelled as it was heard."""
    house = story.houses[WING]
    known = next(child for child in story.children[WING] if child.surname == "Haddadi")
    family = Family(organisation_id=house.id)
    carer = Carer(
        organisation_id=house.id, family=family, name="Moeder van Noor", phone="06 01234 567"
    )
    child = Child(
        organisation_id=house.id, family=family, first_name="Noor", surname="Hadadi",
        born_on=known.born_on, emergency_name=carer.name, emergency_phone=carer.phone,
        picked_up_by=carer.name,
    )  # fmt: skip
    care = Care(organisation_id=house.id, child=child, carer=carer, relation=Relation.PARENT)
    story.session.add_all((family, carer, child, care))
    story.session.flush()
    story.session.add(
        Consent(
            organisation_id=house.id, child_id=child.id, carer_id=carer.id,
            purpose=ConsentPurpose.REGISTRATION, answer=Answer.GIVEN, method=ConsentMethod.ORAL,
            noted_by_id=None,
        )
    )  # fmt: skip
    also = [family.id, carer.id, care.id]
    audit.record(story.session, SYSTEM, "child.added", child.id, also=also)


def _agreed(story: Story) -> None:
    """Note to what a parent of each child agreed, by word of mouth; to photos not everybody."""
    story.session.execute(
        insert(Consent),
        [
            {
                "organisation_id": child.organisation_id, "child_id": child.id,
                "carer_id": child.cares[0].carer_id, "purpose": purpose, "answer": Answer.GIVEN,
                "language": child.cares[0].carer.language, "capacity": _asked(story, child),
                "age": age_on(child.born_on, story.today), "method": ConsentMethod.ORAL,
                "noted_by_id": None, "at": clock.now(),
            }
            for children in story.children.values()
            for number, child in enumerate(children)
            for purpose in (ConsentPurpose.REGISTRATION, *list(PHOTOS)[: number % 4])
        ],
    )  # fmt: skip


def _asked(story: Story, child: Child) -> Capacity:
    asked = rules.asked(age_on(child.born_on, story.today))
    return Capacity.BOTH if Capacity.CHILD in asked else Capacity.PARENT


def _of_the_open_door(story: Story, house: Organisation) -> None:
    """Make the family through whose door a newcomer comes in."""
    user = story.people[PARENT]
    family = Family(organisation_id=house.id)
    carer = Carer(
        organisation_id=house.id, family=family, user_id=user.id, name=PARENT_NAME,
        phone=_phone(story), email=user.email,
    )  # fmt: skip
    today = story.today
    ages = (("Nour", 10, 40), ("Sami", 7, 200))
    for first, years, days in ages:
        born = date(today.year - years, 1, 1) + timedelta(days=days)
        _child(story, carer, first, "Haddadi", min(born, today), "Vogelnest", Relation.MOTHER)
    story.session.add_all((family, carer))


def _in_two_households(story: Story) -> None:
    """Let one child have a father elsewhere, and another somebody who may not fetch it."""
    shared, limited = story.children[WING][12], story.children[WING][40]
    told = ((shared, "Daan Rietveldt", True), (limited, "Ronald Steenwinkel", False))
    for child, name, open_to in told:
        here = child.organisation_id
        home = Family(organisation_id=here)
        father = Carer(organisation_id=here, family=home, name=name, phone="06 01234 567")
        care = Care(
            organisation_id=here, child=child, carer=father, relation=Relation.FATHER,
            has_custody=open_to, may_pick_up=open_to, portal_access=open_to,
            contact_allowed=open_to,
        )  # fmt: skip
        story.session.add_all((home, father, care))
        also = [home.id, father.id, child.id]
        audit.record(story.session, SYSTEM, "care.added", care.id, also=also)


def _family(story: Story, house: str, most: int) -> None:
    chance = story.chance
    circle = chance.choices(names.CIRCLES, names.SHARES)[0]
    surname = chance.choice(circle.surnames)
    size = min(most, chance.choices([n for n, _ in SIZES], [share for _, share in SIZES])[0])
    surname = _with_room(story, circle, surname, size)
    organisation = story.houses[house]
    family = Family(organisation_id=organisation.id)
    carer = _adult(story, organisation, family, circle, surname)
    area = _area(story, house)
    used: set[str] = set()
    for born in _births(story, size):
        first = chance.choice([name for name in circle.children if name not in used])
        first = _like_nobody(story, circle, first, surname)
        used.add(first)
        _child(story, carer, first, surname, born, area, Relation.PARENT)
    story.session.add_all((family, carer))


def _with_room(story: Story, circle: Circle, surname: str, size: int) -> str:
    """Return this surname, or the next one that leaves first names for so many children."""
    return next(
        (
            one for one in _from(surname, circle.surnames)
            if len(_known(story, one)) + size <= len(circle.children)
        ),
        surname,
    )  # fmt: skip


def _like_nobody(story: Story, circle: Circle, first: str, surname: str) -> str:
    """Return this name, or the next one that no child with this surname has."""
    taken = _known(story, surname)
    return next((one for one in _from(first, circle.children) if one not in taken), first)


def _known(story: Story, surname: str) -> set[str]:
    known = (child for children in story.children.values() for child in children)
    return {child.first_name for child in known if child.surname == surname}


def _from(start: str, names: Sequence[str]) -> Iterator[str]:
    at = names.index(start)
    yield from (*names[at:], *names[:at])


def _adult(
    story: Story, house: Organisation, family: Family, circle: Circle, surname: str
) -> Carer:
    """Return who cares for them; most have an address, some have signed in once."""
    chance, number = story.chance, len(story.homes) + 1
    name = f"{chance.choice(circle.parents)} {surname}"
    email = f"ouder{number}{AT}" if chance.random() < 0.7 else None
    user = None
    if email and chance.random() < 0.25:
        user = User(email=email, name=name, language=circle.language)
        story.session.add(user)
        audit.record(story.session, SYSTEM, "user.came", user.id)
    return Carer(
        organisation_id=house.id, family=family, user_id=user.id if user else None, name=name,
        phone=_phone(story), email=email, language=circle.language,
    )  # fmt: skip


def _child(
    story: Story, carer: Carer, first: str, surname: str, born: date, area: str | None,
    relation: Relation,
) -> None:  # fmt: skip
    chance, session, here = story.chance, story.session, carer.organisation_id
    alone = (story.today - born).days > 9 * 365 and chance.random() < 0.5
    child = Child(
        organisation_id=here, family=carer.family, first_name=first, surname=surname,
        born_on=born, emergency_name=chance.choice(names.OTHERS).capitalize(),
        emergency_phone=_phone(story), goes_home_alone=alone,
        picked_up_by="" if alone else f"{carer.name.split()[0]} of {chance.choice(names.OTHERS)}",
    )  # fmt: skip
    home = story.areas[area].id if area else None
    child.residences = [Residence(organisation_id=here, since=born, neighbourhood_id=home)]
    care = Care(organisation_id=here, child=child, carer=carer, relation=relation)
    session.add_all((child, care))
    also = [carer.family.id, carer.id, care.id]
    audit.record(session, SYSTEM, "child.added", child.id, also=also)
    story.children[_name(story, carer)].append(child)
    if home:
        story.homes[child.id] = home


def _name(story: Story, carer: Carer) -> str:
    return next(name for name, one in story.houses.items() if one.id == carer.organisation_id)


def _births(story: Story, size: int) -> Iterator[date]:
    """Yield birthdays of brothers and sisters who are now between four and twelve."""
    age = story.chance.uniform(4.2, 12.7)
    for _ in range(size):
        yield story.today - timedelta(days=int(age * 365.25))
        age += story.chance.uniform(1.3, 3.4)
        if age > 12.9:
            age = story.chance.uniform(4.1, 7)


def _area(story: Story, house: str) -> str | None:
    """Return where a family lives; some came from elsewhere, or nobody asked."""
    chance = story.chance
    if chance.random() < NOBODY_KNOWS:
        return None
    near = NEARBY.get(house)
    if near and chance.random() < 0.4:
        return near
    return chance.choices(AREAS, [one.children for one in AREAS])[0].name


def _phone(story: Story) -> str:
    """Return a number that nobody can have: mobile numbers there never begin with 06 0."""
    return f"06 0{story.chance.randrange(1000, 9999)} {story.chance.randrange(100, 999)}"
