"""Keeping the cells exact, in the transaction of the feature whose facts they count."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, Table, bindparam, delete, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.facts import bulk, packing
from kinderwerk.facts.bulk import BULKS, Bulk
from kinderwerk.facts.models import MISCOUNTED, Cell, Presence, Residue
from kinderwerk.facts.rules import (
    CellKey,
    Contribution,
    Measure,
    PresenceKey,
    different,
    nothing,
    total,
)
from kinderwerk.facts.sources import SOURCES, Source, everything
from kinderwerk.storage.work import unit_of_work

T = TypeVar("T")
K = TypeVar("K", CellKey, PresenceKey)

AT_ONCE: Final = 500
#: Which locks of PostgreSQL are about children here.
CHILDREN: Final = 0x6B696E64
CELLS: Final = cast(Table, Cell.__table__)
PRESENCES: Final = cast(Table, Presence.__table__)
RESIDUES: Final = cast(Table, Residue.__table__)
INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Miscounted(RuntimeError):
    """A count would fall below zero: what is taken away was never added."""


def replace(session: Session, before: Contribution, after: Contribution) -> None:
    """Change the cells from what a thing contributed to what it contributes now.

    Rows are touched in sorted order, so that two savings at once cannot wait for each other.
    """
    cells = _difference(before.cells, after.cells)
    presences = _difference(before.presences, after.presences)
    for some in _batches(sorted({key.child_id for key in presences})):
        these = set(some)
        cells.update(
            _attend(session, {key: n for key, n in presences.items() if key.child_id in these})
        )
    _add(session, {key: n for key, n in cells.items() if n})


def freeze(session: Session, gone: Contribution) -> None:
    """Go on counting what is about to be erased: the cells stay, and no longer name anybody.

    Of a child everything goes at once, so in which cells it was one of the different children is
    read from what is known of it, and that goes too.
    """
    child_ids = {key.child_id for key in gone.presences}
    residue = Counter(gone.cells)
    for some in _batches(sorted(child_ids)):
        _one_at_a_time(session, some)
        theirs = PRESENCES.c.child_id.in_(some)
        residue.update(_cells(different(_known(session, theirs))))
        session.execute(delete(Presence).where(theirs))
    lasting = [key._asdict() | {"n": residue[key]} for key in sorted(residue) if residue[key]]
    if lasting:
        session.execute(_add_to(RESIDUES, _dialect(session)), lasting)


def rebuild(session: Session, parts: Iterable[Contribution], bulks: Iterable[Bulk] = ()) -> None:
    """Count again from what happened, which is read meanwhile, and write what differs.

    Who writes at the same time waits before the cells, or is done and therefore read.
    """
    with unit_of_work(session):
        if _server(session):
            session.execute(text("LOCK TABLE cell, presence IN SHARE ROW EXCLUSIVE MODE"))
        bulk.count(session, bulks)
        replace(session, nothing(), total(parts))
        _add(session, _residue(session))


def rebuild_all(session: Session) -> None:
    """Count everything anew: at once where the feature can, one by one where it cannot.

    Nothing is read before those who write have to wait.
    """
    slow = [one for one in SOURCES if one not in BULKS]
    rebuild(session, everything(session, slow), (reads(session) for reads in BULKS.values()))


def verify(session: Session, sources: Sequence[Source] = SOURCES) -> list[CellKey]:
    """Return the cells that are wrong at this moment, while others go on writing."""
    session.rollback()
    if _server(session):
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    found = deviations(session, everything(session, sources))
    session.rollback()
    return found


def deviations(session: Session, parts: Iterable[Contribution]) -> list[CellKey]:
    """Return the cells that do not hold what a fresh count gives; none is what we want."""
    counted = total(parts)
    expected = Counter(counted.cells)
    expected.update(_cells(different(+counted.presences)))
    expected.update(_residue(session))
    kept = Counter({CellKey(*row[:-1]): row[-1] for row in session.execute(select(CELLS))})
    wrong = {key for key in expected.keys() | kept.keys() if expected[key] != kept[key]}
    strange = _difference(_known(session), counted.presences)
    wrong |= set(_cells(different(strange)))
    return sorted(wrong)


def _residue(session: Session) -> Counter[CellKey]:
    """Return what still counts of those who were erased."""
    return Counter({CellKey(*row[:-1]): row[-1] for row in session.execute(select(RESIDUES))})


def _difference(before: Counter[K], after: Counter[K]) -> Counter[K]:
    changed = Counter(after)
    changed.subtract(before)
    return Counter({key: n for key, n in changed.items() if n})


def _attend(session: Session, changed: dict[PresenceKey, int]) -> Counter[CellKey]:
    """Write how often children were there, and return how the different children change.

    Whoever writes about one of these children waits, because who is new and who is gone depends
    on all that is known of a child in a year.
    """
    _one_at_a_time(session, {key.child_id for key in changed})
    known = _known(session, *_about(changed))
    now = Counter(known)
    now.update(changed)
    if any(visits < 0 for visits in now.values()):
        raise Miscounted(PRESENCES.name)
    _write(session, now, {_row(key) for key in changed})
    goals = {key.goal_id for key in changed}
    came, went = _of(goals, now), _of(goals, known)
    cells = _cells(came - went)
    cells.subtract(_cells(went - came))
    return cells


def _of(goals: Collection[UUID], visits: Counter[PresenceKey]) -> set[tuple[Any, ...]]:
    return different(key for key, n in visits.items() if n and key.goal_id in goals)


def _cells(different: Iterable[tuple[Any, ...]]) -> Counter[CellKey]:
    return Counter(
        CellKey(organisation_id, Measure.CHILDREN, period, level, area_id, goal_id)
        for organisation_id, _, period, level, area_id, goal_id in different
    )


def _one_at_a_time(session: Session, child_ids: Collection[UUID]) -> None:
    if _server(session):
        lock = "SELECT pg_advisory_xact_lock(:about, one) FROM unnest(:some) AS one"
        some = sorted(child_id.int & 0x7FFFFFFF for child_id in child_ids)
        session.execute(text(lock), {"about": CHILDREN, "some": some})


def _about(changed: Iterable[PresenceKey]) -> Iterator[ColumnElement[bool]]:
    """Tell of these children in these years."""
    keys = list(changed)
    years = {Period.read(key.quarter).year for key in keys}
    quarters = {str(quarter) for year in years for quarter in Period(year).quarters}
    yield PRESENCES.c.organisation_id.in_({key.organisation_id for key in keys})
    yield PRESENCES.c.child_id.in_({key.child_id for key in keys})
    yield PRESENCES.c.quarter.in_(quarters)


def _known(session: Session, *where: ColumnElement[bool]) -> Counter[PresenceKey]:
    found = session.execute(select(PRESENCES).where(*where))
    return Counter({
        PresenceKey(house, child, quarter, goal, *home): n
        for house, quarter, child, *home, visits in found
        for goal, n in packing.read(visits)
    })  # fmt: skip


def _row(key: PresenceKey) -> PresenceKey:
    """Return in which row a visit is told: one for all goals."""
    return key._replace(goal_id=ALL)


def _write(
    session: Session, visits: Counter[PresenceKey], changed: Collection[PresenceKey]
) -> None:
    told: dict[PresenceKey, dict[UUID, int]] = {row: {} for row in sorted(changed)}
    for key, n in visits.items():
        row = _row(key)
        if n and row in told:
            told[row][key.goal_id] = n
    names = _primary(PRESENCES)
    there = [{name: getattr(row, name) for name in names} | {"visits": packing.told(goals)}
             for row, goals in told.items() if goals]  # fmt: skip
    gone = [{f"old_{name}": getattr(row, name) for name in names}
            for row, goals in told.items() if not goals]  # fmt: skip
    if there:
        session.execute(_set_visits(_dialect(session)), there)
    if gone:
        session.execute(_forget(), gone)


def _add(session: Session, amounts: dict[CellKey, int]) -> None:
    if not amounts:
        return
    rows = [key._asdict() | {"n": amounts[key]} for key in sorted(amounts)]
    session.execute(_add_to(CELLS, _dialect(session)), rows)
    if min(amounts.values()) < 0 and _miscounted(session):
        raise Miscounted(CELLS.name)


def _miscounted(session: Session) -> bool:
    below = select(literal(1)).select_from(CELLS).where(MISCOUNTED).limit(1)
    return session.scalar(below) is not None


@cache
def _set_visits(dialect: str) -> Any:
    made = INSERTS[dialect](PRESENCES)
    return made.on_conflict_do_update(
        index_elements=_primary(PRESENCES), set_={"visits": made.excluded.visits}
    )


@cache
def _add_to(table: Table, dialect: str) -> Any:
    made = INSERTS[dialect](table)
    return made.on_conflict_do_update(
        index_elements=_primary(table), set_={"n": table.c.n + made.excluded.n}
    )


@cache
def _forget() -> Delete:
    return delete(PRESENCES).where(
        *(PRESENCES.c[name] == bindparam(f"old_{name}") for name in _primary(PRESENCES))
    )


def _primary(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _server(session: Session) -> bool:
    return _dialect(session) == "postgresql"


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
