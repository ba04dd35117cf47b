"""A second look at an edition, by other means: what can a reader work out from what is shown?

Exact elimination over all sums finds every count that the sums determine; bounds that tighten
each other find counts that are narrowed down. Both overlook nothing that they look for, but
bounds alone are not all that can be known: that nothing else can be is what `moves` proves.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from kinderwerk.disclosure.knowledge import ENDLESS, Knowledge, Relation
from kinderwerk.disclosure.tables import Place, Shown, Table

_ROUNDS: Final = 60

_Row = dict[int, Fraction]


def exposed(tables: Sequence[Table], shown: Mapping[Place, Shown]) -> frozenset[Place]:
    """Return the hidden cells that all the shown ones, earlier editions included, give away."""
    known = Knowledge(tables, shown)
    hidden = {cell for cell, is_hidden in enumerate(known.hidden) if is_hidden}
    found = (determined(known) | narrowed(known)) & hidden
    return frozenset(known.places[cell] for cell in found)


def determined(known: Knowledge) -> set[int]:
    """Return the cells that lie in the span of the sums: reduce, and look for lone unknowns."""
    pivots: dict[int, _Row] = {}
    holders: dict[int, set[int]] = {}
    for relation in known.relations:
        if relation.low == relation.high:
            row = _reduced(_unknowns(known, relation), pivots)
            if row:
                _add_pivot(row, pivots, holders)
    return {pivot for pivot, row in pivots.items() if len(row) == 1}


def _unknowns(known: Knowledge, relation: Relation) -> _Row:
    return {
        cell: Fraction(sign)
        for cell, sign in relation.members
        if known.low[cell] < known.high[cell]
    }


def _reduced(row: _Row, pivots: Mapping[int, _Row]) -> _Row:
    for cell in [cell for cell in row if cell in pivots]:
        _subtract(row, row[cell], pivots[cell])
    return row


def _subtract(row: _Row, times: Fraction, other: Mapping[int, Fraction]) -> None:
    for cell, value in other.items():
        left = row.get(cell, Fraction(0)) - times * value
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


def _add_pivot(row: _Row, pivots: dict[int, _Row], holders: dict[int, set[int]]) -> None:
    """Keep every row free of the other rows' pivots."""
    pivot = min(row, key=lambda cell: (len(holders.get(cell, ())), cell))
    lead = row[pivot]
    row = {cell: value / lead for cell, value in row.items()}
    for holder in sorted(holders.get(pivot, ())):
        _subtract(pivots[holder], pivots[holder][pivot], row)
        for cell in row:
            held = holders.setdefault(cell, set())
            (held.add if cell in pivots[holder] else held.discard)(holder)
    for cell in row:
        if cell != pivot:
            holders.setdefault(cell, set()).add(pivot)
    holders.pop(pivot, None)
    pivots[pivot] = row


def narrowed(known: Knowledge) -> set[int]:
    """Return the cells whose bounds, tightened by all relations, lie too close together."""
    low, high = list(known.low), list(known.high)
    waiting = set(range(len(known.relations)))
    for _ in range(_ROUNDS):
        changed = {
            cell for n in sorted(waiting) for cell in _tighten(known.relations[n], low, high)
        }
        waiting = {n for cell in changed for n, _ in known.touching[cell]}
    return {cell for cell in range(len(low)) if high[cell] - low[cell] < known.enough(cell)}


def _tighten(relation: Relation, low: list[int], high: list[int]) -> list[int]:
    """Narrow each member to what the others leave; return those that changed."""
    ends = [
        (low[c] * s, high[c] * s) if s > 0 else (-high[c], -low[c]) for c, s in relation.members
    ]
    least, most = sum(end[0] for end in ends), sum(end[1] for end in ends)
    changed = []
    for (cell, sign), (first, last) in zip(relation.members, ends, strict=True):
        bottom = max(first, relation.low - (most - last))
        top = last if relation.high == ENDLESS else min(last, relation.high - (least - first))
        if (bottom, top) != (first, last):
            low[cell], high[cell] = (bottom, top) if sign > 0 else (-top, -bottom)
            changed.append(cell)
    return changed
