"""Counts as a report holds them, and what a reader gets to see of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from kinderwerk.core.words import N_

#: One member per axis of the table, in the order of its axes.
Key = tuple[str, ...]
#: A cell of an edition: the name of its table, and its key there.
Place = tuple[str, Key]

#: A percentage of fewer than this many is a percentage of somebody.
SMALLEST_BASE: Final = 20


class Kind(Enum):
    """How a measure is shown: from which count on, rounded to what, from which count on hidden."""

    #: Visits and unique children: exact, hidden from 1 to 4; nobody is shown as 0.
    PARTICIPATION = (5, 1, 1)
    #: Signals, support, referrals, incidents: from 10, rounded to 5; even none tells nothing.
    SENSITIVE = (10, 5, 0)

    def __init__(self, minimum: int, base: int, least: int) -> None:
        self.minimum = minimum
        self.base = base
        self.least = least

    def small(self, count: int) -> bool:
        return self.least <= count < self.minimum

    def span(self, count: int) -> int:
        """How far apart the ends are of what should stay open of a hidden count.

        All that "too small to show" leaves open; but of a count that may be told once it is
        rounded, no more than its rounding does.
        """
        return self.enough(count) if self.base > 1 else self.minimum - 1 - self.least

    def enough(self, count: int) -> int:
        """The same at the very least: a count that may be told must only not be known exactly."""
        return self.minimum - 1 - self.least if self.small(count) else max(1, self.base - 1)

    def rounded(self, count: int) -> int:
        return (count + self.base // 2) // self.base * self.base

    def before_rounding(self, shown: int) -> tuple[int, int]:
        """Return the smallest and the largest count that are shown like this."""
        reach = self.base // 2
        return (max(self.minimum, shown - reach) if reach else shown, shown + reach)


@dataclass(frozen=True, slots=True)
class Split:
    """A member of an axis and its parts. Visits add up; unique children need not.

    Some of the total may be in none of the parts: `rest` is what that is called. It is never
    printed, yet who knows the total and the parts knows it. Where total and parts go out at
    different times (`over_time`) corrections may lie between them. One part that is the same
    `again` is the older version of a corrected count. Parts that are `sums` themselves, of what
    is printed nowhere, say no more than totals do whether they are small.
    """

    total: str
    parts: tuple[str, ...]
    adds: bool = True
    rest: str = ""
    over_time: bool = False
    again: bool = False
    sums: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """A dimension; a member may be split in several ways (by goal, and by organisation)."""

    name: str
    members: tuple[str, ...]
    splits: tuple[Split, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The exact counts of one measure, margins included.

    `within` names the table whose like cell is never smaller (children within visits).
    `unpublished` cells are not printed in this edition, yet a reader could work them out:
    the second quarter, from the half-year and the first. `absent` cells were not counted when the
    edition of their period went out: an organisation that came later.
    """

    name: str
    kind: Kind
    axes: tuple[Axis, ...]
    counts: Mapping[Key, int]
    within: str | None = None
    unpublished: frozenset[Key] = field(default=frozenset())
    absent: frozenset[Key] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a cell. Why a count is missing is not told: small itself, or a neighbour."""

    kind: Kind
    count: int | None

    @property
    def hidden(self) -> bool:
        return self.count is None

    @property
    def label(self) -> str:
        """The words to print; those for a hidden count are translated by whoever shows them."""
        return N_("too small to show") if self.count is None else str(self.count)


def share(part: Shown, whole: Shown | int) -> int | None:
    """Return whole percents, or None where either is hidden or the base is under twenty."""
    base = whole if isinstance(whole, int) else whole.count
    if part.count is None or base is None or base < SMALLEST_BASE:
        return None
    return (200 * part.count + base) // (2 * base)
