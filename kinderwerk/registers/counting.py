"""What registers count: one by one by the rules, and all of them at once as queries."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
    values,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import Integer, String

from kinderwerk.core import ids
from kinderwerk.facts.bulk import NOWHERE, Bulk, at_once
from kinderwerk.facts.rules import Contribution, Measure, Place
from kinderwerk.facts.sources import source
from kinderwerk.families.limits import UNCOUNTED
from kinderwerk.places.located import located
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers import rules
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Presence, Setting, Written
from kinderwerk.storage.types import Id

AT_ONCE: Final = 500


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
    aimed = _aimed(session)
    return Bulk(_visits(aimed), _sums(aimed))


def _aimed(session: Session) -> Subquery:
    """Return each register for all goals together, and once for each of its goals."""
    server = session.get_bind().dialect.name == "postgresql"
    quarter = (_quarter_on_server if server else _quarter)(Register.held_on)
    about = (Register.occurrence_id, Register.organisation_id, quarter.label("quarter"))
    every = select(*about, NOWHERE.label("goal_id"))
    each = (func.json_array_elements_text if server else func.json_each)(Register.goal_ids)
    goal = each.table_valued("value", name="goal")
    written = session.scalars(
        select(goal.c.value).select_from(Register).join(goal, true()).distinct()
    ).all()
    if not written:
        return every.subquery("aimed")
    known = _ids(written)
    one = (
        select(*about, known.c.goal_id)
        .select_from(Register)
        .join(goal, true())
        .join(known, known.c.written == goal.c.value)
        .distinct()
    )
    return union_all(every, one).subquery("aimed")


def _ids(written: Iterable[str]) -> FromClause:
    """Return the ids that are written like this; SQLite cannot read them itself."""
    table = values(column("written", String), column("goal_id", Id), name="ids")
    return table.data([(one, UUID(one)) for one in written]).cte("known")


def _quarter(day: Any) -> ColumnElement[str]:
    month = cast(func.strftime("%m", day), Integer)
    return func.strftime("%Y", day) + "-Q" + cast((month + 2) // 3, String)


def _quarter_on_server(day: Any) -> ColumnElement[str]:
    return func.to_char(day, 'YYYY"-Q"Q', type_=String)


def _home(neighbourhood_id: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return (
        func.coalesce(neighbourhood_id, NOWHERE).label("neighbourhood_id"),
        func.coalesce(Neighbourhood.district_id, NOWHERE).label("district_id"),
    )


def _visits(aimed: Subquery) -> Select[Any]:
    each = (
        select(
            aimed.c.organisation_id, Attendance.child_id, aimed.c.quarter, aimed.c.goal_id,
            *_home(Attendance.neighbourhood_id),
        )
        .select_from(aimed)
        .join(Attendance, Attendance.occurrence_id == aimed.c.occurrence_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Attendance.neighbourhood_id)
        .where(
            Attendance.presence == Presence.PRESENT, Attendance.child_id.not_in(UNCOUNTED)
        )
        .subquery("each")
    )  # fmt: skip
    return select(*each.c, func.count().label("visits")).group_by(*each.c)


def _sums(aimed: Subquery) -> Select[Any]:
    tallied = (
        select(Tally.occurrence_id, func.sum(Tally.n).label("n"))
        .group_by(Tally.occurrence_id)
        .subquery("tallied")
    )
    nameless = func.coalesce(tallied.c.n, 0) + Register.estimated
    seen = exists().where(
        Attendance.occurrence_id == Register.occurrence_id,
        Attendance.presence != Presence.EXCUSED,
    )
    held = or_(seen, nameless > 0, Register.closed_at.is_not(None))

    def counted(measure: Measure, n: ColumnElement[Any], wanted: ColumnElement[bool]) -> Any:
        return (
            select(
                aimed.c.organisation_id, aimed.c.quarter, aimed.c.goal_id,
                *_home(Register.neighbourhood_id),
                literal(measure.value).label("measure"), n.label("n"),
            )
            .select_from(aimed)
            .join(Register, Register.occurrence_id == aimed.c.occurrence_id)
            .outerjoin(tallied, tallied.c.occurrence_id == Register.occurrence_id)
            .outerjoin(Neighbourhood, Neighbourhood.id == Register.neighbourhood_id)
            .where(wanted)
        )  # fmt: skip

    return select(
        union_all(
            counted(Measure.SESSIONS, literal(1), held),
            counted(Measure.VISITS_TALLY, nameless, nameless > 0),
        ).subquery("counted")
    )
