"""What registers count: one by one by the rules, and all of them at once as queries."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any, Final
from typing import cast as typed
from uuid import UUID

from sqlalchemy import Select, String, Table, cast, func, literal, select
from sqlalchemy.orm import Session

from kinderwerk.core import ids
from kinderwerk.core.periods import Period
from kinderwerk.facts.bulk import Bulk, Held, at_once
from kinderwerk.facts.packing import as_bytes, packed
from kinderwerk.facts.rolling import Occasion
from kinderwerk.facts.rules import Contribution, Measure, Place
from kinderwerk.facts.sources import source
from kinderwerk.families.limits import UNCOUNTED
from kinderwerk.places.located import all_places, located
from kinderwerk.registers import rules
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Presence, Setting, Written
from kinderwerk.storage.types import Id

AT_ONCE: Final = 500
MARKS: Final = typed(Table, Attendance.__table__)
REGISTERS: Final = typed(Table, Register.__table__)
TALLIES: Final = typed(Table, Tally.__table__)


def setting(register: Register, places: Mapping[UUID, Place]) -> Setting:
    """Return for what a register counts, as it remembers."""
    return Setting(
        register.organisation_id,
        register.held_on,
        tuple(UUID(goal_id) for goal_id in register.goal_ids),
        places.get(register.neighbourhood_id) if register.neighbourhood_id else None,
    )


@source
def contributions(session: Session) -> Iterator[Contribution]:
    """Return what each register counts, read anew from what was written down."""
    last = ids.ALL
    while batch := _batch(session, last):
        yield from _counted(session, batch)
        last = batch[-1].occurrence_id


def of_registers(session: Session, registers: Sequence[Register]) -> list[Contribution]:
    return list(_counted(session, registers))


def _batch(session: Session, after: UUID) -> Sequence[Register]:
    return session.scalars(
        select(Register)
        .where(Register.occurrence_id > after)
        .order_by(Register.occurrence_id)
        .limit(AT_ONCE)
    ).all()


def _counted(session: Session, registers: Sequence[Register]) -> Iterator[Contribution]:
    wanted = [one.occurrence_id for one in registers]
    marks, uncounted = _marks(session, wanted), _uncounted(session)
    homes = {mark.neighbourhood_id for rows in marks.values() for mark in rows}
    places = located(session, homes | {one.neighbourhood_id for one in registers})
    tallied = _tallied(session, wanted)
    for one in registers:
        found = written(
            one, marks.get(one.occurrence_id, []), tallied.get(one.occurrence_id, 0), places,
            uncounted,
        )  # fmt: skip
        yield rules.contribution(setting(one, places), found)


def _marks(session: Session, occurrence_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    rows = session.execute(
        select(Attendance.occurrence_id, Attendance.child_id, Attendance.presence,
               Attendance.neighbourhood_id)
        .where(Attendance.occurrence_id.in_(occurrence_ids))
        .order_by(Attendance.occurrence_id)
    )  # fmt: skip
    return {key: list(found) for key, found in groupby(rows, key=lambda row: row.occurrence_id)}


def _tallied(session: Session, occurrence_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(Tally.occurrence_id, func.sum(Tally.n))
        .where(Tally.occurrence_id.in_(occurrence_ids))
        .group_by(Tally.occurrence_id)
    )
    return {occurrence_id: n for occurrence_id, n in rows}


def _uncounted(session: Session) -> frozenset[UUID]:
    return frozenset(session.scalars(UNCOUNTED))


def written(
    register: Register, marks: Iterable[Any], tallied: int, places: Mapping[UUID, Place],
    uncounted: Collection[UUID] = (),
) -> Written:  # fmt: skip
    """Return what a register says, from its marks (rows of attendance, or anything like them).

    A session was held once anybody was seen or missed, or once it was closed: a cancellation
    noted on the day before makes none. Who is uncounted counts for that, and for nothing else.
    """
    marks, tallied = list(marks), tallied + register.estimated
    seen = any(mark.presence is not Presence.EXCUSED for mark in marks)
    return Written(
        held=bool(seen or tallied or register.closed_at),
        tallied=tallied,
        homes={
            mark.child_id: places.get(mark.neighbourhood_id) if mark.neighbourhood_id else None
            for mark in marks
            if mark.presence is Presence.PRESENT and mark.child_id not in uncounted
        },
    )


@at_once(contributions)
def bulk(session: Session) -> Bulk:
    places = all_places(session)
    return Bulk(_held(session, places), places)


def _held(session: Session, places: Mapping[UUID, Place]) -> Iterator[Held]:
    """Yield what each register tells; the marks of one are handed over in one piece."""
    tallied = _tallied_everywhere(session)
    marked = {key: (seen, visits or b"") for key, seen, visits in session.execute(_marked(session))}
    rows = session.execute(select(
        as_bytes(session, REGISTERS.c.occurrence_id),
        as_bytes(session, REGISTERS.c.organisation_id),
        REGISTERS.c.held_on, cast(REGISTERS.c.goal_ids, String),
        as_bytes(session, REGISTERS.c.neighbourhood_id), REGISTERS.c.estimated,
        REGISTERS.c.closed_at.is_not(None),
    ))  # fmt: skip
    for key, house, day, goals, area, estimated, closed in rows:
        nameless = tallied.get(key, 0) + estimated
        seen, visits = marked.get(key, (0, b""))
        counted = {Measure.VISITS_TALLY: nameless} if nameless else {}
        if seen or nameless or closed:
            counted[Measure.SESSIONS] = 1
        occasion = Occasion(_id(house), _quarter(day.year, day.month), _aims(goals))
        yield Held(occasion, places[_id(area)] if area else None, counted, visits)


def _marked(session: Session) -> Select[bytes, int, bytes]:
    """Ask how many were seen or missed at each date, and who was there and counts."""
    there = (MARKS.c.presence == Presence.PRESENT) & MARKS.c.child_id.not_in(UNCOUNTED)
    home = func.coalesce(MARKS.c.neighbourhood_id, literal(ids.ALL, Id))
    return select(
        as_bytes(session, MARKS.c.occurrence_id),
        func.count().filter(MARKS.c.presence != Presence.EXCUSED),
        packed(session, MARKS.c.child_id, home, where=there),
    ).group_by(MARKS.c.occurrence_id)


def _tallied_everywhere(session: Session) -> dict[bytes, int]:
    tallies = select(as_bytes(session, TALLIES.c.occurrence_id), func.sum(TALLIES.c.n))
    rows = session.execute(tallies.group_by(TALLIES.c.occurrence_id))
    return {key: int(n) for key, n in rows}


@lru_cache(maxsize=1_000)
def _id(written: bytes) -> UUID:
    return UUID(bytes=written)


@lru_cache(maxsize=1_000)
def _quarter(year: int, month: int) -> str:
    return str(Period.holding(date(year, month, 1))[0])


@lru_cache(maxsize=1_000)
def _aims(written: str) -> frozenset[UUID]:
    return frozenset(map(UUID, json.loads(written)))
