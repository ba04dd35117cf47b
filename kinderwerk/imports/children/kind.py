"""Children with their families: nobody is asked here, so no consent is written down."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.doubles import queries as doubles
from kinderwerk.doubles.queries import Entry
from kinderwerk.families.likeness import Person
from kinderwerk.families.models import Care, Carer, Child, Family, Residence
from kinderwerk.families.rules import Relation
from kinderwerk.imports import queries
from kinderwerk.imports.children.rules import NEEDED, Column, Line, read
from kinderwerk.imports.kinds import Called, Made
from kinderwerk.imports.rules import MOST_ROWS, Read, Rows, Words
from kinderwerk.privacy import erasing
from kinderwerk.storage.erasing import Kind as Erased


class Children:
    resource = Resource.CHILD
    model = Family
    most = MOST_ROWS
    needed = NEEDED
    labels = ([one for one in Relation if one is not Relation.SELF],)

    def named(self, session: Session, actor: Actor) -> Mapping[Any, Mapping[str, UUID]]:
        return {}

    def read(self, rows: Rows, columns: Mapping[Column, str], words: Words) -> Read[Line]:
        return read(rows, columns, words, clock.today())

    def alike(
        self, session: Session, actor: Actor, lines: Sequence[Line]
    ) -> Mapping[int, list[Entry]]:
        people = {uuid4(): line for line in lines}
        known = doubles.alike(session, actor, [_person(id, line) for id, line in people.items()])
        return {people[id].row: entries for id, entries in known.items()}

    def write(
        self, session: Session, actor: Actor, lines: Sequence[Line], alike: Mapping[int, Any]
    ) -> Made:
        here = actor.organisation_id
        if here is None:
            raise Withheld("children belong to an organisation")
        made = _written(session, here, lines)
        parts: list[UUID] = []
        for family in made:
            parts += [family.id, *(one.id for one in family.carers)]
            for child in family.children:
                parts += [child.id, *(care.id for care in child.cares)]
        return Made([one.id for one in made], parts)

    def touched(self, session: Session, ids: Collection[UUID]) -> set[UUID]:
        return queries.touched(session, ids)

    def called(self, session: Session, ids: Collection[UUID]) -> Sequence[Called]:
        wanted = select(Child.id, Child.first_name, Child.surname).where(Child.family_id.in_(ids))
        rows = session.execute(wanted.order_by(Child.first_name, Child.id))
        return [Called(id, f"{first} {last}".strip(), "families.show") for id, first, last in rows]

    def remove(
        self, session: Session, actor: Actor, organisation_id: UUID, ids: Sequence[UUID]
    ) -> Sequence[UUID]:
        erasing.erase(session, actor, organisation_id, Erased.FAMILY, ids)
        return ()


def _person(id: UUID, line: Line) -> Person:
    told = line.child
    return Person(
        id=id, first_name=told.first_name, surname=told.surname, born_on=told.born_on
    )  # fmt: skip


def _written(session: Session, here: UUID, lines: Sequence[Line]) -> list[Family]:
    homes: dict[tuple[str, str], Carer] = {}
    for line in lines:
        carer = homes.get(line.family)
        if carer is None:
            family, adult = Family(organisation_id=here), line.adult
            carer = homes[line.family] = Carer(
                organisation_id=here, family=family, name=adult.name, phone=adult.phone,
                email=adult.email, language=adult.language,
            )  # fmt: skip
            session.add_all((family, carer))
        told = line.child
        child = Child(
            organisation_id=here, family=carer.family, first_name=told.first_name,
            surname=told.surname, born_on=told.born_on, emergency_name=told.emergency_name,
            emergency_phone=told.emergency_phone, goes_home_alone=told.goes_home_alone,
            picked_up_by=told.picked_up_by,
        )  # fmt: skip
        child.residences = [
            Residence(organisation_id=here, since=clock.today(), neighbourhood_id=line.home)
        ]
        session.add_all(
            (child, Care(organisation_id=here, child=child, carer=carer,
                         relation=line.adult.relation))
        )  # fmt: skip
    session.flush()
    return [carer.family for carer in homes.values()]
