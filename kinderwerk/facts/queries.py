"""Reading cells."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import repeat
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, String, Table, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from kinderwerk.facts.models import Cell
from kinderwerk.facts.rules import CellKey, Level, Measure

CELLS: Final = cast(Table, Cell.__table__)


def as_bytes(session: Session, column: Any) -> ColumnElement[bytes]:
    """Return an id as its sixteen bytes, which are read much faster than an object is made."""
    if session.get_bind().dialect.name == "postgresql":
        return func.uuid_send(column)
    return type_coerce(column, cast(Any, NullType()))


def counts(
    session: Session,
    *,
    organisation_ids: Collection[UUID],
    periods: Collection[str],
    measures: Collection[Measure] = tuple(Measure),
    levels: Collection[Level] = tuple(Level),
    goal_ids: Collection[UUID] | None = None,
    area_ids: Collection[UUID] | None = None,
) -> Mapping[CellKey, int]:
    """Return the exact counts of these dimensions; what is not there is zero.

    A whole city is ten thousand cells, so no more is read of each than tells it from the others.
    """
    cell = CELLS.c
    wanted: dict[str, Collection[Any] | None] = {
        "organisation_id": organisation_ids, "measure": measures, "period": periods,
        "level": levels, "area_id": area_ids, "goal_id": goal_ids,
    }  # fmt: skip
    asked = {name: set(some) for name, some in wanted.items() if some is not None}
    told = [name for name in wanted if len(asked.get(name, ())) != 1]
    read = {
        name: as_bytes(session, cell[name]) if name.endswith("_id")
        else type_coerce(cell[name], String)
        for name in told
    }  # fmt: skip
    query = select(*read.values(), cell.n).where(
        cell.n != 0, *(cell[name].in_(some) for name, some in asked.items())
    )
    rows = session.execute(query).all()
    if not rows:
        return {}
    *columns, n = zip(*rows, strict=True)
    found = dict(zip(told, columns, strict=True))
    keys = map(CellKey, *(
        _read(name, found[name]) if name in found else repeat(next(iter(asked[name])), len(rows))
        for name in wanted
    ))  # fmt: skip
    return dict(zip(keys, n, strict=True))


def _read(name: str, column: Iterable[Any]) -> Iterable[Any]:
    if name.endswith("_id"):
        return map(_id, column)
    known = {"measure": Measure, "level": Level}.get(name)
    return map({one.value: one for one in known}.__getitem__, column) if known else column


@lru_cache(maxsize=5_000)
def _id(written: bytes) -> UUID:
    return UUID(bytes=written)
