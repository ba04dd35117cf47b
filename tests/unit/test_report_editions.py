"""Editions of one year that follow each other, over random populations, in any order.

From visits and signals through the cells to what an edition holds: none is blocked, none tells a
small number, and an attacker with all of them learns no hidden one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kinderwerk.core.periods import Period
from kinderwerk.disclosure.tables import Kind, Place, Split, Table
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import CellKey, Contribution, Measure
from kinderwerk.reports import rules
from kinderwerk.reports.rules import Aim, Area, Frame, Made
from tests.unit.test_disclosure_attack import MANY, Attacker

YEAR = 2025
HALVES = ("2025-H1", "2025-H2")
PERIODS = (*HALVES, "2025")
QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3")


def number(n: int) -> UUID:
    return UUID(int=n)


HOUSES = (number(1), number(2))
DISTRICTS = (number(11), number(12), number(13))
HOODS = {district: (number(31 + n), number(41 + n)) for n, district in enumerate(DISTRICTS)}
AIMS = {HOUSES[0]: (number(21), number(22)), HOUSES[1]: (number(23),)}


@dataclass(frozen=True)
class Afternoon:
    """Children by number, who live in a district by their number, or nowhere that is known."""

    half: int
    house: int
    goals: frozenset[int]
    children: frozenset[int]
    tally: int
    later: bool = False

    @property
    def day(self) -> date:
        return date(YEAR, 6 * self.half + (5 if self.later else 2), 3)

    def counted(self) -> Iterator[Contribution]:
        house, day = HOUSES[self.house], self.day
        goals = [goal for n, goal in enumerate(AIMS[house]) if n in self.goals]
        for child in self.children:
            yield facts.child(house, number(100 + child), day, home(child), goals)
        yield facts.cells(Measure.VISITS_TALLY, house, day, home(self.tally), goals, n=self.tally)


@dataclass(frozen=True)
class Concerns:
    half: int
    house: int
    district: int
    measure: Measure
    n: int

    def counted(self) -> Iterator[Contribution]:
        day = date(YEAR, 6 * self.half + 2, 3)
        yield facts.cells(self.measure, HOUSES[self.house], day, home(self.district), n=self.n)


def home(n: int) -> facts.Place | None:
    """Of every ten children one lives nowhere that is known."""
    district = DISTRICTS[n % 3]
    return None if n % 10 == 9 else facts.Place(HOODS[district][n % 5 > 2], district)


HALF, HOUSE = st.integers(0, 1), st.integers(0, 1)
GOALS = st.frozensets(st.integers(0, 1), max_size=2)
AFTERNOONS = st.lists(
    st.builds(
        Afternoon, half=HALF, house=HOUSE, goals=GOALS,
        children=st.frozensets(st.integers(0, 40), max_size=16), tally=st.integers(0, 9),
        later=st.booleans(),
    ),
    max_size=10,
)  # fmt: skip
CONCERNS = st.lists(
    st.builds(
        Concerns, half=HALF, house=HOUSE, district=st.integers(0, 9),
        measure=st.sampled_from((Measure.SIGNALS, Measure.REFERRALS)), n=st.integers(1, 20),
    ),
    max_size=10,
)  # fmt: skip
ORDERS = st.permutations((*PERIODS, *QUARTERS)).map(
    lambda order: sorted(order[:3], key=lambda one: ("Q" not in one, "H" not in one))
)
#: Without shrinking: to find a smaller example of these takes longer than a run may.
SOME = settings(
    max_examples=8, deadline=None, derandomize=True, phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


def cells(happened: Sequence[Afternoon | Concerns]) -> Counter[CellKey]:
    whole = facts.total(part for one in happened for part in one.counted())
    counts = Counter({key: n for key, n in whole.cells.items() if n})
    for house, _child, period, level, area, goal in facts.different(+whole.presences):
        counts[CellKey(house, Measure.CHILDREN, period, level, area, goal)] += 1
    return counts


def frame(period: str, houses: Sequence[UUID] = HOUSES) -> Frame:
    return Frame(
        period=Period.read(period), municipality="Here", living=None, band=None,
        organisations=[(house, f"House {house.int}") for house in houses],
        districts=[
            Area(
                id, f"District {id.int}", None,
                [Area(part, f"Neighbourhood {part.int}", None) for part in HOODS[id]],
            )
            for id in DISTRICTS
        ],
        aims=[
            Aim(goal, house, f"Goal {goal.int}", "play", None, None)
            for house in houses for goal in AIMS[house]
        ],
    )  # fmt: skip


def assert_right(made: Made) -> None:
    """What is told is so, nothing small is told, and it may go out."""
    assert_true(made)
    assert made.held["safe"]


def assert_true(made: Made) -> None:
    for (measure, (_, area, work)), shown in rules.published(made.held).items():
        exact = made.counted[measure][area][work]
        if shown.count is not None:
            assert not shown.kind.small(exact)
            assert shown.count == shown.kind.rounded(exact)


def assert_safe(tables: Sequence[Table], editions: Sequence[Made], every: int) -> None:
    cells = {(table.name, key) for table in tables for key in table.counts}
    told = {place: shown for place, shown in rules.told(editions).items() if place in cells}
    attacker, truth = Attacker(), {}
    for table in tables:
        for key, count in table.counts.items():
            place, shown = (table.name, key), told.get((table.name, key))
            truth[place] = count
            attacker.ranges[place] = bounds(table, shown.count if shown else None, shown is None)
        for split, lines in splits(table):
            relate(attacker, truth, table, split, lines)
        for key in table.counts if table.within else ():
            attacker.tie({(table.within or "", key): 1, (table.name, key): -1}, MANY)
    kinds = {table.name: table.kind for table in tables}
    rests = [place for place in truth if place not in told and any(
        one.startswith((rules.ELSEWHERE, rules.REST)) for one in place[1])]  # fmt: skip
    secret = [place for place, shown in told.items() if shown.hidden] + rests
    looked_at = sorted(p for p in secret if kinds[p[0]].small(truth[p]))[::every]
    known = [narrowed(attacker, one, truth, kinds[one[0]].enough(truth[one])) for one in looked_at]
    assert not [one for one, knows in zip(looked_at, known, strict=True) if knows]
    assert known.count(None) * 4 <= len(known) + 4, "an attacker who gives up finds nothing"


def narrowed(attacker: Attacker, place: Place, truth: dict[Place, int], reach: int) -> bool | None:
    """Tell whether the ends of what should stay open cannot both be; None if nobody knows."""
    given_up = False
    for low in range(max(0, truth[place] - reach), truth[place] + 1):
        ends = [attacker.fits(place, end, truth, tries=60) for end in (low, low + reach)]
        if all(ends):
            return False
        given_up |= None in ends and False not in ends
    return None if given_up else True


def bounds(table: Table, count: int | None, untold: bool) -> tuple[int, int]:
    least, reach = table.kind.least, table.kind.base // 2
    if count is None:
        return (0 if untold else least, MANY)
    return (max(count - reach, table.kind.minimum if reach else 0), count + reach)


Lines = list[tuple[Place, list[Place], int]]


def splits(table: Table) -> Iterator[tuple[Split, Lines]]:
    """Yield each split with its totals, their parts, and what the totals have more than these."""
    for n, axis in enumerate(table.axes):
        for split in axis.splits:
            found: Lines = []
            for key, count in table.counts.items():
                if (
                    key[n] == split.total
                    and (*key[:n], split.parts[0], *key[n + 1 :]) in table.counts
                ):
                    parts = [(*key[:n], part, *key[n + 1 :]) for part in split.parts]
                    more = count - sum(table.counts[part] for part in parts)
                    found.append(((table.name, key), [(table.name, p) for p in parts], more))
            yield split, found


def relate(
    attacker: Attacker, truth: dict[Place, int], table: Table, split: Split, lines: Lines
) -> None:
    """Tie totals and parts as they really are; the attacker knows where nothing is left over."""
    nothing_left = not split.rest or all(more <= 0 for *_, more in lines)
    for total, parts, more in lines:
        whole = {total: -1, **dict.fromkeys(parts, 1)}
        if split.adds and split.rest and more > 0:
            rest = (table.name, tuple(
                a if a == b else split.rest for a, b in zip(total[1], parts[0][1], strict=True)
            ))  # fmt: skip
            attacker.ranges[rest], truth[rest] = (0, MANY), more
            attacker.tie({**whole, rest: 1}, 0)
        elif split.adds and more == 0:
            attacker.tie(whole, 0)
        elif not split.adds and nothing_left:
            attacker.tie(whole, MANY)
        for part in [] if split.adds else parts:
            attacker.tie({total: 1, part: -1}, MANY)


@SOME
@given(AFTERNOONS, CONCERNS, ORDERS)
def test_editions_in_any_order_go_out_and_point_at_no_child(
    afternoons: list[Afternoon], concerns: list[Concerns], order: list[str]
) -> None:
    counts = cells([*afternoons, *concerns])
    out: list[Made] = []
    for period in order:
        made = rules.make(frame(period), counts, out)
        assert_right(made)
        assert_safe(rules.tables(frame(period), counts, out), [*out, made], every=13)
        out.append(made)


@SOME
@given(st.lists(AFTERNOONS, min_size=3, max_size=3), CONCERNS, st.permutations(HALVES))
def test_what_is_corrected_between_editions_is_told_right_or_not_at_all(
    afternoons: list[list[Afternoon]], concerns: list[Concerns], order: list[str]
) -> None:
    """Each time something is added to what was counted before, also to what is out already.

    Then an edition may find too much told already to be proven safe; it does not go out.
    """
    happened: list[Afternoon | Concerns] = list(concerns)
    out: list[Made] = []
    for period, more in zip((*order, "2025"), afternoons, strict=True):
        happened += more[:3]
        made = rules.make(frame(period), cells(happened), out)
        assert_true(made)
        out += [made] if made.held["safe"] else []
    assert out, "the first at least"


def test_where_all_is_large_nothing_is_hidden_in_any_edition() -> None:
    """Not because earlier editions told the same, either."""
    afternoons = [
        Afternoon(half, house, frozenset({0}), frozenset(n for n in range(150) if home(n)), 0)
        for half in (0, 1) for house in (0, 1)
    ]  # fmt: skip
    concerns = [
        Concerns(half, house, district, measure, 40)
        for half in (0, 1) for house in (0, 1) for district in range(3)
        for measure in rules.SENSITIVE
    ]  # fmt: skip
    out: list[Made] = []
    for period in PERIODS:
        out.append(rules.make(frame(period), cells([*afternoons, *concerns]), out))
        told = rules.published(out[-1].held)
        small = {Kind.PARTICIPATION: 0, Kind.SENSITIVE: 0}
        for (measure, (_, area, work)), shown in told.items():
            small[shown.kind] += shown.kind.small(out[-1].counted[measure][area][work])
        hidden = Counter(shown.kind for shown in told.values() if shown.hidden)
        assert hidden == Counter({kind: n for kind, n in small.items() if n})


def test_few_more_are_hidden_in_the_year_than_in_its_halves() -> None:
    """A district with few children is hidden each time, with one to hide behind."""
    counts: defaultdict[CellKey, int] = defaultdict(int)
    for half in (0, 1):
        few = Afternoon(half, 0, frozenset({0}), frozenset({*range(0, 36, 3), 1, 4, 7}), 0)
        many = [Afternoon(half, 0, frozenset({0}), frozenset({n}), 0) for n in range(2, 60, 3)]
        for key, n in cells([few, *many]).items():
            counts[key] += n
    out: list[Made] = []
    for period in PERIODS:
        out.append(rules.make(frame(period), counts, out))
        named = out[-1].held["told"]["visits_named"]
        hidden = [area for area in DISTRICTS if named[str(area)][rules.EVERYBODY] is None]
        assert len(hidden) <= 2, period


def lots(half: int, house: int) -> list[Afternoon | Concerns]:
    """Every count of a half-year large, and none of it at a place that is not known."""
    many = frozenset(n for n in range(60) if home(n))
    concerns = [
        Concerns(half, house, district, measure, 40)
        for district in range(3) for measure in rules.SENSITIVE
    ]  # fmt: skip
    return [Afternoon(half, house, frozenset({0}), many, 0), *concerns]


def test_an_organisation_that_joins_blocks_no_report_of_a_year_that_began_without_it() -> None:
    before, after = lots(0, 0), [*lots(0, 0), *lots(1, 0), *lots(1, 1)]
    out = [rules.make(frame("2025-H1", HOUSES[:1]), cells(before), [])]
    for period in ("2025", "2025-H2"):
        out.append(rules.make(frame(period), cells(after), out))
        assert_right(out[-1])
        assert out[-1].held["told"]["signals"][rules.WHOLE][rules.EVERYBODY] is not None


def test_what_was_corrected_to_a_small_number_is_not_told_by_the_year_and_the_other_half() -> None:
    """Three came in the first half; a fourth was added when its report was out already.

    And one was taken off where the three hid themselves behind.
    """

    def visits(half: int, district: int, n: int) -> Concerns:
        return Concerns(half, 0, district, Measure.VISITS_TALLY, n)

    happened = [visits(half, district, 40) for half in (0, 1) for district in (1, 2)]
    happened += [visits(0, 0, 3), visits(1, 0, 18)]
    out = [rules.make(frame("2025-H1"), cells(happened), [])]
    happened += [visits(0, 0, 1), visits(0, 1, -1)]
    for period in ("2025", "2025-H2"):
        out.append(rules.make(frame(period), cells(happened), out))
        assert_right(out[-1])
    told = [one.held["told"]["visits_tally"][str(DISTRICTS[0])][rules.EVERYBODY] for one in out]
    assert told[0] is None
    assert told[1] is None or told[2] is None, "else it is 22 less 18"
