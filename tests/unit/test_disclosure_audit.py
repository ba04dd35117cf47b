"""Each half of the second look, held against a way to the same that nobody would use on a city."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.disclosure.audit import determined, narrowed
from kinderwerk.disclosure.knowledge import Knowledge
from kinderwerk.disclosure.tables import Axis, Key, Kind, Shown, Split, Table

AREAS = Axis("area", ("all", "a", "b", "c"), (Split("all", ("a", "b", "c")),))
GOALS = Axis("goal", ("all", "x", "y"), (Split("all", ("x", "y")),))
#: More than any total here can come to.
FAR = 28


def told(table: Table, hidden: set[Key]) -> Knowledge:
    shown = {
        (table.name, key): Shown(
            table.kind, None if key in hidden else table.kind.rounded(table.counts[key])
        )
        for key in table.counts
    }
    return Knowledge([table], shown)


def crossed(counts: list[int]) -> Table:
    sums = dict.fromkeys(product(AREAS.members, GOALS.members), 0)
    for (area, goal), n in zip(product("abc", "xy"), counts, strict=True):
        for key in product(("all", area), ("all", goal)):
            sums[key] += n
    return Table(name="visits", kind=Kind.PARTICIPATION, axes=(AREAS, GOALS), counts=sums)


def rank(rows: list[list[int]]) -> int:
    return int(np.linalg.matrix_rank(np.array(rows))) if rows else 0


@given(
    counts=st.lists(st.integers(0, 30), min_size=6, max_size=6),
    hidden=st.sets(st.tuples(st.sampled_from(AREAS.members), st.sampled_from(GOALS.members))),
)
def test_elimination_finds_just_what_the_sums_determine(
    counts: list[int], hidden: set[Key]
) -> None:
    known = told(crossed(counts), hidden)
    cells = range(len(known.places))
    open_ = [cell for cell in cells if known.low[cell] < known.high[cell]]
    sums = [[dict(relation.members).get(cell, 0) for cell in open_] for relation in known.relations]
    alone = {
        cell
        for n, cell in enumerate(open_)
        if rank([*sums, [int(n == m) for m in range(len(open_))]]) == rank(sums)
    }
    assert determined(known) == alone


@given(
    kind=st.sampled_from(Kind),
    counts=st.lists(st.integers(0, 8), min_size=3, max_size=3),
    hidden=st.sets(st.sampled_from(AREAS.members)),
)
def test_bounds_of_one_sum_find_just_what_trying_everything_finds(
    kind: Kind, counts: list[int], hidden: set[str]
) -> None:
    whole = {("all",): sum(counts), **{(k,): n for k, n in zip("abc", counts, strict=True)}}
    table = Table(name="t", kind=kind, axes=(AREAS,), counts=whole)
    known = told(table, {key for key, n in whole.items() if key[0] in hidden or kind.small(n)})
    (line,) = known.relations
    sums = product(*map(range, known.low, (min(high, FAR) + 1 for high in known.high)))
    possible = [
        counts
        for counts in sums
        if line.low <= sum(counts[cell] * sign for cell, sign in line.members) <= line.high
    ]
    apart = [max(one) - min(one) for one in zip(*possible, strict=True)]
    assert narrowed(known) == {cell for cell, n in enumerate(apart) if n < known.enough(cell)}
