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
    goal_ids: Collection[UUID] | None = None,
    area_ids: Collection[UUID] | None = None,
) -> Mapping[CellKey, int]:
    """Return the exact counts of these dimensions; what is not there is zero."""
    query = (
        select(Cell.organisation_id, Cell.measure, Cell.period, Cell.level, Cell.area_id,
               Cell.goal_id, Cell.n)
        .where(
            Cell.organisation_id.in_(organisation_ids),
            Cell.period.in_(periods),
            Cell.measure.in_(measures),
            Cell.level.in_(levels),
        )
    )  # fmt: skip
    if goal_ids is not None:
        query = query.where(Cell.goal_id.in_(goal_ids))
    if area_ids is not None:
        query = query.where(Cell.area_id.in_(area_ids))
    return {CellKey(*row[:-1]): row[-1] for row in session.execute(query) if row[-1]}
