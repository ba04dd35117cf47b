"""Adding up millions of visits as numbers: each thing has one, and a key is several in one."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.facts.rules import Level, Measure, Place

T = TypeVar("T", bound=Hashable)
Numbers = NDArray[np.int64]
PLACED: Final = ("neighbourhood_id", "district_id")
#: So many numbers are counted without sorting them.
ENOUGH: Final = 4_000_000
KINDS: Final = range(3)  # a quarter, the half-year and the year in which it lies


class Numbered(dict[T, int], Generic[T]):
    """Gives each thing a number when it is asked for first."""

    def __missing__(self, thing: T) -> int:
        self[thing] = number = len(self)
        return number

    def all(self, things: Iterable[T]) -> Numbers:
        return np.fromiter(map(self.__getitem__, things), np.int64)


class Occasion(NamedTuple):
    """Of what something that was held tells: by whom, in which quarter, for which goals."""

    organisation_id: UUID
    quarter: str
    goal_ids: frozenset[UUID]


class Visits(NamedTuple):
    """How often a child of a home was there in a quarter for a goal; sorted."""

    child: Numbers
    when: Numbers
    home: Numbers
    goal: Numbers
    n: Numbers


class Cells(NamedTuple):
    """Counts of one measure on one level; a key is a span, an area and a goal."""

    measure: Measure
    level: Level
    key: Numbers
    n: Numbers


@dataclass(frozen=True)
class Axes:
    """By what is counted: occasions, the homes of children, and what follows from them."""

    occasions: Sequence[Occasion]
    homes: Sequence[Place | None]

    @cached_property
    def goals(self) -> list[UUID]:
        return sorted({ALL}.union(*(one.goal_ids for one in self.occasions)))

    @cached_property
    def whens(self) -> list[tuple[UUID, str]]:
        return sorted({(one.organisation_id, one.quarter) for one in self.occasions})

    @cached_property
    def spans(self) -> list[tuple[UUID, str]]:
        return sorted({(house, period) for house, when in self.whens for period in held_by(when)})

    @cached_property
    def areas(self) -> list[UUID]:
        known = [home for home in self.homes if home]
        return sorted(
            {ALL, *(id_ for one in known for id_ in (one.neighbourhood_id, one.district_id))}
        )

    @cached_property
    def span_of(self) -> list[Numbers]:
        """Return for each kind of period in which span each quarter of an organisation lies."""
        number = {span: n for n, span in enumerate(self.spans)}
        return [
            np.array([number[house, held_by(when)[kind]] for house, when in self.whens], np.int64)
            for kind in KINDS
        ]

    @cached_property
    def area_of(self) -> dict[Level, Numbers]:
        """Return for each level in which area each home lies; -1 where it is not known."""
        number = {area: n for n, area in enumerate(self.areas)} | {None: -1}
        reads: Mapping[Level, Callable[[Place | None], UUID | None]] = {
            Level.WHOLE: lambda home: ALL,
            Level.DISTRICT: lambda home: home.district_id if home else None,
            Level.NEIGHBOURHOOD: lambda home: home.neighbourhood_id if home else None,
        }
        return {
            level: np.array([number[read(home)] for home in self.homes], np.int64)
            for level, read in reads.items()
        }

    def aimed(self, occasion: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return each once for all goals and once for each: its place, when, and the goal."""
        number = {goal: n for n, goal in enumerate(self.goals)}
        which = {when: n for n, when in enumerate(self.whens)}
        goals = [sorted({ALL, *one.goal_ids}) for one in self.occasions]
        flat = np.array([number[goal] for some in goals for goal in some], np.int64)
        many = np.array([len(some) for some in goals], np.int64)
        when = np.array(
            [which[one.organisation_id, one.quarter] for one in self.occasions], np.int64
        )
        each = np.repeat(np.arange(len(occasion)), many[occasion])
        begun = np.repeat(np.cumsum(many[occasion]) - many[occasion], many[occasion])
        first = (np.cumsum(many) - many)[occasion[each]]
        return each, when[occasion[each]], flat[first + np.arange(len(each)) - begun]

    def visits(self, occasion: Numbers, child: Numbers, home: Numbers) -> Visits:
        each, when, goal = self.aimed(occasion)
        sizes = (int(child.max(initial=0)) + 1, len(self.homes), len(self.goals))
        key = np.sort(packed((when, child[each], home[each], goal), sizes))
        starts = runs(key)
        when, child, home, goal = unpacked(key[starts], sizes)
        return Visits(child, when, home, goal, np.diff(starts, append=len(key)))

    def counted(
        self, measure: Measure, when: Numbers, home: Numbers, goal: Numbers, n: Numbers
    ) -> Iterator[Cells]:
        """Add up for each fixed period and each area; what is nowhere is in the whole only."""
        sizes = (len(self.homes), len(self.goals))
        key, n = summed(packed((when, home, goal), sizes), n)
        when, home, goal = unpacked(key, sizes)
        for level, there, made in self._keys(when, home, goal):
            yield Cells(measure, level, *summed(made, n[there]))

    def different(self, visits: Visits) -> Iterator[Cells]:
        """Count each child once in each cell.

        Quarters are sorted last, so those of a year are next to each other: once is the first.
        """
        sizes = (*self.sizes[::-1], len(self.whens))
        for level, areas in self.area_of.items():
            there = areas[visits.home] >= 0
            child, when, home, goal = (one[there] for one in visits[:4])
            key = np.sort(packed((child, goal, areas[home], when), sizes))
            child, goal, area, when = unpacked(key, sizes)
            before = key // len(self.whens) * len(self.spans)
            for spans in self.span_of:
                first = runs(before + spans[when])
                made = packed((spans[when[first]], area[first], goal[first]), self.sizes)
                yield Cells(Measure.CHILDREN, level, *counted(made, len(self.spans), *self.sizes))

    def _keys(
        self, when: Numbers, home: Numbers, goal: Numbers
    ) -> Iterator[tuple[Level, Any, Numbers]]:
        for (level, areas), spans in product(self.area_of.items(), self.span_of):
            there = areas[home] >= 0
            parts = (spans[when[there]], areas[home[there]], goal[there])
            yield level, there, packed(parts, self.sizes)

    @property
    def sizes(self) -> tuple[int, int]:
        """Return how many areas and goals there are, for the keys of cells."""
        return len(self.areas), len(self.goals)


