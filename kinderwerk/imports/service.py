"""Bringing a table of children in: looked at first, then all of it or nothing, and taken back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.core.words import N_
from kinderwerk.doubles import queries as doubles
from kinderwerk.doubles.queries import Entry
from kinderwerk.families.likeness import Person
from kinderwerk.families.models import Care, Carer, Child, Family, Residence
from kinderwerk.families.rules import Relation
from kinderwerk.imports import apart, queries, rules
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.rules import (
    NEEDED,
    UNDONE_WITHIN,
    Column,
    Fault,
    Line,
    NothingNew,
    Words,
)
from kinderwerk.places.reading.findings import Findings
from kinderwerk.places.reading.tables import Table
from kinderwerk.privacy import erasing
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work

OVER: Final = "import.over"


class NotRead(Refusal):
    """The file as a whole cannot be read; `found` says why."""

    message = N_("Nothing was brought in: there is something wrong in the file.")
    field = "file"

    def __init__(self, found: Findings) -> None:
        self.found = found
        super().__init__()


class HasFaults(Refusal):
    message = N_("Nothing was brought in: there is something wrong in the file.")

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__()


@dataclass(frozen=True, slots=True)
class Looked:
    """What would come of a table: its children, what is wrong, and who is known already."""

    lines: list[Line]
    faults: list[Fault]
    alike: Mapping[int, list[Entry]]

    @property
    def families(self) -> int:
        return len({line.family for line in self.lines})


def opened(session: Session, content: bytes, names: Collection[str]) -> Table:
    """Have a file read in the child; no transaction waits for that.

    Its headings are the first row in which one of the names stands, letters only.
    """
    session.rollback()
    table = apart.read(content, names)
    if table.findings.faults or not table.rows:
        raise NotRead(table.findings)
    rules.refuse_citizen_numbers(table.headings, (row.cells for row in table.rows))
    return table


def look(
    session: Session, actor: Actor, table: Table, columns: Mapping[Column, str],
    relations: Mapping[str, Relation],
) -> Looked:  # fmt: skip
    """Return what would become of each row; nothing is written."""
    rules.want(columns, NEEDED)
    municipality = actor.membership.municipality_id if actor.membership else None
    homes = queries.homes(session, municipality)
    words = Words(relations, {rules.plain(word): id for word, id in homes.items()})
    rows = [(row.number, row.cells) for row in table.rows]
    read = rules.read(rows, columns, words, clock.today())
    people = {uuid4(): line for line in read.lines}
    known = doubles.alike(session, actor, [_person(id, line) for id, line in people.items()])
    return Looked(
        read.lines, read.faults, {people[id].row: entries for id, entries in known.items()}
    )


def _person(id: UUID, line: Line) -> Person:
    told = line.child
    return Person(
        id=id, first_name=told.first_name, surname=told.surname, born_on=told.born_on
    )  # fmt: skip


def bring_in(
    session: Session, actor: Actor, table: Table, columns: Mapping[Column, str],
    relations: Mapping[str, Relation], *, alike_too: bool, once: UUID,
) -> BroughtIn:  # fmt: skip
    """Write all children of a table down, or none; who is known already only if that is wanted.

    Nobody is asked here, so no consent is written down: parents are asked when they come.
    """
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.CHILD)
        held = demand(actor, Action.CREATE, Resource.IMPORT)
        if held.organisation_id is None or actor.id is None:
            raise Withheld("children belong to an organisation")
        if before := queries.sent_before(session, actor.id, once):
            return before
        looked = look(session, actor, table, columns, relations)
        if looked.faults:
            raise HasFaults(looked.faults)
        lines = [one for one in looked.lines if alike_too or one.row not in looked.alike]
        if not lines:
            raise NothingNew
        made = _written(session, held.organisation_id, lines)
        brought = BroughtIn(
            organisation_id=held.organisation_id, by_id=actor.id, once=once, n=len(lines),
            until=clock.now() + UNDONE_WITHIN, made=[str(one.id) for one in made],
        )  # fmt: skip
        session.add(brought)
        session.flush()
        parts: list[UUID] = []
        for family in made:
            parts += [family.id, *(one.id for one in family.carers)]
            for child in family.children:
                parts += [child.id, *(care.id for care in child.cares)]
        audit.record(session, actor, "children.brought_in", brought.id, n=len(lines), also=parts)
    return brought


def _written(session: Session, here: UUID, lines: list[Line]) -> list[Family]:
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


@dataclass(frozen=True, slots=True)
class Undone:
    gone: int
    stayed: int


def undo(session: Session, actor: Actor, id: UUID) -> Undone:
    """Take back what came of a table of children, but for families that somebody touched since."""
    with unit_of_work(session):
        brought = session.get_one(BroughtIn, id, with_for_update={"of": BroughtIn})
        demand(actor, Action.EDIT, Resource.IMPORT, brought.facts)
        made = {UUID(one) for one in brought.made}
        session.scalars(select(Family).where(Family.id.in_(made)).with_for_update()).all()
        stayed = queries.touched(session, made)
        gone = sorted(made - stayed)
        here = brought.organisation_id
        erasing.erase(session, actor, here, Kind.FAMILY, gone)
        audit.record(session, actor, "children.taken_back", id, gone=len(gone), stayed=len(stayed))
        session.execute(
            delete(BroughtIn).where(BroughtIn.id == id),
            execution_options={"audited": "children.taken_back", "synchronize_session": False},
        )
    return Undone(len(gone), len(stayed))


def tidy(session: Session) -> None:
    """Forget what came of which table once it cannot be taken back any more."""
    with unit_of_work(session):
        over = list(session.scalars(select(BroughtIn.id).where(BroughtIn.until <= clock.now())))
        if over:
            session.execute(
                delete(BroughtIn).where(BroughtIn.id.in_(over)),
                execution_options={"audited": OVER, "synchronize_session": False},
            )
            audit.record(session, SYSTEM, OVER, over[0], n=len(over))
