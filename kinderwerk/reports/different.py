"""How many different children came in days that a team looks at, each counted once.

The days are read once for all goals: for which of them a child came are the bits of a number.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache, reduce
from operator import or_ as either
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from kinderwerk.core.ids import ALL
from kinderwerk.facts import packing
from kinderwerk.facts.bulk import PRESENCES
from kinderwerk.facts.packing import BYTES, SMALL
from kinderwerk.facts.rolling import Numbers, runs, unpacked
from kinderwerk.families.limits import UNCOUNTED
from kinderwerk.places.located import located
from kinderwerk.registers.models import Attendance, Register
from kinderwerk.registers.rules import Presence
from kinderwerk.reports.choosing import Stretch
from kinderwerk.storage.types import Id

Bits = NDArray[np.int64]
KNOWN: Final = PRESENCES.c
#: So many goals have a bit each.
AT_ONCE: Final = 62
#: Bytes of a child and its neighbourhood, and of a goal and how often.
A_VISIT: Final = 2 * BYTES
A_GOAL: Final = BYTES + SMALL
_NOBODY: Final = np.array([], np.int64)


class Came(NamedTuple):
    """Children who came, each with its neighbourhood on that day; and for which goals."""

    visits: bytes
    aims: Bits


class Visits(NamedTuple):
    child: Numbers
    area: Numbers
    aims: Bits


def by_area(
    session: Session, house: UUID, stretch: Stretch, goal_ids: Sequence[UUID]
) -> dict[tuple[UUID, UUID], int]:
    """Return how many came, by area and goal; ALL is everywhere, and whatever the goal was."""
    found: dict[tuple[UUID, UUID], int] = {}
    for at in range(0, len(goal_ids), AT_ONCE):
        some = goal_ids[at : at + AT_ONCE]
        came = [
            *_at_the_edges(session, house, stretch, some),
            *_in_quarters(session, house, stretch, some),
        ]
        found |= _counted(session, came, some)
    return found


def _in_quarters(
    session: Session, house: UUID, stretch: Stretch, goal_ids: Sequence[UUID]
) -> Iterator[Came]:
    if not stretch.quarters:
        return
    first, last = str(stretch.quarters[0]), str(stretch.quarters[-1])
    where = KNOWN.organisation_id == house, KNOWN.quarter.between(first, last)
    if list(goal_ids) == [ALL]:
        once = select(KNOWN.child_id, KNOWN.neighbourhood_id).where(*where).distinct().subquery().c
        visits = session.scalar(select(packing.packed(session, *once))) or b""
        yield Came(visits, np.ones(len(visits) // A_VISIT, np.int64))
        return
    rows = select(
        packing.packed(session, KNOWN.child_id, KNOWN.neighbourhood_id),
        packing.joined(session, KNOWN.visits),
        packing.listed(session, func.length(KNOWN.visits)),
    )
    for visits, goals, long in session.execute(rows.where(*where).group_by(KNOWN.quarter)):
        yield Came(visits, _aims(goal_ids, goals, long))


def _aims(goal_ids: Sequence[UUID], told: bytes, long: str) -> Bits:
    """Return the bits of each row, whose visits stand one after the other."""
    goal = np.frombuffer(told, np.uint8).reshape(-1, A_GOAL)[:, :BYTES]
    first, second = np.ascontiguousarray(goal).view(">u8").astype(np.uint64).reshape(-1, 2).T.copy()
    bits = np.zeros(len(goal), np.int64)
    for n, id_ in enumerate(goal_ids):
        this = np.frombuffer(id_.bytes, ">u8").astype(np.uint64)
        bits |= ((second == this[1]) & (first == this[0])).astype(np.int64) << n
    ends = np.cumsum(np.array(long.split(","), np.int64)) // A_GOAL
    return np.bitwise_or.reduceat(bits, np.concatenate(([0], ends[:-1])))


def _at_the_edges(
    session: Session, house: UUID, stretch: Stretch, goal_ids: Sequence[UUID]
) -> Iterator[Came]:
    if not stretch.edges:
        return
    bit = {str(id_): 1 << n for n, id_ in enumerate(goal_ids)}
    home = func.coalesce(Attendance.neighbourhood_id, literal(ALL, Id))
    there = (Attendance.presence == Presence.PRESENT) & Attendance.child_id.not_in(UNCOUNTED)
    marks = (
        select(
            Attendance.occurrence_id,
            packing.packed(session, Attendance.child_id, home, where=there).label("visits"),
        )
        .join(Register, Register.occurrence_id == Attendance.occurrence_id)
        .where(Register.organisation_id == house, on_days(stretch.edges))
        .group_by(Attendance.occurrence_id)
        .subquery()
    )
    whatever, pieces, aims = bit.get(str(ALL), 0), list[bytes](), list[int]()
    for goals, visits in session.execute(
        select(cast(Register.goal_ids, String), marks.c.visits).join(
            marks, marks.c.occurrence_id == Register.occurrence_id
        )
    ):
        if visits:
            pieces.append(visits)
            aims.append(reduce(either, (bit.get(one, 0) for one in _read(goals)), whatever))
    yield Came(b"".join(pieces), np.repeat(
        np.array(aims, np.int64), [len(one) // A_VISIT for one in pieces]
    ))  # fmt: skip


@lru_cache(maxsize=1_000)
def _read(goals: str) -> list[str]:
    return list(json.loads(goals))


def on_days(parts: Iterable[tuple[date, date]]) -> ColumnElement[bool]:
    return or_(*(Register.held_on.between(*part) for part in parts))


def _counted(
    session: Session, came: Sequence[Came], goal_ids: Sequence[UUID]
) -> dict[tuple[UUID, UUID], int]:
    every = b"".join(one.visits for one in came)
    (_, child), (homes, home) = packing.numbered(every, columns=2)
    found = _once(child, home, np.concatenate([_NOBODY, *(one.aims for one in came)]))
    lived = [UUID(bytes=one) for one in homes]
    places = located(session, lived)
    reads: Sequence[Callable[[UUID], UUID | None]] = (
        lambda one: ALL,
        lambda one: places[one].district_id if one in places else None,
        lambda one: one if one in places else None,
    )
    return {
        (area, goal): n
        for read in reads
        for area, goal, n in _by_area(found, [read(one) for one in lived], goal_ids)
    }


def _by_area(
    came: Visits, areas: Sequence[UUID | None], goal_ids: Sequence[UUID]
) -> Iterator[tuple[UUID, UUID, int]]:
    known = sorted({area for area in areas if area})
    number: dict[UUID | None, int] = {area: n for n, area in enumerate(known)}
    area = np.array([number.get(one, -1) for one in areas], np.int64)[came.area]
    there = area >= 0
    each = _once(came.child[there], area[there], came.aims[there])
    for bit, goal in enumerate(goal_ids):
        n = np.bincount(each.area[each.aims >> bit & 1 == 1])
        for at in np.flatnonzero(n):
            yield known[at], goal, int(n[at])


def _once(child: Numbers, area: Numbers, aims: Bits) -> Visits:
    """Return each child once for an area, with all its goals; sorted."""
    size = int(area.max(initial=0)) + 1
    key = child * size + area
    order = np.argsort(key, kind="stable")
    begins = runs(key[order])
    child, area = unpacked(key[order][begins], [size])
    return Visits(child, area, np.bitwise_or.reduceat(aims[order], begins) if len(begins) else aims)
