"""Counting everything that ever happened at once: the database reads, numbers are added up here.

`facts verify` counts the same one by one, by the rules, and finds it if the two differ.
"""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

import numpy as np
from sqlalchemy import Table
from sqlalchemy.orm import Session

from kinderwerk.core.ids import ALL
from kinderwerk.facts.filling import Named, Pieces, fill, unguarded
from kinderwerk.facts.models import Cell, Presence
from kinderwerk.facts.packing import BYTES, SMALL, all_told, numbered
from kinderwerk.facts.rolling import (
    Axes,
    Cells,
    Numbered,
    Occasion,
    Visits,
    runs,
    unpacked,
)
from kinderwerk.facts.rules import Measure, Place
from kinderwerk.facts.sources import Source

CELLS: Final = cast(Table, Cell.__table__)
PRESENCES: Final = cast(Table, Presence.__table__)
NOWHERE: Final = Place(ALL, ALL)
#: Bytes of a child and its neighbourhood.
A_VISIT: Final = 2 * BYTES


@dataclass(frozen=True, slots=True)
class Held:
    """One occasion, where it was, and what it counts beside who was there.

    `visits` tells each child and the neighbourhood where it lived on that day, `packed`; it is
    `ALL` where that is not known.
    """

    occasion: Occasion
    place: Place | None
    counted: Mapping[Measure, int]
    visits: bytes


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a feature counts, read while it is counted, and where the neighbourhoods lie."""

    held: Iterable[Held]
    places: Mapping[UUID, Place]


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
    with unguarded(session), _uncollected():
        for bulk in bulks:
            _count(session, bulk)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do without the search for rings of objects: there are none, and a million to search."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _count(session: Session, bulk: Bulk) -> None:
    occasions, homes = Numbered[Occasion](), Numbered[Place | None]()
    sums: dict[Measure, list[tuple[int, int, int]]] = defaultdict(list)
    which, visits = [], []
    for held in bulk.held:
        which.append(occasions[held.occasion])
        visits.append(held.visits)
        for measure, n in held.counted.items():
            sums[measure].append((which[-1], homes[held.place], n))
    (known, child), (areas, area) = numbered(b"".join(visits), columns=2)
    occasion = np.repeat(np.array(which, np.int64), [len(one) // A_VISIT for one in visits])
    home = homes.all(bulk.places.get(UUID(bytes=one)) for one in areas)[area]
    axes = Axes(list(occasions), list(homes))
    found = axes.visits(occasion, child, home)
    made = [*axes.counted(Measure.VISITS_NAMED, *found[1:]), *axes.different(found)]
    for measure, some in sums.items():
        at, where, n = np.array(some, np.int64).T
        each, when, goal = axes.aimed(at)
        made += axes.counted(measure, when, where[each], goal, n[each])
    _write_visits(session, axes, known, found)
    _write_cells(session, axes, made)


def _write_visits(session: Session, axes: Axes, children: Sequence[bytes], visits: Visits) -> None:
    """Write one row for each child, quarter and home; its goals are next to each other."""
    begins = runs((visits.child * len(axes.whens) + visits.when) * len(axes.homes) + visits.home)
    ends = np.append(begins[1:], len(visits.goal))
    order = np.argsort(visits.when[begins], kind="stable")
    begins, ends = begins[order], ends[order]
    lived = [axes.homes[n] or NOWHERE for n in range(len(axes.homes))]
    when, home = visits.when[begins], visits.home[begins]
    step = BYTES + SMALL
    fill(session, PRESENCES, {
        "organisation_id": Named([house for house, _ in axes.whens], when),
        "quarter": Named([quarter for _, quarter in axes.whens], when),
        "child_id": Named(children, visits.child[begins]),
        "neighbourhood_id": Named([one.neighbourhood_id for one in lived], home),
        "district_id": Named([one.district_id for one in lived], home),
        "visits": Pieces(all_told(axes.goals, visits.goal, visits.n), begins * step, ends * step),
    })  # fmt: skip


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
        "n": n[order],
    })  # fmt: skip
