"""Reading cells."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import repeat
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from kinderwerk.facts.models import Cell
from kinderwerk.facts.packing import listed, packed, unpacked
from kinderwerk.facts.rules import CellKey, Level, Measure

CELLS: Final = cast(Table, Cell.__table__)


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

    A whole city is ten thousand cells, so they are handed over in one row for each level.
    """
    cell = CELLS.c
    wanted: Mapping[str, Collection[Any] | None] = {
        "organisation_id": organisation_ids, "measure": measures, "period": periods,
        "level": levels, "area_id": area_ids, "goal_id": goal_ids,
    }  # fmt: skip
    asked = [cell[name].in_(set(some)) for name, some in wanted.items() if some is not None]
    rows = (cell.organisation_id, cell.measure, cell.period, cell.level)
    query = (
        select(*rows, packed(session, cell.area_id, cell.goal_id), listed(session, cell.n))
        .where(cell.n != 0, *asked)
        .group_by(*rows)
    )
    found: dict[CellKey, int] = {}
    for *row, ids, n in session.execute(query):
        areas, goals = (map(_id, some) for some in unpacked(ids, columns=2))
        keys = map(CellKey, *map(repeat, row), areas, goals)
        found.update(zip(keys, map(int, n.split(",")), strict=True))
    return found


@lru_cache(maxsize=5_000)
def _id(written: bytes) -> UUID:
    return UUID(bytes=written)
