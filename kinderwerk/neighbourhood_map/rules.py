"""What the map tells of each area, once disclosure control has been over it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from kinderwerk.core.ids import ALL
from kinderwerk.disclosure.protection import Protected, protect
from kinderwerk.disclosure.tables import Axis, Key, Kind, Shown, Split, Table, share
from kinderwerk.facts.rules import CellKey, Level, Measure
from kinderwerk.places.rules import Children

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


def table(
    measure: Measure, areas: Sequence[Area], counts: Mapping[CellKey, int],
    levels: Sequence[Level], goal_id: UUID = ALL,
) -> Table:  # fmt: skip
    """Return the counts of a measure for these areas with all their margins.

    What happened at no known place is in the whole only; it stands in a cell that is not printed
    but that a reader could work out.
    """
    axis = _axis(measure, areas, levels)
    cells: dict[Key, int] = {(member,): 0 for member in axis.members}
    for key, n in counts.items():
        member = WHOLE if key.level is Level.WHOLE else str(key.area_id)
        if key.measure is measure and key.goal_id == goal_id and (member,) in cells:
            cells[(member,)] += n
    outer = next(split for split in axis.splits if split.total == WHOLE)
    known = sum(cells[(part,)] for part in outer.parts if part != ELSEWHERE)
    cells[(ELSEWHERE,)] = max(0, cells[(WHOLE,)] - known)
    return Table(
        name=measure.value, kind=KINDS[measure], axes=(axis,), counts=cells,
        unpublished=frozenset({(ELSEWHERE,)}),
    )  # fmt: skip


def _axis(measure: Measure, areas: Sequence[Area], levels: Sequence[Level]) -> Axis:
    adds = measure not in UNIQUE
    districts = {str(area.district_id): area.district for area in areas}
    splits = [Split(WHOLE, (*districts, ELSEWHERE), adds)]
    members = [WHOLE, *districts, ELSEWHERE]
    if Level.NEIGHBOURHOOD in levels:
        for district in districts:
            parts = tuple(str(a.id) for a in areas if str(a.district_id) == district)
            splits.append(Split(district, parts, adds))
            members += parts
    return Axis("area", tuple(members), tuple(splits))


def protected(
    areas: Sequence[Area], counts: Mapping[CellKey, int], measures: Iterable[Measure],
    levels: Sequence[Level], goal_id: UUID = ALL,
) -> Protected:  # fmt: skip
    """Return what may be shown; a goal only narrows down who took part, for help has none."""
    return protect(
        [
            table(
                measure, areas, counts, levels,
                goal_id if KINDS[measure] is Kind.PARTICIPATION else ALL,
            )
            for measure in measures
        ]
    )  # fmt: skip


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
