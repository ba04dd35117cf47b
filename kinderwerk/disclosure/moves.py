"""Other populations that a reader cannot tell from the real one.

A move changes hidden counts (and counts within their rounding) such that every relation still
holds. If moves bring a cell to both ends of what "too small to show" leaves open, no reader can
know more about it, however clever: the moved populations are as good as the real one. Cells that
are still shown may take part at a price, for then they have to be hidden too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from heapq import heappop, heappush, nsmallest
from itertools import count
from typing import Final

from kinderwerk.disclosure.knowledge import Knowledge

#: How many more relations a change breaks, its price, the cell and the change.
_Way = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Effort:
    """Ways to mend a relation that are tried, steps before giving up, how carefully, at what price.

    Who does not mind the price finds a move sooner, but one that hides more.
    """

    tries: int
    steps: int
    weighs_all: bool
    minds_price: bool = True


THRIFTY: Final = Effort(4, 80, False)
THOROUGH: Final = Effort(12, 1000, True)
BOLD: Final = Effort(12, 3000, True, minds_price=False)
#: After weighing so many broken relations the search for an edition is over (some fifteen
#: seconds), whatever is left to prove; that of a whole city takes a tenth.
MOST_WEIGHED: Final = 400_000


@dataclass(frozen=True, slots=True)
class Move:
    """By how much each cell changes, and which shown cells must be hidden for it, at what price."""

    changes: Mapping[int, int]
    hides: tuple[int, ...]
    price: int


@dataclass(frozen=True, slots=True)
class _Draft:
    changes: dict[int, int]
    sums: dict[int, int]
    broken: frozenset[int]
    hides: tuple[int, ...]
    price: int
    touched: tuple[int, ...]


class Mover:
    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge
        self._weighed = 0
        #: How far the sum of each relation may fall and rise.
        self._room: list[tuple[int, int]] = []
        for relation in knowledge.relations:
            real = sum(knowledge.counts[cell] * sign for cell, sign in relation.members)
            self._room.append((relation.low - real, relation.high - real))

    def find(self, cell: int, by: int, effort: Effort, price: int) -> Move | None:
        """Return the cheapest move found that changes a cell by so much and costs less.

        A long way is gone in strides: each leads to another population, from which the next
        one starts.
        """
        draft = _Draft({}, {}, frozenset(), (), 0, ())
        stride = by
        while by and stride:
            found = self._stride(draft, cell, stride, effort, price)
            if found is None:
                stride = int(stride / 2)
                continue
            draft = replace(found, touched=())
            by -= stride
            stride = min(stride, by, key=abs)
        return None if by else Move(draft.changes, draft.hides, draft.price)

    def _stride(
        self, draft: _Draft, cell: int, by: int, effort: Effort, price: int
    ) -> _Draft | None:
        """Mend what a change breaks, and what that breaks, the most promising way first."""
        first = self._price(draft, cell, by)
        turn = count()
        heap = [] if first is None else [(0, next(turn), first, cell, by, draft)]
        for _ in range(effort.steps):
            if not heap or self._weighed > MOST_WEIGHED:
                return None
            _, _, cost, cell, by, draft = heappop(heap)
            draft = self._extended(draft, cell, by, cost)
            if not draft.broken:
                return draft
            for worse, cost, cell, by in nsmallest(effort.tries, self._ways(draft, effort)):
                if draft.price + cost < price:
                    rank = len(draft.touched) + 32 * (len(draft.broken) + worse)
                    rank += (draft.price + cost) * effort.minds_price
                    heappush(heap, (rank, next(turn), cost, cell, by, draft))
        return None

    def _gap(self, relation: int, by: int) -> int:
        """Return what a relation lacks (above 0) or has too much (below 0) after a change."""
        low, high = self._room[relation]
        if by < low:
            return low - by
        return high - by if by > high else 0

    def _price(self, draft: _Draft, cell: int, by: int) -> int | None:
        """Return what a change costs: nothing, or hiding the cell; None if it cannot be."""
        known = self._known
        count = known.counts[cell] + draft.changes.get(cell, 0) + by
        if known.low[cell] <= count <= known.high[cell]:
            return 0
        if not known.may_hide(cell):
            return None
        low, high = known.if_hidden(cell)
        if not low <= count <= high:
            return None
        return 0 if cell in draft.hides else known.price(cell)

    def _extended(self, draft: _Draft, cell: int, by: int, price: int) -> _Draft:
        sums, broken = dict(draft.sums), set(draft.broken)
        for relation, sign in self._known.touching[cell]:
            sums[relation] = sums.get(relation, 0) + sign * by
            (broken.add if self._gap(relation, sums[relation]) else broken.discard)(relation)
        return _Draft(
            {**draft.changes, cell: draft.changes.get(cell, 0) + by},
            sums,
            frozenset(broken),
            (*draft.hides, cell) if price else draft.hides,
            draft.price + price,
            (*draft.touched, cell),
        )

    def _ways(self, draft: _Draft, effort: Effort) -> list[_Way]:
        """Return the ways to mend one broken relation: that which leaves the least choice."""
        relations = self._known.relations
        shortest = sorted(draft.broken, key=lambda n: (len(relations[n].members), n))
        looked_at = shortest if effort.weighs_all else shortest[:1]
        self._weighed += len(looked_at)
        fewest = min((self._possible(draft, relation) for relation in looked_at), key=len)
        return [(self._worse(draft, cell, by), price, cell, by) for price, cell, by in fewest]

    def _possible(self, draft: _Draft, relation: int) -> list[tuple[int, int, int]]:
        """Return what mends a relation: the price, the cell and by how much it changes."""
        gap = self._gap(relation, draft.sums[relation])
        found = []
        for cell, sign in self._known.relations[relation].members:
            price = None if cell in draft.touched else self._price(draft, cell, gap * sign)
            if price is not None:
                found.append((price, cell, gap * sign))
        return found

    def _worse(self, draft: _Draft, cell: int, by: int) -> int:
        """Return how many relations more are broken after a change."""
        worse = 0
        for relation, sign in self._known.touching[cell]:
            low, high = self._room[relation]
            worse += not low <= draft.sums.get(relation, 0) + sign * by <= high
            worse -= relation in draft.broken
        return worse
