"""Counting everything that ever happened at once, inside the database.

`facts verify` counts the same one by one, by the rules, and finds it if the two differ.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Insert,
    Integer,
    Select,
    String,
    case,
    cast,
    distinct,
    func,
    insert,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from kinderwerk.core.ids import ALL
from kinderwerk.facts.models import Cell, Presence
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.facts.sources import Source
from kinderwerk.storage.types import Id

#: What a visit or a sum is told by; the places are ALL where they are not known.
WHERE_AND_WHEN: Final = (
    "organisation_id", "quarter", "goal_id", "neighbourhood_id", "district_id"
)  # fmt: skip
#: What a cell is told by.
ABOUT: Final = ("organisation_id", "measure", "period", "level", "area_id", "goal_id")
NOWHERE: Final = literal(ALL, Id)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a feature counts, as queries.

    Both tell WHERE_AND_WHEN; `visits` also the child_id and its visits, and `sums` the measure
    and how many n.
    """

    visits: Select[Any]
    sums: Select[Any]


Reads = Callable[[Session], Bulk]
BULKS: Final[dict[Source, Reads]] = {}


def at_once(one_by_one: Source) -> Callable[[Reads], Reads]:
    """Say that this feature can count at once what the given source counts one by one."""

    def note(reads: Reads) -> Reads:
        BULKS[one_by_one] = reads
        return reads

    return note


def fill(session: Session, bulks: Iterable[Bulk]) -> None:
    """Write the visits of all children, and the cells that follow, into tables that are empty."""
    sums = []
    for bulk in bulks:
        sums.append(bulk.sums)
        names = [column.name for column in bulk.visits.selected_columns]
        session.execute(insert(Presence).from_select(names, bulk.visits))
    if sums:
        session.execute(_sums(sums))
        session.execute(_children())


def _sums(parts: Iterable[Select[Any]]) -> Insert:
    columns = (*WHERE_AND_WHEN, "measure", "n")
    named = select(
        *(getattr(Presence, name) for name in WHERE_AND_WHEN),
        literal(Measure.VISITS_NAMED.value).label("measure"), Presence.visits.label("n"),
    )  # fmt: skip
    whole = [one.subquery().c for one in (named, *parts)]
    every = union_all(*(select(*(one[name] for name in columns)) for one in whole)).subquery()
    about = [column for column in every.c if column.name != "n"]
    finest = select(*about, func.sum(every.c.n).label("n")).group_by(*about).cte("finest")
    return _into_cells(finest, finest.c.measure, lambda each: func.sum(each.n), finest.c.n)


def _children() -> Insert:
    seen = select(Presence).cte("seen")
    measure = literal(Measure.CHILDREN.value)
    return _into_cells(
        seen, measure, lambda each: func.count(distinct(each.child_id)), seen.c.child_id
    )


def _into_cells(
    told: CTE, measure: ColumnElement[str], n: Callable[[Any], ColumnElement[int]],
    counted: ColumnElement[Any],
) -> Insert:  # fmt: skip
    """Add up for each fixed period and each area; what is nowhere is in the whole only."""
    levels = (
        (Level.WHOLE, NOWHERE),
        (Level.DISTRICT, told.c.district_id),
        (Level.NEIGHBOURHOOD, told.c.neighbourhood_id),
    )
    parts = []
    for period, (level, area) in product(_periods(told.c.quarter), levels):
        each = select(
            told.c.organisation_id, measure.label("measure"), period.label("period"),
            literal(level.value).label("level"), area.label("area_id"), told.c.goal_id, counted,
        )  # fmt: skip
        if level is not Level.WHOLE:
            each = each.where(area != NOWHERE)
        inner = each.subquery().c
        about = [inner[name] for name in ABOUT]
        parts.append(select(*about, cast(n(inner), Integer).label("n")).group_by(*about))
    return insert(Cell).from_select([*ABOUT, "n"], union_all(*parts))


def _periods(quarter: ColumnElement[str]) -> tuple[ColumnElement[str], ...]:
    """Return a written quarter, and the half-year and the year in which it lies."""
    year = func.substr(quarter, 1, 4, type_=String)
    half = case((func.substr(quarter, 7, 1) <= "2", "-H1"), else_="-H2")
    return quarter, year + half, year