def held_by(quarter: str) -> list[str]:
    return [str(period) for period in Period.holding(Period.read(quarter).begins)]


def packed(parts: Sequence[Numbers], sizes: Sequence[int]) -> Numbers:
    """Return several numbers as one; the first may be of any size."""
    key = parts[0]
    for part, size in zip(parts[1:], sizes, strict=True):
        key = key * size + part
    return key


def unpacked(key: Numbers, sizes: Sequence[int]) -> list[Numbers]:
    parts = []
    for size in reversed(sizes):
        key, part = np.divmod(key, size)
        parts.append(part)
    return [key, *reversed(parts)]


def runs(key: Numbers) -> Numbers:
    """Return where in something sorted another one begins."""
    return np.flatnonzero(np.concatenate(([len(key) > 0], key[1:] != key[:-1])))[: len(key)]


def summed(key: Numbers, n: Numbers) -> tuple[Numbers, Numbers]:
    order = np.argsort(key)
    key = key[order]
    starts = runs(key)
    return key[starts], np.add.reduceat(n[order], starts) if len(key) else n


def counted(key: Numbers, *sizes: int) -> tuple[Numbers, Numbers]:
    """Return the different keys and how often each is there; they are small, or need sorting."""
    space = prod(sizes)
    if space <= max(len(key), ENOUGH):
        n = np.bincount(key, minlength=space)
        found = np.flatnonzero(n)
        return found, n[found]
    key = np.sort(key)
    starts = runs(key)
    return key[starts], np.diff(starts, append=len(key))
