"""What is planned, held and reached for each goal, by neighbourhood and age; what is missing. Pure.

Who was reached goes through disclosure control as on the map: no number points at a child.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from kinderwerk.activities.rules import AgeBand
from kinderwerk.core.ids import ALL
from kinderwerk.disclosure.protection import Protected, protect
from kinderwerk.disclosure.tables import Axis, Key, Kind, Shown, Split, Table
from kinderwerk.facts.rules import CellKey, Level, Measure
from kinderwerk.goals.rules import ThemeCode

CHILDREN, VISITS = "children", "visits"
WHOLE, ELSEWHERE, EVERYTHING, OTHERS = "whole", "elsewhere", "everything", "others"
#: Which counts make up what is shown.
SHOWN: Final[Mapping[str, frozenset[Measure]]] = {
    CHILDREN: frozenset({Measure.CHILDREN}),
    VISITS: frozenset({Measure.VISITS_NAMED, Measure.VISITS_TALLY}),
}
#: The ages that a goal for children can be looked at by.
BANDS: Final = tuple(
    band for band in AgeBand if band not in (AgeBand.UP_TO_23, AgeBand.ADULT)
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A goal as this page needs it; `areas` are those at which it aims."""

    id: UUID
    title: str
    theme: ThemeCode
    areas: Sequence[tuple[UUID, str]]
    target_children: int | None = None
    target_visits: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Some dates alike that are planned, or were held: for a goal, somewhere, for some ages."""

    goal_id: UUID
    area_id: UUID | None
    ages: tuple[int, int]
    held: bool
    times: int = 1


@dataclass(slots=True)
class Times:
    """How often something is planned and was held."""

    planned: int = 0
    held: int = 0

    def add(self, one: Session) -> None:
        if one.held:
            self.held += one.times
        else:
            self.planned += one.times

    @property
    def nothing(self) -> bool:
        return not self.planned and not self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What there is for a goal: altogether, by neighbourhood with who was reached, and by age."""

    aim: Aim
    whole: Times = field(default_factory=Times)
    elsewhere: Times = field(default_factory=Times)
    by_area: Mapping[UUID, Times]
    by_age: Mapping[AgeBand, Times]
    reached: Mapping[UUID, Mapping[str, Shown]]

    @property
    def gaps(self) -> list[str]:
        """Return the neighbourhoods at which it aims and in which nothing is planned."""
        return [name for id, name in self.aim.areas if not self.by_area[id].planned]


def cover(
    aims: Sequence[Aim], sessions: Iterable[Session], safe: Protected | None = None
) -> list[Covered]:
    """Return what there is for each goal; who was reached only where it was made safe to tell."""
    covered = {
        aim.id: Covered(
            aim=aim, by_area={id: Times() for id, _ in aim.areas},
            by_age={band: Times() for band in BANDS}, reached=_reached(aim, safe) if safe else {},
        )
        for aim in aims
    }  # fmt: skip
    for one in sessions:
        if one.goal_id in covered:
            _count(covered[one.goal_id], one)
    return list(covered.values())


def _count(covered: Covered, one: Session) -> None:
    covered.whole.add(one)
    there = covered.by_area.get(one.area_id) if one.area_id else None
    (there or covered.elsewhere).add(one)
    for band, times in covered.by_age.items():
        first, last = (int(age) for age in band.value.split("-"))
        if one.ages[0] <= last and first <= one.ages[1]:
            times.add(one)


def _reached(aim: Aim, safe: Protected) -> Mapping[UUID, Mapping[str, Shown]]:
    """Return who was reached of each neighbourhood; under ALL, altogether."""
    places = {ALL: WHOLE} | {id: str(id) for id, _ in aim.areas}
    return {
        id: {name: safe.at(name, member, str(aim.id)) for name in SHOWN}
        for id, member in places.items()
    }


def protected(
    goals: Sequence[UUID], areas: Sequence[UUID], counts: Mapping[CellKey, int]
) -> Protected:
    return protect([table(name, goals, areas, counts) for name in SHOWN])


def table(
    name: str, goals: Sequence[UUID], areas: Sequence[UUID], counts: Mapping[CellKey, int]
) -> Table:
    """Return exact counts by neighbourhood and goal, with what a reader could work out besides."""
    places, works = [str(id) for id in areas], [str(id) for id in goals]
    adds = name == VISITS
    axes = (
        Axis(
            "area", (WHOLE, *places),
            (Split(WHOLE, tuple(places), adds, rest=ELSEWHERE),) if places else (),
        ),
        Axis(
            "goal", (EVERYTHING, *works),
            (Split(EVERYTHING, tuple(works), adds=False, rest=OTHERS),) if works else (),
        ),
    )  # fmt: skip
    cells: dict[Key, int] = {
        (place, work): 0 for place in axes[0].members for work in axes[1].members
    }
    for key, n in counts.items():
        place = WHOLE if key.level is Level.WHOLE else str(key.area_id)
        work = EVERYTHING if key.goal_id == ALL else str(key.goal_id)
        if key.measure in SHOWN[name] and (place, work) in cells:
            cells[place, work] += n
    return Table(name=name, kind=Kind.PARTICIPATION, axes=axes, counts=cells)
