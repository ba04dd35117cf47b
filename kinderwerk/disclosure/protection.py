"""Choosing what to hide: one pattern for all tables, levels and earlier editions at once."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kinderwerk.disclosure.knowledge import ENDLESS, Knowledge
from kinderwerk.disclosure.moves import BOLD, THOROUGH, THRIFTY, Effort, Move, Mover
from kinderwerk.disclosure.tables import Kind, Place, Shown, Table


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be published of each printed cell.

    `unproven` names cells that earlier editions already gave away, so that hiding can no longer
    help. While there are any, the edition is not fit for release.
    """

    shown: Mapping[Place, Shown]
    unproven: frozenset[Place]

    def at(self, table: str, *key: str) -> Shown:
        return self.shown[table, key]


def protect(tables: Sequence[Table], earlier: Mapping[Place, Shown] | None = None) -> Protected:
    """Decide for a whole edition; what earlier editions published stands and counts as known."""
    return _Guard(Knowledge(tables, earlier or {})).protected(earlier or {})


class _Guard:
    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge
        self._mover = Mover(knowledge)
        size = len(knowledge.places)
        self._reached = [[0, 0] for _ in range(size)]
        hidden = [cell for cell in range(size) if knowledge.hidden[cell]]
        self._queue = deque(sorted(hidden, key=self._turn))
        self._unproven: set[int] = set()
        self._withhold_thin_levels()

    def _turn(self, cell: int) -> tuple[bool, int]:
        """Small counts first: proving them proves most of those that are hidden with them."""
        known = self._known
        return not known.kinds[cell].small(known.counts[cell]), sum(known.levels[cell])

    def protected(self, earlier: Mapping[Place, Shown]) -> Protected:
        self._prove_all()
        while self._pair_lonely():
            self._prove_all()
        self._unproven = {cell for cell in sorted(self._unproven) if not self._proves_now(cell)}
        known = self._known
        return Protected(
            {
                place: earlier.get(place) or self._statement(cell)
                for cell, place in enumerate(known.places)
                if known.printed[cell]
            },
            frozenset(known.places[cell] for cell in self._unproven),
        )

    def _statement(self, cell: int) -> Shown:
        kind = self._known.kinds[cell]
        hidden = self._known.hidden[cell]
        return Shown(kind, None if hidden else kind.rounded(self._known.counts[cell]))

    def _withhold_thin_levels(self) -> None:
        """Where most sensitive counts of a level are too small, that level is not shown."""
        known = self._known
        levels: dict[tuple[str, tuple[int, ...]], list[int]] = {}
        for cell, (table, _) in enumerate(known.places):
            if known.kinds[cell] is Kind.SENSITIVE:
                levels.setdefault((table, known.levels[cell]), []).append(cell)
        for cells in levels.values():
            if 2 * sum(known.hidden[cell] for cell in cells) > len(cells):
                self._hide(filter(known.may_hide, cells))

    def _pair_lonely(self) -> bool:
        """Hide a second cell in each row or column that has exactly one hidden."""
        known, paired = self._known, False
        for line in known.lines:
            hidden = [cell for cell in line if known.hidden[cell]]
            if len(hidden) == 1 and all(known.printed[cell] for cell in line):
                choices = sorted(filter(known.may_hide, line), key=known.price)
                paired |= any(self._would_help(cell) for cell in choices)
        return paired

    def _would_help(self, cell: int) -> bool:
        """Hide a cell, unless a reader would know it all the same."""
        self._known.hide(cell)
        if self._stretch(cell, THRIFTY) or self._stretch(cell, THOROUGH):
            return True
        self._known.show(cell)
        return False

    def _hide(self, cells: Iterable[int]) -> None:
        for cell in cells:
            self._known.hide(cell)
            self._queue.append(cell)

    def _prove_all(self) -> None:
        while self._queue:
            cell = self._queue.popleft()
            if not self._proven(cell) and not self._prove(cell):
                self._unproven.add(cell)

    def _proven(self, cell: int) -> bool:
        low, high = self._reached[cell]
        return not self._known.hidden[cell] or high - low >= self._known.span(cell)

    def _prove(self, cell: int) -> bool:
        """Find moves, hiding what they need; if none are found withhold level by level."""
        known = self._known
        if self._stretch(cell, THRIFTY) or self._stretch(cell, THOROUGH):
            return True
        if self._is_idle(cell):
            known.show(cell)
            return True
        enough = known.enough(cell)
        if self._stretch(cell, BOLD, enough):
            return True
        for withheld in self._ever_more(cell):
            self._hide(filter(known.may_hide, withheld))
            if self._stretch(cell, THOROUGH, enough):
                return True
        return False

    def _proves_now(self, cell: int) -> bool:
        """Whether what was hidden since for others opened a cell as well."""
        return self._proven(cell) or self._stretch(cell, THOROUGH, self._known.enough(cell))

    def _is_idle(self, cell: int) -> bool:
        """Whether a cell that need not be hidden has protected no other by it."""
        known = self._known
        large = not known.kinds[cell].small(known.counts[cell])
        return large and not known.settled[cell] and self._reached[cell] == [0, 0]

    def _ever_more(self, cell: int) -> Iterator[list[int]]:
        """Yield the smallest parts of a table, then its totals, and last all that is tied to it."""
        known = self._known
        table = [n for n, place in enumerate(known.places) if place[0] == known.places[cell][0]]
        for height in sorted({sum(known.levels[other]) for other in table}):
            yield [other for other in table if sum(known.levels[other]) <= height]
        yield known.tied_to(cell)

    def _stretch(self, cell: int, effort: Effort, span: int | None = None) -> bool:
        """Look for the cheapest moves that bring a cell far enough apart, and take them."""
        span = self._known.span(cell) if span is None else span
        low, high = self._reached[cell]
        moves: list[Move] = []
        while high - low < span:
            move = self._step(cell, low, high, span, effort)
            if move is None:
                return False
            moves.append(move)
            low, high = min(low, move.changes[cell]), max(high, move.changes[cell])
        for move in moves:
            self._take(move)
        return True

    def _step(self, cell: int, low: int, high: int, span: int, effort: Effort) -> Move | None:
        """Go on in the cheaper direction: all the way, or else as far as it goes."""
        known = self._known
        down = known.low[cell] - known.counts[cell]
        up = known.high[cell] - known.counts[cell]
        for stretch in range(span, 0, -1) if up - down > span else (span,):
            best: Move | None = None
            for by in (min(low + stretch, up), max(high - stretch, down)):
                if not low <= by <= high:
                    best = self._cheapest(cell, by, effort, best)
            if best is not None:
                return best
        return None

    def _cheapest(self, cell: int, by: int, effort: Effort, best: Move | None) -> Move | None:
        """Return a move that hides less than the best so far; where it is easy, the least."""
        while found := self._mover.find(cell, by, effort, best.price if best else ENDLESS):
            if best and found.price >= best.price:
                break
            best = found
            if effort is not THRIFTY or not best.price:
                break
        return best

    def _take(self, move: Move) -> None:
        self._hide(move.hides)
        for cell, by in move.changes.items():
            reached = self._reached[cell]
            reached[0], reached[1] = min(reached[0], by), max(reached[1], by)
