"""What the map tells of each area, once disclosure control has been over it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from kinderwerk.core.ids import ALL
from kinderwerk.disclosure.protection import Protected
from kinderwerk.disclosure.remembered import Remembered
from kinderwerk.disclosure.tables import Axis, Key, Kind, Shown, Split, Table, share
from kinderwerk.facts.rules import CellKey, Level, Measure
from kinderwerk.places.rules import Children

REMEMBERED: Final = Remembered()
WHOLE: Final = "whole"
ELSEWHERE: Final = "elsewhere"
#: Reached out of a hundred children living there, from which each tint begins.
STEPS: Final = (10, 25, 50)


class Tint(Enum):
    """How dark an area is, and how densely drawn; never the only way in which a number is told."""

    UNKNOWN = "unknown"
    FEW = "0"
    SOME = "1"
    MANY = "2"
    MOST = "3"


KINDS: Final = {
    Measure.VISITS_NAMED: Kind.PARTICIPATION,
    Measure.VISITS_TALLY: Kind.PARTICIPATION,
    Measure.CHILDREN: Kind.PARTICIPATION,
    Measure.SUPPORT_CONTACTS: Kind.SENSITIVE,
    Measure.SUPPORT_FAMILIES: Kind.SENSITIVE,
    Measure.REFERRALS: Kind.SENSITIVE,
    Measure.SIGNALS: Kind.SENSITIVE,
}
#: Different children of the parts are not the children of the whole: some come in two areas.
UNIQUE: Final = frozenset({Measure.CHILDREN})


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood as the map needs it."""

    id: UUID
    name: str
    district_id: UUID
    district: str
    children: Children | None = None

    @property
    def living(self) -> int | None:
        return self.children.value if self.children else None


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of one neighbourhood, or of one district for signals."""

    area: Area
    shown: Mapping[Measure, Shown]
    reached: int | None


def tables(
    areas: Sequence[Area], counts: Mapping[CellKey, int], measures: Iterable[Measure],
    levels: Sequence[Level], goal_id: UUID = ALL,
) -> Iterator[Table]:  # fmt: skip
    """Yield the counts of each measure for these areas with all their margins.

    What happened at no known place is in the whole only; it stands in a cell that is not printed
    but that a reader could work out. A goal only narrows down who took part, for help has none.
    """
    nesting = _nesting(areas, levels)
    members = [WHOLE, *(part for parts in nesting.values() for part in parts)]
    by_measure: dict[Measure, list[tuple[CellKey, int]]] = defaultdict(list)
    for key, n in counts.items():
        by_measure[key.measure].append((key, n))
    for measure in measures:
        splits = [Split(whole, parts, measure not in UNIQUE) for whole, parts in nesting.items()]
        wanted = goal_id if KINDS[measure] is Kind.PARTICIPATION else ALL
        cells: dict[Key, int] = {(member,): 0 for member in members}
        for key, n in by_measure[measure]:
            member = WHOLE if key.level is Level.WHOLE else str(key.area_id)
            if key.goal_id == wanted and (member,) in cells:
                cells[(member,)] += n
        known = sum(cells[(part,)] for part in nesting[WHOLE] if part != ELSEWHERE)
        cells[(ELSEWHERE,)] = max(0, cells[(WHOLE,)] - known)
        yield Table(
            name=measure.value, kind=KINDS[measure], counts=cells,
            axes=(Axis("area", tuple(members), tuple(splits)),),
            unpublished=frozenset({(ELSEWHERE,)}),
        )  # fmt: skip


def _nesting(areas: Sequence[Area], levels: Sequence[Level]) -> dict[str, tuple[str, ...]]:
    """Return of what each area consists: the whole of districts, those of neighbourhoods."""
    parts: dict[str, list[str]] = {}
    for area in areas:
        parts.setdefault(str(area.district_id), []).append(str(area.id))
    nesting = {WHOLE: (*parts, ELSEWHERE)}
    if Level.NEIGHBOURHOOD in levels:
        nesting |= {district: tuple(hoods) for district, hoods in parts.items()}
    return nesting


def protected(
    whose: UUID, areas: Sequence[Area], counts: Mapping[CellKey, int],
    measures: Iterable[Measure], levels: Sequence[Level], goal_id: UUID = ALL,
) -> Protected:  # fmt: skip
    """Return what may be shown to an organisation of its own counts."""
    return REMEMBERED.protect(str(whose), tables(areas, counts, measures, levels, goal_id))


def row(area: Area, member: str, safe: Protected, measures: Iterable[Measure]) -> Row:
    shown = {measure: safe.at(measure.value, member) for measure in measures}
    children = shown.get(Measure.CHILDREN)
    reached = share(children, area.living) if children and area.living else None
    return Row(area, shown, reached)


def tint(number: int | None, steps: Sequence[int] = STEPS) -> Tint:
    """Return how dark; `steps` say from which number on each tint after the first begins."""
    if number is None:
        return Tint.UNKNOWN
    return Tint(str(sum(number >= step for step in steps)))
