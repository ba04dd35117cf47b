"""A third look at an edition, by linear programming: how far apart can each hidden count be?

`moves` says that a count stays open because it found other populations; here a solver that knows
nothing of them (HiGHS, by way of scipy) looks for the smallest and the largest value of each
hidden count that agree with everything published. It computes with floating point, so nothing that
it says is believed: every answer is made rational and put into all relations once more, exactly.
Only what fits counts. A count is open if answers that fit lie far enough apart; where they do not,
or where none could be verified, it is too tight, and the edition is refused.

A population is whole numbers, an answer need not be: the solver is the stronger reader for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, Final

from kinderwerk.disclosure.knowledge import ENDLESS, Knowledge
from kinderwerk.disclosure.tables import Place, Shown, Table

#: Sum of coefficient x count, with its bounds.
_Line = tuple[tuple[tuple[int, int], ...], int, int]
#: Answers to these many questions about all hidden counts at once; then each is asked for alone.
_TOGETHER: Final = 8
#: Coefficients are 1 and -1, so the corners of what is possible are fractions with small ones.
_DENOMINATORS: Final = 1000


@dataclass(frozen=True, slots=True)
class System:
    """What a reader knows: bounds of each count and of sums; how far the `hidden` must be apart.

    `counts` are the real ones. They fit, and from there the search goes in both directions.
    """

    counts: Sequence[int]
    bounds: Sequence[tuple[int, int]]
    lines: Sequence[_Line]
    hidden: Mapping[int, int]


def tight(tables: Sequence[Table], shown: Mapping[Place, Shown]) -> frozenset[Place]:
    """Return the hidden cells that are not seen to stay as open as they have to."""
    known = Knowledge(tables, shown)
    return frozenset(known.places[cell] for cell in too_tight(system(known)))


def system(known: Knowledge) -> System:
    return System(
        known.counts,
        list(zip(known.low, known.high, strict=True)),
        [(relation.members, relation.low, relation.high) for relation in known.relations],
        {cell: known.enough(cell) for cell, hidden in enumerate(known.hidden) if hidden},
    )


def too_tight(about: System) -> set[int]:
    """Return which hidden counts are left with less than they should be."""
    found: set[int] = set()
    for cells, lines in _apart(about):
        wanted = {cell: about.hidden[cell] for cell in cells if cell in about.hidden}
        if wanted:
            found |= _Part(about, cells, lines).too_tight(wanted)
    return found | {cell for cell in about.hidden if about.bounds[cell][0] == about.bounds[cell][1]}


def answer(told: Any, pieces: list[bytes]) -> tuple[list[int], list[bytes]]:
    """Answer from a process of its own, see kinderwerk.files.bounded."""
    counts, bounds, lines, hidden = told
    about = System(
        counts,
        [(low, high) for low, high in bounds],
        [(tuple((cell, sign) for cell, sign in line), low, high) for line, low, high in lines],
        dict(hidden),
    )
    return sorted(too_tight(about)), []


def asked(about: System) -> list[Any]:
    """Return a system as plain data, for `answer`."""
    return [about.counts, about.bounds, about.lines, list(about.hidden.items())]


def _apart(about: System) -> Iterator[tuple[list[int], list[_Line]]]:
    """Yield the counts that are not known, by groups that no line ties to another."""
    from scipy.sparse import csr_array  # noqa: PLC0415 (heavy, and not for who serves pages)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 (as above)

    size, unknown = len(about.bounds), [low < high for low, high in about.bounds]
    tied = [[cell for cell, _ in line[0] if unknown[cell]] for line in about.lines]
    pairs = [(cells[0], cell) for cells in tied for cell in cells]
    ends = tuple(zip(*pairs, strict=True)) or ((), ())
    graph = csr_array(([1] * len(pairs), ends), shape=(size, size), dtype=int)
    groups, group_of = connected_components(graph, directed=False)
    cells: list[list[int]] = [[] for _ in range(groups)]
    lines: list[list[_Line]] = [[] for _ in range(groups)]
    for cell in filter(unknown.__getitem__, range(size)):
        cells[group_of[cell]].append(cell)
    for line, (first, *_) in ((a, b) for a, b in zip(about.lines, tied, strict=True) if b):
        lines[group_of[first]].append(line)
    yield from ((some, theirs) for some, theirs in zip(cells, lines, strict=True) if some)


class _Part:
    """Counts that are tied to each other, as the solver gets them."""

    def __init__(self, about: System, cells: list[int], lines: list[_Line]) -> None:
        self._about, self._cells = about, cells
        self._at = {cell: n for n, cell in enumerate(cells)}
        #: No count is endless, and a solver wants an end.
        most = 1000 + 4 * max(about.counts[cell] for cell in cells)
        self._bounds = [
            (low, high if high < ENDLESS else most)
            for low, high in (about.bounds[cell] for cell in cells)
        ]
        self._lines = [self._of_unknown(line) for line in lines]
        self._rows = self._matrix()
        self._seen = {cell: (about.counts[cell], about.counts[cell]) for cell in cells}

    def _of_unknown(self, line: _Line) -> _Line:
        """Take what is known of a line off its bounds; count places in this part from here on."""
        members, low, high = line
        off = sum(sign * self._about.bounds[c][0] for c, sign in members if c not in self._at)
        return (
            tuple((self._at[cell], sign) for cell, sign in members if cell in self._at),
            low if low <= -ENDLESS else low - off,
            high if high >= ENDLESS else high - off,
        )

    def _matrix(self) -> dict[str, Any]:
        """Return the lines as scipy wants them: equal to something, or at most something."""
        from scipy.sparse import csr_array  # noqa: PLC0415 (as above)

        equal: list[tuple[Sequence[tuple[int, int]], int]] = []
        least: list[tuple[Sequence[tuple[int, int]], int]] = []
        for members, low, high in self._lines:
            if low == high:
                equal.append((members, low))
                continue
            if high < ENDLESS:
                least.append((members, high))
            if low > -ENDLESS:
                least.append(([(cell, -sign) for cell, sign in members], -low))
        rows: dict[str, Any] = {}
        for name, lines in ("eq", equal), ("ub", least):
            if lines:
                places = ((n, cell, sign) for n, (row, _) in enumerate(lines) for cell, sign in row)
                at, beside, signs = zip(*places, strict=True)
                shape = (len(lines), len(self._cells))
                rows[f"A_{name}"] = csr_array((signs, (at, beside)), shape=shape, dtype=float)
                rows[f"b_{name}"] = [end for _, end in lines]
        return rows

    def too_tight(self, wanted: Mapping[int, int]) -> set[int]:
        """Ask about all at once in several ways, for most are open at once; then about each."""
        chance = Random(len(self._cells))  # noqa: S311 (the same each time, on purpose)
        for turn in range(_TOGETHER):
            left = self._not_open(wanted)
            signs = [1 if turn < 2 else chance.choice((-1, 1)) for _ in left]
            for direction in (1, -1):
                self._ask(dict(zip(left, (sign * direction for sign in signs), strict=True)))
        for cell in self._not_open(wanted):
            for direction in (-1, 1):
                if self._too_close(cell, wanted[cell]):
                    self._ask({cell: direction})
        return set(self._not_open(wanted))

    def _not_open(self, wanted: Mapping[int, int]) -> list[int]:
        return [cell for cell, apart in wanted.items() if self._too_close(cell, apart)]

    def _too_close(self, cell: int, apart: int) -> bool:
        low, high = self._seen[cell]
        return high - low < apart

    def _ask(self, prices: Mapping[int, int]) -> None:
        """Let the solver make a sum as large as can be; note how far each count got by it."""
        from scipy.optimize import linprog  # noqa: PLC0415 (as above)

        if not prices:
            return
        wish = [0.0] * len(self._cells)
        for cell, price in prices.items():
            wish[self._at[cell]] = -float(price)
        found = linprog(wish, **self._rows, bounds=self._bounds, method="highs-ds")
        point = self._verified(found.x) if found.x is not None else None
        for cell, value in zip(self._cells, point or (), strict=point is not None):
            low, high = self._seen[cell]
            self._seen[cell] = (min(low, -(-value // 1)), max(high, value // 1))

    def _verified(self, values: Iterable[float]) -> list[Fraction] | None:
        """Return an answer in fractions, if it agrees exactly with all that is known."""
        point = [Fraction(float(value)).limit_denominator(_DENOMINATORS) for value in values]
        within = all(low <= v <= high for v, (low, high) in zip(point, self._bounds, strict=True))
        fits = within and all(
            (low <= -ENDLESS or low <= total) and (high >= ENDLESS or total <= high)
            for members, low, high in self._lines
            for total in (sum(sign * point[cell] for cell, sign in members),)
        )
        return point if fits else None
