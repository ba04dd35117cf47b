"""Laying a week out: a row for each person, neighbourhood or venue; or for each hour of one. Pure.

The hours of the afternoon are always there, and what is earlier or later only when it is used.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.words import N_
from kinderwerk.planner.rules import By, Planned

FIRST_HOUR, LAST_HOUR = 12, 18
EARLIER: Final = N_("Earlier")
LATER: Final = N_("Later")
ELSEWHERE: Final = {
    By.PERSON: N_("Nobody yet"),
    By.TEAM: N_("Elsewhere"),
    By.VENUE: N_("No fixed place"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what it is called, at which hour it begins if it is one of hours, and its days."""

    label: str
    cells: Sequence[Sequence[Planned]]
    translated: bool = False
    hour: int | None = None

    @property
    def used(self) -> bool:
        return any(self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    begins: date
    lines: Sequence[Line]

    @property
    def days(self) -> list[date]:
        return [self.begins + timedelta(days=n) for n in range(7)]


def keys(one: Planned, by: By) -> Collection[UUID | None]:
    """Return in whose rows a date stands."""
    if by is By.PERSON:
        return [hand.id for hand in one.crew] or [None]
    return [one.team_id if by is By.TEAM else one.venue_id]


def by_row(
    begins: date, dates: Iterable[Planned], by: By, names: Sequence[tuple[UUID, str]]
) -> Grid:
    """Give everybody, or every place, a row; whoever does nothing that week has an empty one."""
    rows: dict[UUID | None, list[list[Planned]]] = {id: _empty() for id, _ in names}
    others = _empty()
    for one in dates:
        for key in keys(one, by):
            for day in _days(one, begins):
                rows.get(key, others)[day].append(one)
    lines = [Line(name, rows[id]) for id, name in names]
    rest = Line(ELSEWHERE[by], others, translated=True)
    return Grid(begins, [*lines, rest] if rest.used else lines)


def by_hour(begins: date, dates: Iterable[Planned]) -> Grid:
    """Give each hour of the afternoon a row, and what is earlier or later one when it is used."""
    rows: Mapping[int, list[list[Planned]]] = {
        hour: _empty() for hour in range(FIRST_HOUR - 1, LAST_HOUR + 1)
    }
    for one in dates:
        hour = min(max(one.starts.hour, FIRST_HOUR - 1), LAST_HOUR)
        for day in _days(one, begins):
            rows[hour][day].append(one)
    before, *hours, after = (
        Line(f"{hour}:00", cells, hour=hour) for hour, cells in rows.items()
    )  # fmt: skip
    early = Line(EARLIER, before.cells, translated=True)
    late = Line(LATER, after.cells, translated=True)
    return Grid(begins, [*[early] * early.used, *hours, *[late] * late.used])


def _empty() -> list[list[Planned]]:
    return [[] for _ in range(7)]


def _days(one: Planned, begins: date) -> Iterable[int]:
    """Yield the days of the week on which it takes place; a stay is on several."""
    first = (one.starts.date() - begins).days
    last = ((one.ends - timedelta(microseconds=1)).date() - begins).days
    return range(max(first, 0), min(last, 6) + 1)
