"""An attacker with every published value, over random populations.

The attacker is told more than is printed: of each hidden cell without parts, whether it is small
itself. It shares no code with what it attacks: it builds its own equations from the tables, and
searches for populations that fit them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinderwerk.disclosure.audit import exposed
from kinderwerk.disclosure.protection import Protected, protect
from kinderwerk.disclosure.tables import Axis, Key, Kind, Place, Shown, Split, Table

MANY = 100_000
DISTRICTS = {"west": ("w1", "w2"), "east": ("e1", "e2", "e3")}
AREAS = tuple(area for areas in DISTRICTS.values() for area in areas)
GOALS = ("play", "talent", "language")
HOUSES = ("one", "two")
QUARTERS = ("Q1", "Q2")

BY_AREA = Axis(
    "area",
    ("city", *DISTRICTS, *AREAS),
    (Split("city", tuple(DISTRICTS)), *(Split(d, areas) for d, areas in DISTRICTS.items())),
)


def loosened(axis: Axis, *, but: tuple[str, ...] = ()) -> Axis:
    """The same axis for unique children, who add up over some parts only."""
    return replace(axis, splits=tuple(replace(s, adds=s.parts == but) for s in axis.splits))


def breakdown(adds: bool) -> Axis:
    return Axis("of", ("all", *GOALS, *HOUSES), (Split("all", GOALS, adds), Split("all", HOUSES)))


BY_PERIOD = Axis("period", ("H1", *QUARTERS), (Split("H1", QUARTERS),))


def above(area: str) -> tuple[str, str, str]:
    return (area, next(d for d, areas in DISTRICTS.items() if area in areas), "city")


@dataclass(frozen=True)
class Session:
    quarter: str
    area: str
    house: str
    goals: frozenset[str]
    children: frozenset[int]


SESSIONS = st.lists(
    st.builds(
        Session,
        quarter=st.sampled_from(QUARTERS),
        area=st.sampled_from(AREAS),
        house=st.sampled_from(HOUSES),
        goals=st.frozensets(st.sampled_from(GOALS), min_size=1, max_size=2),
        children=st.frozensets(st.integers(0, 14), min_size=1, max_size=9),
    ),
    max_size=14,
)
SIGNALS = st.lists(
    st.tuples(st.sampled_from(QUARTERS), st.sampled_from(AREAS), st.sampled_from(HOUSES)),
    max_size=60,
)


def participation(sessions: Sequence[Session], periods: Axis | None = None) -> list[Table]:
    visits: Counter[Key] = Counter()
    children: defaultdict[Key, set[tuple[str, int]]] = defaultdict(set)
    for held in sessions:
        times = ((held.quarter, "H1"),) if periods else ()
        for key in product(above(held.area), ("all", held.house, *held.goals), *times):
            visits[key] += len(held.children)
            children[key] |= {(held.house, child) for child in held.children}
    of = breakdown(adds=all(len(held.goals) == 1 for held in sessions))
    over = (periods,) if periods else ()
    axes = (BY_AREA, of, *over)
    keys = list(product(*(axis.members for axis in axes)))
    loose = (loosened(BY_AREA), loosened(of, but=HOUSES), *map(loosened, over))
    return [
        Table(
            name="visits", kind=Kind.PARTICIPATION, axes=axes,
            counts={key: visits[key] for key in keys},
        ),
        Table(
            name="children", kind=Kind.PARTICIPATION, axes=loose, within="visits",
            counts={key: len(children[key]) for key in keys},
        ),
    ]  # fmt: skip


def sensitive(signals: Sequence[tuple[str, str, str]]) -> list[Table]:
    of = Axis("of", ("all", *HOUSES), (Split("all", HOUSES),))
    counts = dict.fromkeys(product(BY_AREA.members, of.members), 0)
    for _, area, house in signals:
        for key in product(above(area), ("all", house)):
            counts[key] += 1
    return [Table(name="signals", kind=Kind.SENSITIVE, axes=(BY_AREA, of), counts=counts)]


Ranges = dict[Place, tuple[int, int]]


@dataclass
class Attacker:
    """What can be known of each cell, and which sums and comparisons tie them together."""

    ranges: Ranges = field(default_factory=dict)
    sums: list[tuple[dict[Place, int], int]] = field(default_factory=list)
    within: defaultdict[Place, list[int]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, tables: Sequence[Table], published: Mapping[Place, Shown]) -> None:
        for table in tables:
            parted = {total for total, _, _ in lines(table)}
            for key, count in table.counts.items():
                shown = published.get((table.name, key))
                self.ranges[table.name, key] = reading(
                    table.kind, shown, told=None if key in parted else count
                )
            for total, parts, adds in lines(table):
                whole = {(table.name, total): -1, **{(table.name, part): 1 for part in parts}}
                self.tie(whole, 0 if adds else MANY)
                for part in [] if adds else parts:
                    self.tie({(table.name, total): 1, (table.name, part): -1}, MANY)
            for key in table.counts if table.within else ():
                self.tie({(table.within or "", key): 1, (table.name, key): -1}, MANY)

    def tie(self, signs: dict[Place, int], most: int) -> None:
        for place in signs:
            self.within[place].append(len(self.sums))
        self.sums.append((signs, most))

    def fits(
        self, place: Place, count: int, truth: Mapping[Place, int], tries: int = 3_000
    ) -> bool | None:
        """Search a population in which a cell has this count, beginning near the real one.

        None if nothing was found when the search was given up: then nobody knows.
        """
        if not self.ranges[place][0] <= count <= self.ranges[place][1]:
            return False
        left = [tries]
        found = self._search({**self.ranges, place: (count, count)}, {place}, truth, left)
        return None if not found and left[0] < 0 else found

    def _search(
        self, ranges: Ranges, fresh: set[Place], truth: Mapping[Place, int], left: list[int]
    ) -> bool:
        left[0] -= 1
        if left[0] < 0 or not self._tightened(ranges, fresh):
            return False
        nearest = {p: min(max(truth[p], low), high) for p, (low, high) in ranges.items()}
        for signs, most in self.sums:
            if not 0 <= sum(sign * nearest[p] for p, sign in signs.items()) <= most:
                break
        else:
            return True
        loose = [p for p in signs if ranges[p][0] < ranges[p][1]]
        place = min(loose, key=lambda p: (ranges[p][1] - ranges[p][0], p))
        low, high = ranges[place]
        near = range(max(low, nearest[place] - 9), min(high, nearest[place] + 9) + 1)
        return any(
            self._search({**ranges, place: (count, count)}, {place}, truth, left)
            for count in sorted(near, key=lambda count: abs(count - nearest[place]))
        )

    def _tightened(self, ranges: Ranges, fresh: set[Place]) -> bool:
        """Narrow ranges as far as single relations do; False if nothing is left of one."""
        while fresh:
            concerned = sorted({n for place in fresh for n in self.within[place]})
            fresh = set()
            for n in concerned:
                signs, slack = self.sums[n]
                ends = {p: sorted((s * ranges[p][0], s * ranges[p][1])) for p, s in signs.items()}
                least = sum(first for first, _ in ends.values())
                most = sum(last for _, last in ends.values())
                for place, (first, last) in ends.items():
                    bottom, top = max(first, last - most), min(last, slack - least + first)
                    if bottom > top:
                        return False
                    if (bottom, top) != (first, last):
                        low, high = sorted((signs[place] * bottom, signs[place] * top))
                        ranges[place] = (low, high)
                        fresh.add(place)
        return True


def lines(table: Table) -> Iterator[tuple[Key, list[Key], bool]]:
    for n, axis in enumerate(table.axes):
        for split in axis.splits:
            for key in table.counts:
                if key[n] == split.total:
                    yield key, [(*key[:n], part, *key[n + 1 :]) for part in split.parts], split.adds


def reading(kind: Kind, shown: Shown | None, told: int | None) -> tuple[int, int]:
    """What a value on paper says about the count behind it."""
    smallest, largest, reach = (1, 4, 0) if kind is Kind.PARTICIPATION else (0, 9, 2)
    most = largest if told is not None and told <= largest else MANY
    if shown is None:
        return (0, most)
    if shown.count is None:
        return (smallest, most)
    return (max(shown.count - reach, largest + 1 if reach else 0), shown.count + reach)


def assert_safe(
    tables: Sequence[Table],
    protected: Protected,
    earlier: Mapping[Place, Shown] | None = None,
    every: int = 1,
) -> None:
    """Attack each hidden cell, or every n-th where a search through all would take long."""
    published = {**(earlier or {}), **protected.shown}
    attacker = Attacker()
    attacker.learn(tables, published)
    truth = {(table.name, key): count for table in tables for key, count in table.counts.items()}
    kinds = {table.name: table.kind for table in tables}
    hidden = [place for place, shown in sorted(published.items(), key=str) if shown.hidden]
    for place in hidden[len(hidden) % every :: every]:
        if place in attacker.ranges:
            reach = 3 if kinds[place[0]] is Kind.PARTICIPATION else 9
            assert any(
                attacker.fits(place, low, truth) and attacker.fits(place, low + reach, truth)
                for low in range(max(0, truth[place] - reach), truth[place] + 1)
            ), (place, truth[place])


def assert_right(tables: Sequence[Table], protected: Protected) -> None:
    for table in tables:
        for key, count in table.counts.items():
            shown = protected.shown.get((table.name, key))
            if shown is None:
                assert key in table.unpublished
            elif table.kind is Kind.PARTICIPATION:
                assert shown.count in ((count,) if count == 0 else (None, count))
                assert not (1 <= count <= 4) or shown.hidden
            else:
                assert shown.hidden or abs((shown.count or 0) - count) <= 2
                assert count >= 10 or shown.hidden
    assert not protected.unproven


def assert_no_lonely_cell(tables: Sequence[Table], protected: Protected) -> None:
    for table in tables:
        for total, parts, _ in lines(table):
            cells = [protected.shown.get((table.name, key)) for key in (total, *parts)]
            if None not in cells:
                assert sum(cell.hidden for cell in cells if cell) != 1


ATTACKED = settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@ATTACKED
@given(SESSIONS)
def test_reach_of_an_edition_points_at_no_child(sessions: list[Session]) -> None:
    tables = participation(sessions)
    protected = protect(tables)
    assert_right(tables, protected)
    assert_no_lonely_cell(tables, protected)
    assert_safe(tables, protected)
    assert not exposed(tables, protected.shown)


@ATTACKED
@given(SIGNALS)
def test_signals_of_an_edition_point_at_no_child(signals: list[tuple[str, str, str]]) -> None:
    tables = sensitive(signals)
    protected = protect(tables)
    assert_right(tables, protected)
    assert_no_lonely_cell(tables, protected)
    assert_safe(tables, protected)
    assert not exposed(tables, protected.shown)


@ATTACKED
@given(SESSIONS)
def test_the_same_counts_are_always_hidden_in_the_same_pattern(sessions: list[Session]) -> None:
    tables = participation(sessions)
    shuffled = [
        replace(table, counts=dict(reversed(list(table.counts.items())))) for table in tables
    ]
    assert protect(tables) == protect(shuffled)


@settings(ATTACKED, max_examples=10)
@given(SESSIONS)
def test_editions_that_follow_each_other_point_at_no_child(sessions: list[Session]) -> None:
    """First quarter, half-year, second quarter: each leaves open what the next could close."""
    tables = participation(sessions, BY_PERIOD)
    earlier: dict[Place, Shown] = {}
    out: set[str] = set()
    for period in ("Q1", "H1", "Q2"):
        out.add(period)
        edition = [
            replace(t, unpublished=frozenset(key for key in t.counts if key[2] not in out))
            for t in tables
            if out != {"Q1"}
        ] or first_quarter(tables)
        protected = protect(edition, earlier)
        assert not protected.unproven
        assert_safe(edition, protected, earlier, every=9)
        assert not exposed(edition, {**earlier, **protected.shown})
        earlier.update(protected.shown)


def first_quarter(tables: Sequence[Table]) -> list[Table]:
    """Before the half-year is out nothing ties the quarters together."""
    only = Axis("period", ("Q1",))
    return [
        replace(
            table,
            axes=(*table.axes[:2], only),
            counts={key: count for key, count in table.counts.items() if key[2] == "Q1"},
        )
        for table in tables
    ]


def test_a_pattern_that_hides_only_what_is_small_itself_does_not_withstand_the_attack() -> None:
    """So the attack can succeed, and the audit sees it before anything goes out."""
    tables = participation(
        [
            Session("Q1", area, "one", frozenset({"play"}), frozenset(range(n)))
            for area, n in (("w1", 9), ("w2", 2), ("e1", 8), ("e2", 7))
        ]
    )
    weakened = {
        (table.name, key): Shown(table.kind, None if table.kind.small(count) else count)
        for table in tables
        for key, count in table.counts.items()
    }
    assert ("visits", ("w2", "all")) in exposed(tables, weakened)
    with pytest.raises(AssertionError):
        assert_safe(tables, Protected(weakened, frozenset()))
