"""What a reader of all editions knows about the counts: relations between them, and bounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from kinderwerk.disclosure.tables import Axis, Key, Kind, Place, Shown, Split, Table

#: Larger than any count; stands for "no upper bound".
ENDLESS: Final = 10**12
#: Counts of so many bits, below sixteen, are hidden as gladly as any.
_MIDDLING: Final = 4

Members = tuple[tuple[int, int], ...]
#: A total and its parts.
_Line = tuple[int, tuple[int, ...]]


class Incomplete(ValueError):
    """A total was given with only some of its parts."""


@dataclass(frozen=True, slots=True)
class Relation:
    """low <= sum of coefficient x count <= high, for cells by number."""

    members: Members
    low: int
    high: int


class Knowledge:
    """The cells of an edition with their counts, and all that is publicly known about them.

    A hidden cell without parts is taken to be known as small, or as hidden for another's sake
    (then it is at least the minimum). A hidden total keeps that to itself: small and large
    totals of small parts look the same, which the parts need.
    """

    def __init__(self, tables: Sequence[Table], earlier: Mapping[Place, Shown]) -> None:
        self.places: list[Place] = []
        self.kinds: list[Kind] = []
        self.counts: list[int] = []
        self.levels: list[tuple[int, ...]] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self.hidden: list[bool] = []
        self.printed: list[bool] = []
        self.settled: list[bool] = []
        self.relations: list[Relation] = []
        #: Totals with their parts, and with what they have more where that is known to be.
        self.lines: list[tuple[int, ...]] = []
        self.number: dict[Place, int] = {}
        self.rests: set[int] = set()
        for table in tables:
            self._add_cells(table, earlier)
        totals: set[int] = set()
        for table in tables:
            for split, lines in self._lines_of(table):
                if split.again:
                    self._compare(lines)
                    continue
                totals |= {total for total, _parts in lines}
                totals |= {part for _, parts in lines for part in parts if split.sums}
                self._relate(lines, split)
            self._nest(table)
            self._nest_rests(table)
        self.totals = frozenset(totals)
        self.touching = self._index()
        for cell in range(len(self.places)):
            self._bound(cell)

    def _add_cells(self, table: Table, earlier: Mapping[Place, Shown]) -> None:
        heights = [_heights(axis) for axis in table.axes]
        order = [{member: n for n, member in enumerate(axis.members)} for axis in table.axes]

        def position(key: Key) -> list[int]:
            return [places[member] for places, member in zip(order, key, strict=True)]

        for key in sorted(table.counts, key=position):
            place = (table.name, key)
            count, before = table.counts[key], earlier.get(place)
            if before is not None and before.count is not None:
                first, last = table.kind.before_rounding(before.count)
                count = min(max(count, first), last)
            self.number[place] = len(self.places)
            self.places.append(place)
            self.kinds.append(table.kind)
            self.counts.append(count)
            self.levels.append(tuple(h[member] for h, member in zip(heights, key, strict=True)))
            self.printed.append(key not in table.unpublished or before is not None)
            self.settled.append(before is not None)
            self.hidden.append(table.kind.small(count) if before is None else before.hidden)
            self.low.append(0)
            self.high.append(0)

    def _lines_of(self, table: Table) -> Iterator[tuple[Split, list[_Line]]]:
        for n, axis in enumerate(table.axes):
            others = [a.members if m != n else ("",) for m, a in enumerate(table.axes)]
            for split in axis.splits:
                lines = []
                for key in product(*others):
                    whole, *rest = [
                        (*key[:n], one, *key[n + 1 :]) for one in (split.total, *split.parts)
                    ]
                    total = self.number.get((table.name, whole))
                    parts = [
                        self.number.get((table.name, one))
                        for one in rest
                        if one not in table.absent
                    ]
                    known = tuple(part for part in parts if part is not None)
                    if total is None or not known:
                        continue
                    if len(known) < len(parts):
                        raise Incomplete(f"{table.name}: {split.total} lacks parts at {key}")
                    lines.append((total, known))
                if lines:
                    yield split, lines

    def _relate(self, lines: Sequence[_Line], split: Split) -> None:
        """Tie totals to their parts.

        Parts that need not add up, but are nowhere more than their total, could be guessed to.
        """
        over = [-self._beyond(total, parts) for total, parts in lines]
        overlap, rest = max(over) > 0, bool(split.rest) and min(over) < 0
        for (total, parts), more in zip(lines, over, strict=True):
            if split.adds or not overlap:
                left = (self._rest(total, parts, split.rest),) if split.rest and more < 0 else ()
                self.lines.append((total, *parts, *left))
                self._tie(_less(total, *parts, *left), exactly=True, over_time=split.over_time)
                continue
            if not split.rest:
                self.lines.append((total, *parts))
            if not rest:
                self._tie(_less(total, *parts), over_time=split.over_time)
            for part in parts:
                self._tie(((total, 1), (part, -1)), over_time=split.over_time)

    def _compare(self, lines: Sequence[_Line]) -> None:
        """Tie a corrected count to what it was: whether it rose or fell, and by how much at least.

        A reader knows the rule that no count changes by less than the minimum (see `corrections`),
        and is taken to know of each one whether it stayed.
        """
        for later, (before,) in lines:
            changed, least = self.counts[later] - self.counts[before], self.kinds[later].minimum
            members = ((later, 1), (before, -1)) if changed >= 0 else ((before, 1), (later, -1))
            by = abs(changed)
            self.relations.append(
                Relation(members, least if by >= least else min(by, 1), ENDLESS if by else 0)
            )

    def _tie(self, members: Members, *, exactly: bool = False, over_time: bool = False) -> None:
        """Say that a sum is nought, or at least nought.

        What is off is taken to be known; but of corrections between editions only the direction.
        (Who takes it that there were none finds as a rule two cells of such a line hidden.)
        """
        off = sum(self.counts[cell] * sign for cell, sign in members)
        low, high = 0, 0 if exactly else ENDLESS
        if off < low:
            low = -ENDLESS if over_time else off
            high = high if over_time or not exactly else off
        elif off > high:
            low, high = (low, ENDLESS) if over_time else (off, off)
        self.relations.append(Relation(members, low, high))

    def _beyond(self, total: int, parts: tuple[int, ...]) -> int:
        return self.counts[total] - sum(self.counts[part] for part in parts)

    def _rest(self, total: int, parts: tuple[int, ...], called: str) -> int:
        """Add a cell for what a total has more than these parts together; it is never printed."""
        name, key = self.places[total]
        beside = zip(key, self.places[parts[0]][1], strict=True)
        kind, count, cell = self.kinds[total], self._beyond(total, parts), len(self.places)
        self.places.append((name, tuple(a if a == b else called for a, b in beside)))
        self.kinds.append(kind)
        self.counts.append(count)
        self.levels.append((0,) * len(key))
        self.printed.append(False)
        self.settled.append(False)
        self.hidden.append(kind.small(count))
        self.low.append(0)
        self.high.append(0)
        self.rests.add(cell)
        return cell

    def _nest(self, table: Table) -> None:
        for (name, key), lesser in self.number.items():
            greater = self.number.get((table.within, key)) if table.within else None
            if name == table.name and greater is not None:
                self._tie(((greater, 1), (lesser, -1)))

    def _nest_rests(self, table: Table) -> None:
        """Who was in no part in a quarter was in none in the half-year, as a reader will think."""
        rests = {self.places[cell]: cell for cell in self.rests}
        for n, axis in enumerate(table.axes):
            for split in (one for one in axis.splits if not one.adds):
                for (name, key), total in rests.items():
                    if name == table.name and key[n] == split.total:
                        parts = ((name, (*key[:n], one, *key[n + 1 :])) for one in split.parts)
                        for part in (rests[one] for one in parts if one in rests):
                            self._tie(((total, 1), (part, -1)), over_time=split.over_time)

    def _index(self) -> list[list[tuple[int, int]]]:
        touching: list[list[tuple[int, int]]] = [[] for _ in self.places]
        for n, relation in enumerate(self.relations):
            for cell, sign in relation.members:
                touching[cell].append((n, sign))
        return touching

    def _bound(self, cell: int) -> None:
        kind, count = self.kinds[cell], self.counts[cell]
        if self.hidden[cell] or (count and not self.printed[cell]):
            self.low[cell], self.high[cell] = self.if_hidden(cell)
        else:
            self.low[cell], self.high[cell] = kind.before_rounding(kind.rounded(count))

    def if_hidden(self, cell: int) -> tuple[int, int]:
        """Return the bounds that a reader would know of a cell if it were hidden."""
        kind, count = self.kinds[cell], self.counts[cell]
        if cell in self.rests:
            return 0, ENDLESS
        if cell in self.totals:
            return min(kind.least, count), ENDLESS
        if kind.small(count):
            return kind.least, kind.minimum - 1
        return min(kind.least, count), ENDLESS

    def span(self, cell: int) -> int:
        return self.kinds[cell].span(self.counts[cell])

    def enough(self, cell: int) -> int:
        return self.kinds[cell].enough(self.counts[cell])

    def may_hide(self, cell: int) -> bool:
        """A participation of nobody stays shown: that nothing took place there is no secret."""
        return (
            self.printed[cell]
            and not self.settled[cell]
            and not self.hidden[cell]
            and self.counts[cell] >= self.kinds[cell].least
        )

    def tied_to(self, cell: int) -> list[int]:
        """Return all cells that relations lead to from a cell, itself included."""
        found, waiting = {cell}, [cell]
        while waiting:
            for n, _sign in self.touching[waiting.pop()]:
                more = {other for other, _ in self.relations[n].members} - found
                found |= more
                waiting += more
        return sorted(found)

    def hide(self, cell: int) -> None:
        self.hidden[cell] = True
        self._bound(cell)

    def show(self, cell: int) -> None:
        self.hidden[cell] = False
        self._bound(cell)

    def price(self, cell: int) -> int:
        """What hiding a cell costs a reader: totals much, counts of hundreds more still."""
        large = max(0, self.counts[cell].bit_length() - _MIDDLING)
        return 8 + 24 * sum(self.levels[cell]) + 8 * large**2


def _less(total: int, *parts: int) -> Members:
    return ((total, -1), *((part, 1) for part in parts))


def _heights(axis: Axis) -> dict[str, int]:
    """Return how many levels of parts lie under each member."""
    parts = {split.total: split.parts for split in reversed(axis.splits) if not split.again}

    def height(member: str) -> int:
        return 1 + max(map(height, parts[member])) if member in parts else 0

    return {member: height(member) for member in axis.members}
