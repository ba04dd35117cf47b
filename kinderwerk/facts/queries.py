"""Reading cells."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.facts.models import Cell
from kinderwerk.facts.rules import CellKey, Level, Measure


def counts(
    session: Session,
    *,
    organisation_ids: Collection[UUID],
    periods: Collection[str],
    measures: Collection[Measure] = tuple(Measure),
    levels: Collection[Level] = tuple(Level),
) -> Mapping[CellKey, int]:
    """Return the exact counts of these dimensions; what is not there is zero."""
    rows = session.execute(
        select(Cell.organisation_id, Cell.measure, Cell.period, Cell.level, Cell.area_id,
               Cell.goal_id, Cell.n)
        .where(
            Cell.organisation_id.in_(organisation_ids),
            Cell.period.in_(periods),
            Cell.measure.in_(measures),
            Cell.level.in_(levels),
        )
    )  # fmt: skip
    return {CellKey(*row[:-1]): row[-1] for row in rows if row[-1]}
