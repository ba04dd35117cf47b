"""Naming people for a child, and taking them away."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families import queries as families
from kinderwerk.families.consents.service import own_care
from kinderwerk.families.models import Child
from kinderwerk.families.persons import queries, rules
from kinderwerk.families.persons.models import NearPerson
from kinderwerk.families.persons.rules import Person
from kinderwerk.storage.work import unit_of_work


def add(session: Session, actor: Actor, child_id: UUID, person: Person) -> None:
    """Name somebody for one's child; called after those who stand there."""
    with unit_of_work(session):
        child, there = _mine(session, actor, child_id)
        rules.check(person, len(there), clock.today())
        row = NearPerson(
            organisation_id=child.organisation_id, child_id=child.id,
            carer_id=own_care(child, actor).carer_id,
            place=max((one.place for one in there), default=0) + 1, name=person.name,
            phone=person.phone, relation=person.relation, calls=person.calls,
            picks_up=person.picks_up,
            picks_up_until=person.picks_up_until if person.picks_up else None,
        )  # fmt: skip
        session.add(row)
        audit.record(session, actor, "child.person_added", child.id, also=[row.id])


def change(session: Session, actor: Actor, child_id: UUID, person_id: UUID, person: Person) -> None:
    """Put right what stands about somebody; in the order of calling they stay where they are."""
    with unit_of_work(session):
        child, there = _mine(session, actor, child_id)
        row = next((one for one in there if one.id == person_id), None)
        if row is None:
            raise Withheld("somebody of another child")
        rules.check(person, len(there) - 1, clock.today())
        row.name, row.phone, row.relation = person.name, person.phone, person.relation
        row.calls, row.picks_up = person.calls, person.picks_up
        row.picks_up_until = person.picks_up_until if person.picks_up else None
        audit.record(session, actor, "child.person_changed", child.id, also=[row.id])


def remove(session: Session, actor: Actor, child_id: UUID, person_id: UUID) -> None:
    with unit_of_work(session):
        child, there = _mine(session, actor, child_id)
        if row := next((one for one in there if one.id == person_id), None):
            session.delete(row)
            audit.record(session, actor, "child.person_removed", child.id, also=[row.id])


def call_first(session: Session, actor: Actor, child_id: UUID, person_id: UUID) -> None:
    """Put somebody before the others."""
    with unit_of_work(session):
        child, there = _mine(session, actor, child_id)
        row = next((one for one in there if one.id == person_id), None)
        if row and row is not there[0]:
            row.place = there[0].place - 1
            audit.record(session, actor, "child.person_first", child.id, also=[row.id])


def _mine(session: Session, actor: Actor, child_id: UUID) -> tuple[Child, list[NearPerson]]:
    child = families.locked_child(session, child_id)
    demand(actor, Action.EDIT, Resource.NEAR_PERSON, child.facts)
    own_care(child, actor)  # nobody else names people for it
    return child, queries.of_children(session, [child.id])[child.id]
