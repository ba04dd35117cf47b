"""What the team may choose to look at, and how much of its own figures is told.

Small numbers are hidden here as they are on the map: pages are printed, and tables sent on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from kinderwerk.core.periods import Period
from kinderwerk.disclosure.protection import Protected
from kinderwerk.disclosure.remembered import Remembered
from kinderwerk.disclosure.tables import Axis, Key, Kind, Split, Table
from kinderwerk.facts.rules import Measure
from kinderwerk.reports.rules import ELSEWHERE, EVERYBODY, REACH, REST, SENSITIVE, UNIQUE, WHOLE

REMEMBERED: Final = Remembered()
DAY: Final = timedelta(days=1)
BACK: Final = 4
#: Counted in an area, for a goal or for all of them.
Counts = Mapping[tuple[Measure, str, str], int]


@dataclass(frozen=True)
class Stretch:
    """Days to look at, both ends included: a fixed period, or any days.

    Only a fixed period has counts that outlive what is erased.
    """

    begins: date
    ends: date

    @cached_property
    def period(self) -> Period | None:
        """Return the quarter, half-year or year that these days are exactly."""
        fixed = Period.holding(self.begins)
        return next((p for p in fixed if (p.begins, p.ends) == (self.begins, self.ends)), None)

    @property
    def year(self) -> int:
        return self.ends.year

    @property
    def code(self) -> str:
        return str(self.period) if self.period else f"{self.begins}--{self.ends}"

    @property
    def before(self) -> "Stretch | None":
        """Return the period before, or as many days before; none where no days are left."""
        if self.period:
            return of(self.period.previous)
        long = self.ends - self.begins
        if self.begins - date.min <= long:
            return None
        return Stretch(self.begins - DAY - long, self.begins - DAY)

    @cached_property
    def quarters(self) -> list[Period]:
        """Return the quarters that lie in it whole."""
        quarter = Period.holding(self.begins)[0]
        found = []
        while quarter.ends <= self.ends:
            if quarter.begins >= self.begins:
                found.append(quarter)
            quarter = Period.holding(quarter.ends + DAY)[0]
        return found

    @property
    def edges(self) -> list[tuple[date, date]]:
        """Return the days before and after the whole quarters."""
        if not self.quarters:
            return [(self.begins, self.ends)]
        first, last = self.quarters[0].begins, self.quarters[-1].ends
        parts = (self.begins, first - DAY), (last + DAY, self.ends)
        return [(one, other) for one, other in parts if one <= other]


def of(period: Period) -> Stretch:
    return Stretch(period.begins, period.ends)


def between(first: date, last: date) -> Stretch:
    """Return the days between two, whichever of them was said first."""
    return Stretch(*sorted((first, last)))


def offered(today: date) -> list[Period]:
    """Return what can be chosen: this quarter, half-year and year, and some before each."""
    quarter, half, year = Period.holding(today)
    return [*_back(quarter, BACK), *_back(half, BACK // 2), *_back(year, BACK // 2)]


def _back(period: Period, often: int) -> Iterator[Period]:
    yield period
    for _ in range(often):
        period = period.previous
        yield period


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in some days.

    `erased` are visits of children who are unknown by now: nobody can tell any more how many
    different children they were. `uprooted` are those of them of which nobody knows where the
    children lived, so that they are among the visits of the whole area only.
    """

    counts: Counts
    erased: int = 0
    uprooted: int = 0

    def n(self, measure: Measure, area: str = WHOLE, work: str = EVERYBODY) -> int:
        return self.counts.get((measure, area, work), 0)


@dataclass(frozen=True, slots=True)
class Ground:
    """The districts of a municipality with their neighbourhoods."""

    districts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def areas(self) -> list[str]:
        return [*self.districts, *(hood for parts in self.districts.values() for hood in parts)]


def told_of_areas(
    whose: UUID, ground: Ground, counted: Counted, work: str, ages: str = ""
) -> Protected:
    """Return what is told of each area; nothing sensitive of a neighbourhood."""
    tables = list(_areas(ground, counted, work))
    if ages:
        [of_ages] = (
            one for one in _areas(ground, counted, ages) if one.name == Measure.CHILDREN.value
        )
        tables.append(replace(of_ages, name=ages))
    return REMEMBERED.protect(str(whose), tables)


def _areas(ground: Ground, counted: Counted, work: str) -> Iterator[Table]:
    districts = tuple(ground.districts)
    for measure in (*REACH, *SENSITIVE):
        fine = measure in REACH
        splits = [Split(WHOLE, (*districts, ELSEWHERE), measure not in UNIQUE)]
        splits += [
            Split(district, tuple(parts), measure not in UNIQUE)
            for district, parts in ground.districts.items()
            if fine and parts
        ]
        members = [WHOLE, *(ground.areas if fine else districts)]
        of = work if fine else EVERYBODY
        cells: dict[Key, int] = {(one,): counted.n(measure, one, of) for one in members}
        known = sum(cells[one,] for one in districts)
        cells[ELSEWHERE,] = max(0, cells[WHOLE,] - known)
        yield Table(
            name=measure.value, kind=Kind.PARTICIPATION if fine else Kind.SENSITIVE, counts=cells,
            axes=(Axis("area", (*members, ELSEWHERE), tuple(splits)),),
            unpublished=frozenset({(ELSEWHERE,)}),
        )  # fmt: skip


def told_of_goals(
    whose: UUID, goals: Iterable[str], counted: Counted, area: str, hidden: frozenset[Measure]
) -> Protected:
    """Return what is told of each goal in an area, beside all of them together.

    `hidden` are the measures of which the total is not told.
    """
    works = tuple(goals)
    return REMEMBERED.protect(
        str(whose), (_works(works, counted, area, one, hidden) for one in REACH if works)
    )


def _works(
    works: tuple[str, ...], counted: Counted, area: str, measure: Measure,
    hidden: frozenset[Measure],
) -> Table:  # fmt: skip
    members, rest = (EVERYBODY, *works), f"{REST}{EVERYBODY}"
    split = Split(EVERYBODY, works, adds=False, rest=rest)
    return Table(
        name=measure.value, kind=Kind.PARTICIPATION,
        counts={(one,): counted.n(measure, area, one) for one in members},
        axes=(Axis("work", members, (split,)),),
        unpublished=frozenset({(EVERYBODY,)} if measure in hidden else ()),
    )  # fmt: skip
