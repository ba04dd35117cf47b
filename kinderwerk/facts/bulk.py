"""Counting everything that ever happened at once: the database reads, numbers are added up here.

`facts verify` counts the same one by one, by the rules, and finds it if the two differ.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, cast
from uuid import UUID

import numpy as np
from sqlalchemy import SelectBase, Table
from sqlalchemy.orm import Session

from kinderwerk.core.ids import ALL
from kinderwerk.facts.filling import Named, fill, unguarded
from kinderwerk.facts.models import Cell, Presence
from kinderwerk.facts.rolling import (
    Axes,
    Cells,
    Numbered,
    Numbers,
    Occasion,
    Visits,
    runs,
    unpacked,
)
from kinderwerk.facts.rules import Measure, Place
from kinderwerk.facts.sources import Source

#: As many rows as the memory next to the processor holds.
AT_ONCE: Final = 2_000
#: With a name, a cursor leaves its rows with the server until they are read.
SERVED: Final = {"postgresql": ("visits",)}
CELLS: Final = cast(Table, Cell.__table__)
PRESENCES: Final = cast(Table, Presence.__table__)
NOWHERE: Final = Place(ALL, ALL)


@dataclass(frozen=True, slots=True)
class Held:
    """One occasion, where it was, and what it counts beside who was there."""

    occasion: Occasion
    place: Place | None
    counted: Mapping[Measure, int]


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a feature counts; all ids are `as_bytes`.

    `visits` tells the occasion, the child and the neighbourhood where it lived on that day.
    """

    occasions: Mapping[bytes, Held]
    visits: SelectBase
    places: Mapping[bytes, Place]


Reads = Callable[[Session], Bulk]
BULKS: Final[dict[Source, Reads]] = {}


def at_once(one_by_one: Source) -> Callable[[Reads], Reads]:
    """Say that this feature can count at once what the given source counts one by one."""

    def note(reads: Reads) -> Reads:
        BULKS[one_by_one] = reads
        return reads

    return note


def count(session: Session, bulks: Iterable[Bulk]) -> None:
    """Write the visits of all children, and the cells that follow, into tables that are empty.

    No two features count the same measure, so nothing meets what is there already.
    """
    with unguarded(session):
        for bulk in bulks:
            _count(session, bulk)


def _count(session: Session, bulk: Bulk) -> None:
    occasions, homes = Numbered[Occasion](), Numbered[Place | None]()
    sums: dict[Measure, list[tuple[int, int, int]]] = defaultdict(list)
    which = {}
    for key, held in bulk.occasions.items():
        which[key] = occasions[held.occasion]
        for measure, n in held.counted.items():
            sums[measure].append((which[key], homes[held.place], n))
    children, occasion, child, home = _read(session, bulk, which, homes)
    axes = Axes(list(occasions), list(homes))
    visits = axes.visits(occasion, child, home)
    made = [*axes.counted(Measure.VISITS_NAMED, *visits[1:]), *axes.different(visits)]
    for measure, some in sums.items():
        at, where, n = np.array(some, np.int64).T
        each, when, goal = axes.aimed(at)
        made += axes.counted(measure, when, where[each], goal, n[each])
    _write_visits(session, axes, children, visits)
    _write_cells(session, axes, made)


def _read(
    session: Session, bulk: Bulk, which: Mapping[bytes, int], homes: Numbered[Place | None]
) -> tuple[list[UUID], Numbers, Numbers, Numbers]:
    """Return the children, sorted, and for each visit the number of its occasion, child, home."""
    children, areas = Numbered[bytes](), Numbered[bytes | None]()
    parts = []
    for rows in _bare(session, bulk.visits):
        occasion, child, home = zip(*rows, strict=True)
        at = np.fromiter(map(which.__getitem__, occasion), np.int64)
        parts.append(np.stack((at, children.all(child), areas.all(home))))
    at, child, home = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), np.int64)
    rank = np.argsort(np.array(sorted(range(len(children)), key=list(children).__getitem__)))
    lived = homes.all(bulk.places[area] if area else None for area in areas)
    known = [UUID(bytes=one) for one in sorted(children)]
    return (known, at, rank[child], lived[home]) if known else (known, at, child, home)


def _bare(session: Session, query: SelectBase) -> Iterator[list[tuple[Any, ...]]]:
    """Yield what the driver reads: objects of a million rows take longer than the reading."""
    connection = session.connection()
    asked = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    driver: Any = connection.connection.driver_connection
    with closing(driver.cursor(*SERVED.get(connection.dialect.name, ()))) as cursor:
        cursor.execute(str(asked))
        while rows := cursor.fetchmany(AT_ONCE):
            yield rows


def _write_visits(session: Session, axes: Axes, children: Sequence[UUID], visits: Visits) -> None:
    """Write one row for each child, quarter and home; its goals are next to each other."""
    starts = runs((visits.child * len(axes.whens) + visits.when) * len(axes.homes) + visits.home)
    said = _Said([one.hex for one in axes.goals])
    goals = list(map(said.__getitem__, zip(visits.goal.tolist(), visits.n.tolist(), strict=True)))
    ends = [*starts.tolist(), len(goals)]
    lived = [axes.homes[n] or NOWHERE for n in range(len(axes.homes))]
    when, home = visits.when[starts], visits.home[starts]
    fill(session, PRESENCES, {
        "organisation_id": Named([house for house, _ in axes.whens], when),
        "child_id": Named(children, visits.child[starts]),
        "quarter": Named([quarter for _, quarter in axes.whens], when),
        "neighbourhood_id": Named([one.neighbourhood_id for one in lived], home),
        "district_id": Named([one.district_id for one in lived], home),
        "visits": ["{" + ",".join(goals[a:b]) + "}" for a, b in pairwise(ends)],
    })  # fmt: skip


class _Said(dict[tuple[int, int], str]):
    """How many visits for a goal, as JSON."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def __missing__(self, visits: tuple[int, int]) -> str:
        goal, n = visits
        self[visits] = said = f'"{self.names[goal]}":{n}'
        return said


def _write_cells(session: Session, axes: Axes, made: Sequence[Cells]) -> None:
    """Write them in the order in which the table keeps them."""
    measures = sorted({one.measure.value for one in made})
    levels = sorted({one.level.value for one in made})
    each = [len(one.key) for one in made]
    measure = np.repeat([measures.index(one.measure.value) for one in made], each)
    level = np.repeat([levels.index(one.level.value) for one in made], each)
    span, area, goal = unpacked(np.concatenate([one.key for one in made]), axes.sizes)
    n = np.concatenate([one.n for one in made])
    houses = sorted({house for house, _ in axes.spans})
    house = np.array([houses.index(house) for house, _ in axes.spans], np.int64)[span]
    order = np.lexsort((goal, area, level, span, measure, house))
    fill(session, CELLS, {
        "organisation_id": Named(houses, house[order]),
        "measure": Named(measures, measure[order]),
        "period": Named([period for _, period in axes.spans], span[order]),
        "level": Named(levels, level[order]),
        "area_id": Named(axes.areas, area[order]),
        "goal_id": Named(axes.goals, goal[order]),
        "n": n[order].tolist(),
    })  # fmt: skip
