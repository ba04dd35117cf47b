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
from kinderwerk.facts.filling import Named, Pieces, Rows, unguarded
from kinderwerk.facts.models import Cell, Presence
from kinderwerk.facts.packing import BYTES, SMALL, all_told, numbered
from kinderwerk.facts.rolling import (
    Axes,
    Cells,
    Numbered,
    Occasion,
    Visits,
    packed,
    runs,
    unpacked,
)
from kinderwerk.facts.rules import Measure, Place
from kinderwerk.facts.sources import Source
from kinderwerk.facts.standing import Standing

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
    """Let the visits of all children, and the cells that follow, be all that is there.

    No two features count the same measure, so none meets what another has counted.
    """
    with unguarded(session), _uncollected():
        visits = Standing(session, PRESENCES, ("organisation_id", "quarter"))
        cells = Standing(session, CELLS, ("organisation_id", "measure", "period", "level"))
        for bulk in bulks:
            _count(bulk, visits, cells)
        for each in (visits, cells):
            each.clear()


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


def _count(bulk: Bulk, visits: Standing, cells: Standing) -> None:
    occasions, homes = Numbered[Occasion](), Numbered[Place | None]()
    sums: dict[Measure, list[tuple[int, int, int]]] = defaultdict(list)
    which, came = [], []
    for held in bulk.held:
        which.append(occasions[held.occasion])
        came.append(held.visits)
        for measure, n in held.counted.items():
            sums[measure].append((which[-1], homes[held.place], n))
    (known, child), (areas, area) = numbered(b"".join(came), columns=2)
    occasion = np.repeat(np.array(which, np.int64), [len(one) // A_VISIT for one in came])
    home = homes.all(bulk.places.get(UUID(bytes=one)) for one in areas)[area]
    axes = Axes(list(occasions), sorted(homes, key=_ids))
    rank = np.argsort(homes.all(axes.homes))
    found = axes.visits(occasion, child, rank[home])
    made = [*axes.counted(Measure.VISITS_NAMED, *found[1:]), *axes.different(found)]
    for measure, some in sums.items():
        at, where, n = np.array(some, np.int64).T
        each, when, goal = axes.aimed(at)
        made += axes.counted(measure, when, rank[where[each]], goal, n[each])
    visits.settle(_visits(axes, known, found))
    cells.settle(_cells(axes, made))


def _ids(home: Place | None) -> tuple[UUID, UUID]:
    lived = home or NOWHERE
    return lived.neighbourhood_id, lived.district_id


def _visits(axes: Axes, children: Sequence[bytes], visits: Visits) -> Rows:
    """Return one row for each quarter, child and home; its goals are next to each other."""
    begins = runs(
        packed((visits.when, visits.child, visits.home), (len(children), len(axes.homes)))
    )
    ends = np.append(begins[1:], len(visits.goal))
    lived = list(map(_ids, axes.homes))
    when, home = visits.when[begins], visits.home[begins]
    step = BYTES + SMALL
    return {
        "organisation_id": Named([house for house, _ in axes.whens], when),
        "quarter": Named([quarter for _, quarter in axes.whens], when),
        "child_id": Named(children, visits.child[begins]),
        "neighbourhood_id": Named([one for one, _ in lived], home),
        "district_id": Named([one for _, one in lived], home),
        "visits": Pieces(all_told(axes.goals, visits.goal, visits.n), begins * step, ends * step),
    }


def _cells(axes: Axes, made: Sequence[Cells]) -> Rows:
    """Return them in the order in which the table keeps them."""
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
    return {
        "organisation_id": Named(houses, house[order]),
        "measure": Named(measures, measure[order]),
        "period": Named([period for _, period in axes.spans], span[order]),
        "level": Named(levels, level[order]),
        "area_id": Named(axes.areas, area[order]),
        "goal_id": Named(axes.goals, goal[order]),
        "n": n[order],
    }
