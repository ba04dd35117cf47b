"""Counting the different children of the ages of which it is published how many live somewhere.

It is read from the registers and not from the cells, which know no ages: so it tells of nobody who
is erased, and an edition keeps what it was when it was made.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, distinct, extract, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.facts.rules import CellKey, Level, Measure
from kinderwerk.families.limits import UNCOUNTED
from kinderwerk.families.models import Child
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers.models import Attendance, Register
from kinderwerk.registers.rules import Presence
from kinderwerk.reports.rules import IN_BAND, Band
from kinderwerk.storage.types import Id

YEAR: Final = 10_000


def in_periods(
    session: Session, organisation_ids: Sequence[UUID], band: Band, periods: Iterable[Period]
) -> dict[CellKey, int]:
    """Return the counts of each organisation and area in each period, in the place of a goal."""
    return {
        CellKey(house, Measure.CHILDREN, str(period), level, area, IN_BAND): n
        for period in periods
        for house, level, area, n in in_days(
            session, organisation_ids, band, period.begins, period.ends
        )
    }


def in_days(
    session: Session, organisation_ids: Sequence[UUID], band: Band, first: date, last: date,
    only: ColumnElement[bool] | None = None,
) -> Iterator[tuple[UUID, Level, UUID, int]]:  # fmt: skip
    """Yield for each organisation and area how many came on these days, each counted once.

    A child counts where it lived on the day of its visit, and if it had such an age on that day.
    """
    seen = (
        select(Register.organisation_id, Attendance.child_id, Attendance.neighbourhood_id)
        .join(Attendance, Attendance.occurrence_id == Register.occurrence_id)
        .join(Child, Child.id == Attendance.child_id)
        .where(
            Register.organisation_id.in_(organisation_ids), Register.held_on.between(first, last),
            Attendance.presence == Presence.PRESENT, Attendance.child_id.not_in(UNCOUNTED),
            true() if only is None else only,
            _age().between(band.first * YEAR, (band.last + 1) * YEAR - 1),
        )
        .distinct()
        .cte("seen")
    )  # fmt: skip
    n = func.count(distinct(seen.c.child_id))
    house = seen.c.organisation_id
    at_home = select(house, literal(Level.DISTRICT.value), Neighbourhood.district_id, n).join(
        Neighbourhood, Neighbourhood.id == seen.c.neighbourhood_id
    )
    rows = session.execute(
        union_all(
            select(house, literal(Level.WHOLE.value), literal(ALL, Id), n).group_by(house),
            at_home.group_by(house, Neighbourhood.district_id),
            select(house, literal(Level.NEIGHBOURHOOD.value), seen.c.neighbourhood_id, n)
            .where(seen.c.neighbourhood_id.is_not(None))
            .group_by(house, seen.c.neighbourhood_id),
        )
    )
    for whose, level, area, found in rows:
        yield whose, Level(level), area, found


def _age() -> ColumnElement[Any]:
    """Return how old a child was on the day, in years times ten thousand and something.

    Days as whole numbers, such as 20310514: both databases count years like this.
    """
    return _number(Register.held_on) - _number(Child.born_on)


def _number(day: Any) -> ColumnElement[Any]:
    return extract("year", day) * YEAR + extract("month", day) * 100 + extract("day", day)
