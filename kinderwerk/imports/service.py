"""Bringing a table in: looked at first, then all of it or nothing, and taken back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.core.words import N_, Labelled
from kinderwerk.imports import apart, queries, rules
from kinderwerk.imports.children.kind import Children
from kinderwerk.imports.kinds import Kind
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.partners.kind import Partners
from kinderwerk.imports.rules import UNDONE_WITHIN, Fault, NothingNew, Sort, Words
from kinderwerk.imports.venues.kind import Venues
from kinderwerk.places.reading.findings import Findings
from kinderwerk.places.reading.tables import Table
from kinderwerk.storage.work import unit_of_work

OVER: Final = "import.over"
KINDS: Final[Mapping[Sort, Kind]] = {
    Sort.CHILDREN: Children(), Sort.VENUES: Venues(), Sort.PARTNERS: Partners(),
}  # fmt: skip
#: The words that may stand in the cells of a table, by what they are labels of.
Labels = Mapping[type[Labelled], Mapping[str, Any]]


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
class Chosen:
    """A table, which of its columns is what, and the words that may stand in its cells."""

    sort: Sort
    table: Table
    columns: Mapping[Any, str]
    labels: Labels

    @property
    def kind(self) -> Kind:
        return KINDS[self.sort]


@dataclass(frozen=True, slots=True)
class Looked:
    """What would come of a table: its lines, what is wrong, and by row what is here already."""

    lines: list[Any]
    faults: list[Fault]
    alike: Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Undone:
    gone: int
    stayed: int


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


def look(session: Session, actor: Actor, chosen: Chosen) -> Looked:
    """Return what would become of each row; nothing is written."""
    kind = chosen.kind
    rules.want(chosen.columns, kind.needed)
    municipality = actor.membership.municipality_id if actor.membership else None
    homes = queries.homes(session, municipality)
    words = Words(chosen.labels, {rules.plain(word): id for word, id in homes.items()})
    rows = [(row.number, row.cells) for row in chosen.table.rows]
    read = kind.read(rows, chosen.columns, words)
    return Looked(read.lines, read.faults, kind.alike(session, actor, read.lines))


def bring_in(
    session: Session, actor: Actor, chosen: Chosen, *, alike_too: bool, once: UUID
) -> BroughtIn:
    """Write all of a table down, or none; what is here already only if that is wanted."""
    kind = chosen.kind
    with unit_of_work(session):
        demand(actor, Action.CREATE, kind.resource)
        held = demand(actor, Action.CREATE, Resource.IMPORT)
        if held.organisation_id is None or actor.id is None:
            raise Withheld("what is brought in belongs to an organisation")
        if before := queries.sent_before(session, actor.id, chosen.sort, once):
            return before
        looked = look(session, actor, chosen)
        if looked.faults:
            raise HasFaults(looked.faults)
        lines = [one for one in looked.lines if alike_too or one.row not in looked.alike]
        if not lines:
            raise NothingNew
        made = kind.write(session, actor, lines, looked.alike)
        brought = BroughtIn(
            organisation_id=held.organisation_id, by_id=actor.id, once=once, n=len(lines),
            sort=chosen.sort, until=clock.now() + UNDONE_WITHIN,
            made=[str(one) for one in made.ids],
        )  # fmt: skip
        session.add(brought)
        session.flush()
        deed = f"{chosen.sort.value}.brought_in"
        audit.record(session, actor, deed, brought.id, n=len(lines), also=made.also)
    return brought


def undo(session: Session, actor: Actor, id: UUID) -> Undone:
    """Take back what came of a table, but for what somebody touched since."""
    with unit_of_work(session):
        brought = session.get_one(BroughtIn, id, with_for_update={"of": BroughtIn})
        demand(actor, Action.EDIT, Resource.IMPORT, brought.facts)
        kind, made = KINDS[brought.sort], {UUID(one) for one in brought.made}
        theirs = select(kind.model).where(kind.model.id.in_(made))
        session.scalars(theirs.with_for_update(of=kind.model)).all()
        stayed = kind.touched(session, made)
        gone = sorted(made - stayed)
        also = kind.remove(session, actor, brought.organisation_id, gone)
        deed = f"{brought.sort.value}.taken_back"
        counts = {"gone": len(gone), "stayed": len(stayed)}
        audit.record(session, actor, deed, id, also=also, **counts)
        session.execute(
            delete(BroughtIn).where(BroughtIn.id == id),
            execution_options={"audited": deed, "synchronize_session": False},
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
