"""Counting what an organisation did in the days that its team looks at.

Fixed periods are read from the cells. Of other days the whole quarters are read from what is known
there, and the days before and after from the registers; so they can tell of nobody who is erased.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    cast,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from kinderwerk.core.ids import ALL
from kinderwerk.facts import queries as facts
from kinderwerk.facts.rules import CellKey, Level, Measure
from kinderwerk.families.limits import UNCOUNTED
from kinderwerk.logbook.models import HourEntry
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Presence
from kinderwerk.reports import banded, different
from kinderwerk.reports.choosing import Counted, Ground, Stretch
from kinderwerk.reports.different import on_days
from kinderwerk.reports.rules import DONE, EVERYBODY, HOURS, REACH, SENSITIVE, WHOLE, Band

#: What adds up, from one quarter to the next.
ADDED: Final = (Measure.SESSIONS, Measure.VISITS_NAMED, Measure.VISITS_TALLY)


def of_ages(
    session: Session, house: UUID, stretch: Stretch, band: Band, work: str
) -> dict[tuple[Measure, str, str], int]:
    """Return how many different children of the published ages came."""
    found = banded.in_days(session, [house], band, stretch.begins, stretch.ends, _for(work))
    return {(Measure.CHILDREN, _area(area), band.code): n for _, _, area, n in found}


def counted(
    session: Session, house: UUID, stretch: Stretch, ground: Ground, work: str,
    goals: Collection[str] = (), area: str = WHOLE,
) -> Counted:  # fmt: skip
    """Return the exact counts of all areas for one work, and of all `goals` in one area."""
    if stretch.period is None:
        return _in_days(session, house, stretch, ground, work, goals)
    period = [str(stretch.period)]
    reach = facts.counts(
        session, organisation_ids=[house], periods=period, measures=(*REACH, *DONE),
        goal_ids=[_id(work)],
    )  # fmt: skip
    rest = facts.counts(
        session, organisation_ids=[house], periods=period, measures=(*SENSITIVE, *HOURS),
        levels=(Level.WHOLE, Level.DISTRICT), goal_ids=[ALL],
    )  # fmt: skip
    found = Counter(_placed(reach)) + Counter(_placed(rest))
    if goals:
        of_goals = facts.counts(
            session, organisation_ids=[house], periods=period, measures=(*REACH, *DONE),
            goal_ids=[_id(one) for one in (EVERYBODY, *goals)],
            area_ids=[ALL if area == WHOLE else UUID(area)],
        )  # fmt: skip
        found |= Counter(_placed(of_goals))
    return Counted(found)


def _id(work: str) -> UUID:
    return ALL if work == EVERYBODY else UUID(work)


def _work(goal_id: UUID) -> str:
    return EVERYBODY if goal_id == ALL else str(goal_id)


def _area(area_id: UUID) -> str:
    return WHOLE if area_id == ALL else str(area_id)


def _placed(counts: Mapping[CellKey, int]) -> dict[tuple[Measure, str, str], int]:
    found: Counter[tuple[Measure, str, str]] = Counter()
    for key, n in counts.items():
        found[key.measure, _area(key.area_id), _work(key.goal_id)] += n
    return dict(found)


def _in_days(
    session: Session, house: UUID, stretch: Stretch, ground: Ground, work: str,
    goals: Collection[str],
) -> Counted:  # fmt: skip
    works = list(dict.fromkeys((EVERYBODY, work, *goals)))
    found: Counter[tuple[Measure, str, str]] = Counter()
    if stretch.quarters:
        whole = facts.counts(
            session, organisation_ids=[house], periods=[str(one) for one in stretch.quarters],
            measures=ADDED, goal_ids=[_id(one) for one in works],
        )  # fmt: skip
        found.update(_placed(whole))
    if stretch.edges:
        found.update(_at_the_edges(session, house, stretch, ground, works))
    found.update(different_children(session, house, stretch, works))
    found.update(_minutes(session, house, stretch))
    erased = _erased(session, house, [(stretch.begins, stretch.ends)], work)
    uprooted = _erased(session, house, stretch.edges, work) if stretch.edges else 0
    return Counted(found, erased, uprooted)


def _at_the_edges(
    session: Session, house: UUID, stretch: Stretch, ground: Ground, works: Sequence[str]
) -> Counter[tuple[Measure, str, str]]:
    """Return what adds up, of the days before and after the whole quarters."""
    district = {hood: one for one, hoods in ground.districts.items() for hood in hoods}
    found: Counter[tuple[Measure, str, str]] = Counter()

    def note(measure: Measure, hood: UUID | None, works: Iterable[str], n: int) -> None:
        areas = [WHOLE]
        if hood is not None:
            areas += filter(None, (str(hood), district.get(str(hood))))
        for area in areas:
            for work in works if n else ():
                found[measure, area, work] += n

    counted = (
        select(func.coalesce(func.sum(Tally.n), 0))
        .where(Tally.occurrence_id == Register.occurrence_id)
        .scalar_subquery()
    )
    seen = exists().where(
        Attendance.occurrence_id == Register.occurrence_id,
        Attendance.presence != Presence.EXCUSED,
    )
    serves: dict[UUID, list[str]] = {}
    for row in session.execute(
        select(
            Register.occurrence_id, Register.neighbourhood_id, Register.goal_ids, Register.erased,
            Register.closed_at, (counted + Register.estimated).label("counted"), seen.label("seen"),
        ).where(Register.organisation_id == house, on_days(stretch.edges))
    ):  # fmt: skip
        serves[row.occurrence_id] = [
            one for one in works if one == EVERYBODY or one in row.goal_ids
        ]
        mine = serves[row.occurrence_id]
        held = row.seen or row.counted or row.closed_at is not None
        note(Measure.SESSIONS, row.neighbourhood_id, mine, int(bool(held)))
        note(Measure.VISITS_TALLY, row.neighbourhood_id, mine, row.counted)
        note(Measure.VISITS_NAMED, None, mine, row.erased)
    for occurrence_id, hood, n in session.execute(
        select(Attendance.occurrence_id, Attendance.neighbourhood_id, func.count())
        .join(Register, Register.occurrence_id == Attendance.occurrence_id)
        .where(
            Register.organisation_id == house, on_days(stretch.edges),
            Attendance.presence == Presence.PRESENT, Attendance.child_id.not_in(UNCOUNTED),
        )
        .group_by(Attendance.occurrence_id, Attendance.neighbourhood_id)
    ):  # fmt: skip
        note(Measure.VISITS_NAMED, hood, serves[occurrence_id], n)
    return found


def _for(work: str) -> ColumnElement[bool]:
    """Tell whether a register counts for a goal; each remembers those of its activity."""
    return true() if work == EVERYBODY else cast(Register.goal_ids, Text).contains(work)


def different_children(
    session: Session, house: UUID, stretch: Stretch, works: Sequence[str]
) -> dict[tuple[Measure, str, str], int]:
    """Return how many different children came, each counted once however often it did."""
    found = different.by_area(session, house, stretch, [_id(one) for one in works])
    return {(Measure.CHILDREN, _area(area), _work(goal)): n for (area, goal), n in found.items()}


def _erased(session: Session, house: UUID, days: Sequence[tuple[date, date]], work: str) -> int:
    """Return how many visits were those of children who are unknown by now."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Register.erased), 0)).where(
                Register.organisation_id == house, on_days(days), _for(work),
            )
        )
        or 0
    )  # fmt: skip


def _minutes(
    session: Session, house: UUID, stretch: Stretch
) -> dict[tuple[Measure, str, str], int]:
    rows = session.execute(
        select(HourEntry.kind, func.sum(HourEntry.minutes))
        .where(
            HourEntry.organisation_id == house,
            HourEntry.day.between(stretch.begins, stretch.ends),
        )
        .group_by(HourEntry.kind)
    )
    return {(kind.measure, WHOLE, EVERYBODY): n for kind, n in rows}
