"""Bringing a table in: looked at first, then all of it or nothing, and taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
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
from kinderwerk.imports.activities.kind import Activities
from kinderwerk.imports.children.kind import Children
from kinderwerk.imports.kinds import Called, Kind, Made
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.partners.kind import Partners
from kinderwerk.imports.rules import UNDONE_WITHIN, Fault, NothingNew, Sort, TakenBack, Words
from kinderwerk.imports.venues.kind import Venues
from kinderwerk.places.reading.findings import Findings
from kinderwerk.places.reading.tables import Table
from kinderwerk.storage.work import unit_of_work

OVER: Final = "import.over"
KINDS: Final[Mapping[Sort, Kind]] = {
    Sort.CHILDREN: Children(), Sort.VENUES: Venues(), Sort.PARTNERS: Partners(),
    Sort.ACTIVITIES: Activities(),
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
    """A table, which of its columns is what, and the words that may stand in its cells.

    `otherwise` holds, by column, where the table does not say it.
    """

    sort: Sort
    table: Table
    columns: Mapping[Any, str]
    labels: Labels
    otherwise: Mapping[Any, Any] = field(default_factory=dict)

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


def opened(session: Session, content: bytes, names: Collection[str], most: int) -> Table:
    """Have a file of so many rows read in the child; no transaction waits for that.

    Its headings are the first row in which one of the names stands, letters only.
    """
    session.rollback()
    table = apart.read(content, names, most)
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
    words = Words(
        chosen.labels, {rules.plain(word): id for word, id in homes.items()},
        kind.named(session, actor), chosen.otherwise,
    )  # fmt: skip
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
            return still_in(before)
        looked = look(session, actor, chosen)
        if looked.faults:
            raise HasFaults(looked.faults)
        lines = [one for one in looked.lines if alike_too or one.row not in looked.alike]
        if not lines:
            raise NothingNew
        made = kind.write(session, actor, lines, looked.alike)
        return note(session, actor.using(held), chosen.sort, made, n=len(lines), once=once)


def note(
    session: Session, actor: Actor, sort: Sort, made: Made, *, n: int, once: UUID
) -> BroughtIn:
    """Keep for a day what came in, so that it can be taken back, in the unit of work of that."""
    if actor.organisation_id is None or actor.id is None:
        raise Withheld("what is brought in belongs to an organisation")
    brought = BroughtIn(
        organisation_id=actor.organisation_id, by_id=actor.id, once=once, n=n, sort=sort,
        until=clock.now() + UNDONE_WITHIN, made=[str(one) for one in made.ids],
    )  # fmt: skip
    session.add(brought)
    session.flush()
    audit.record(session, actor, f"{sort.value}.brought_in", brought.id, n=n, also=made.also)
    return brought


def still_in(before: BroughtIn) -> BroughtIn:
    """Return what the same form brought in before; not once it was taken back."""
    if before.undone_at:
        raise TakenBack
    return before


def undo(session: Session, actor: Actor, id: UUID) -> Undone:
    """Take back what came of a table, but for what somebody touched since."""
    with unit_of_work(session):
        brought = session.get_one(BroughtIn, id, with_for_update={"of": BroughtIn})
        demand(actor, Action.EDIT, Resource.IMPORT, brought.facts)
        if brought.undone_at:
            return Undone(0, len(brought.made))
        kind, made = KINDS[brought.sort], {UUID(one) for one in brought.made}
        theirs = select(kind.model).where(kind.model.id.in_(made))
        session.scalars(theirs.with_for_update(of=kind.model)).all()
        stayed = kind.touched(session, made)
        gone = sorted(made - stayed)
        also = kind.remove(session, actor, brought.organisation_id, gone)
        deed = f"{brought.sort.value}.taken_back"
        counts = {"gone": len(gone), "stayed": len(stayed)}
        audit.record(session, actor, deed, id, also=also, **counts)
        brought.made, brought.undone_at = sorted(map(str, stayed)), clock.now()
    return Undone(len(gone), len(stayed))


def stayed(session: Session, brought: BroughtIn) -> Sequence[Called]:
    """Return what was not taken back with the rest."""
    kind = KINDS[brought.sort]
    return kind.called(session, [UUID(one) for one in brought.made]) if brought.undone_at else []


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
