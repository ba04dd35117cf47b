"""Counting again what is out already, so that the difference of two versions points at nobody.

Who has both versions has their differences, and a difference of one is one child. So a version does
not hold what is counted now, but the frozen counts with those changes that are large enough. What
changed is cut into the finest pieces: one area without parts, or what an area has more than its
parts, of one organisation. A piece is taken over whole, its goals included, if each number in it
changed by nothing or by at least the minimum that is shown at all; else all of it stays as it was.

What stays behind in the parts of an area may still be told of the whole of it, where it is enough
together, and not so much that somebody could tell that each part has its share of it.

At last pieces are left out, the smallest first, until no count changes by less than the minimum,
and until what is left could have been counted: no more children than visits, no part above its
total. What stays as it was tells no more than that too little changed there, or nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from kinderwerk.disclosure.tables import Axis, Key, Place, Split, Table

#: A sum of members of an axis, each with its sign.
_Sum = Mapping[str, int]
#: Which members of an axis change with which of the numbers that are taken over together.
_Reach = tuple[tuple[_Sum, tuple[str, ...]], ...]


def corrected(then: Sequence[Table], now: Sequence[Table]) -> dict[str, dict[Key, int]]:
    """Return the counts of the new version, by table; both times the same tables with all cells."""
    taken = _Taken()
    for before, after in zip(then, now, strict=True):
        _Change(before, after, taken).cut()
    while any([taken.leave_out(places) for places in taken.wrong(then)]):
        pass
    return {table.name: {key: taken.count(table, key) for key in table.counts} for table in then}


@dataclass(slots=True)
class _Taken:
    """The pieces that are taken over: what each adds to which cells, and what all do together."""

    pieces: list[Mapping[Place, int]] = field(default_factory=list)
    within: defaultdict[Place, set[int]] = field(default_factory=lambda: defaultdict(set))
    changed: defaultdict[Place, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, piece: Mapping[Place, int]) -> None:
        for place, more in piece.items():
            self.within[place].add(len(self.pieces))
            self.changed[place] += more
        self.pieces.append(piece)

    def count(self, table: Table, key: Key) -> int:
        return table.counts[key] + self.changed[table.name, key]

    def wrong(self, then: Sequence[Table]) -> Iterator[list[Place]]:
        """Yield the cells that changed by too little, or that could not have been counted so."""
        tables = {table.name: table for table in then}
        for table in then:
            outer = tables.get(table.within or "")
            for key in table.counts:
                count, place = self.count(table, key), (table.name, key)
                if 0 < abs(self.changed[place]) < table.kind.minimum or count < 0:
                    yield [place]
                if outer and key in outer.counts and count > self.count(outer, key):
                    yield [place, (outer.name, key)]
            for total, part in _nested(table):
                if self.count(table, part) > self.count(table, total):
                    yield [(table.name, total), (table.name, part)]

    def leave_out(self, places: Sequence[Place]) -> bool:
        """Leave out the smallest piece that changes these cells, if there is one."""
        there = {piece for place in places for piece in self.within[place]}
        if not there:
            return False
        least = min(there, key=lambda one: (max(map(abs, self.pieces[one].values())), one))
        for place, more in self.pieces[least].items():
            self.within[place].discard(least)
            self.changed[place] -= more
        return True


@dataclass(frozen=True, slots=True)
class _Left:
    """What stays behind of an area, number by number; `open` if anything may have."""

    numbers: tuple[int, ...]
    open: bool


class _Change:
    """What changed in a table, cut along its axes: one with parts that add up, and the others."""

    def __init__(self, then: Table, now: Table, taken: _Taken) -> None:
        self._table, self._taken = then, taken
        self._off = {key: now.counts[key] - count for key, count in then.counts.items()}
        self._axis = max(range(len(then.axes)), key=lambda n: any(map(_lifts, then.axes[n].splits)))
        self._splits = {one.total: one for one in then.axes[self._axis].splits if one.adds}
        self._above = _above(then.axes[self._axis])

    def cut(self) -> None:
        axes = self._table.axes
        beside = [_together(axis) for n, axis in enumerate(axes) if n != self._axis]
        roots = [one for one in axes[self._axis].members if len(self._above[one]) == 1]
        for groups in product(*beside):
            for root in roots:
                self._settle(root, groups)

    def _settle(self, member: str, groups: Sequence[_Reach]) -> _Left:
        """Take over what changed enough in an area and its parts, and return what did not."""
        split = self._splits.get(member)
        if split is None:
            return self._take_or_leave(member, {member: 1}, groups)
        parts = [self._settle(part, groups) for part in split.parts]
        more = {member: 1, **dict.fromkeys(split.parts, -1)}
        rest = self._take_or_leave(member, more, groups)
        left = tuple(map(sum, zip(*(one.numbers for one in (rest, *parts)), strict=True)))
        least, several = self._table.kind.minimum, sum(part.open for part in parts)
        most = (least - 1) * (several - 1) if _lifts(split) else 0
        if any(left) and all(n == 0 or least <= abs(n) <= most for n in left):
            self._take(member, left, groups)
            return _Left((0,) * len(left), open=False)
        return _Left(left, open=True)

    def _take_or_leave(self, member: str, sum_: _Sum, groups: Sequence[_Reach]) -> _Left:
        numbers = tuple(
            self._worth((sum_, *(one for one, _ in values))) for values in product(*groups)
        )
        if any(numbers) and all(n == 0 or abs(n) >= self._table.kind.minimum for n in numbers):
            self._take(member, numbers, groups)
            return _Left((0,) * len(numbers), open=False)
        return _Left(numbers, open=True)

    def _take(self, member: str, numbers: Sequence[int], groups: Sequence[_Reach]) -> None:
        piece: dict[Place, int] = {}
        for values, n in zip(product(*groups), numbers, strict=True):
            reached = [reach for _sum, reach in values]
            reached.insert(self._axis, self._above[member])
            for key in product(*reached) if n else ():
                place = (self._table.name, key)
                piece[place] = piece.get(place, 0) + n
        self._taken.take(piece)

    def _worth(self, sums: Sequence[_Sum]) -> int:
        """Return how much a sum of cells changed, that of the area first."""
        area, *others = sums
        others.insert(self._axis, area)
        worth = 0
        for members in product(*(one.items() for one in others)):
            sign = 1
            for _member, times in members:
                sign *= times
            worth += sign * self._off[tuple(member for member, _ in members)]
        return worth


def _lifts(split: Split) -> bool:
    """Whether a total may be told more of than its parts are: where it has more than these."""
    return split.adds and bool(split.rest)


def _first(axis: Axis) -> dict[str, Split]:
    """Return by total how it is split; where it is in several ways, by the first of them."""
    return {split.total: split for split in reversed(axis.splits)}


def _above(axis: Axis) -> dict[str, tuple[str, ...]]:
    """Return each member with all totals in which it lies."""
    whole = {part: split.total for split in _first(axis).values() for part in split.parts}

    def chain(member: str) -> tuple[str, ...]:
        return (member, *chain(whole[member])) if member in whole else (member,)

    return {member: chain(member) for member in axis.members}


def _together(axis: Axis) -> list[_Reach]:
    """Return what is taken over together: an organisation with its goals, and what has none.

    Parts of a second kind (children of some ages) never change: what is left of the total without
    them could change by little.
    """
    above, first = _above(axis), _first(axis).values()
    loose = {split.total: split.parts for split in first if not split.adds}
    totals = {split.total for split in first if split.adds}
    parts = {part for some in loose.values() for part in some}
    parts |= {part for split in axis.splits if split not in first for part in split.parts}
    return [
        (
            ({member: 1}, above[member]),
            *(({part: 1}, (part,)) for part in loose.get(member, ())),
            ({member: 1, **dict.fromkeys(loose.get(member, ()), -1)}, ()),
        )
        for member in axis.members
        if member not in totals | parts
    ]


def _nested(table: Table) -> Iterator[tuple[Key, Key]]:
    """Yield each total with each of its parts."""
    for n, axis in enumerate(table.axes):
        for split in axis.splits:
            for key in table.counts:
                if key[n] == split.total:
                    yield from ((key, (*key[:n], part, *key[n + 1 :])) for part in split.parts)
