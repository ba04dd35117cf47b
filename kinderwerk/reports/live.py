"""What a team sees of its own work, counted at this moment; none of it leaves the organisation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.core import charts
from kinderwerk.core.charts import BarChart, StackedChart
from kinderwerk.facts.rules import Measure
from kinderwerk.logbook.rules import HourKind, Worked
from kinderwerk.reports import besides, choosing, counting, queries, rules
from kinderwerk.reports.choosing import Counted, Ground, Stretch
from kinderwerk.reports.figures import Row
from kinderwerk.reports.meaning import IN_BAND
from kinderwerk.reports.reading import (
    Agreed,
    Beside,
    Figure,
    Hours,
    Line,
    Method,
    ages,
    datum,
    hours_chart,
    in_hours,
    methods,
)
from kinderwerk.reports.rules import DONE, EVERYBODY, REACH, SENSITIVE, WHOLE, Aim, Area


@dataclass(frozen=True, slots=True)
class House:
    """Whose figures they are."""

    id: UUID
    name: str
    municipality_id: UUID
    municipality: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see: which days, which area, which goals; no goals are all of them."""

    stretch: Stretch
    area: str = WHOLE
    goals: tuple[str, ...] = ()

    @property
    def work(self) -> str:
        """Return for what reach is told: one goal, or all of the work."""
        return self.goals[0] if len(self.goals) == 1 else EVERYBODY


@dataclass(frozen=True, slots=True)
class Compared:
    """A count beside the one of the days before."""

    label: str
    before: Figure
    now: Figure

    @property
    def change(self) -> str:
        if self.before.exactly is None or self.now.exactly is None:
            return ""
        more = self.now.exactly - self.before.exactly
        return f"+{more}" if more > 0 else f"\u2212{-more}" if more else "0"


@dataclass(frozen=True, slots=True)
class Live:
    """The figures of an organisation as its team gets them."""

    house: House
    wish: Wish
    level: str
    whole: Line
    parts: Sequence[Line]
    finer: Sequence[Line]
    compared: Sequence[Compared]
    before: Stretch | None
    goals: Sequence[Line]
    goal_charts: Sequence[BarChart]
    help: Sequence[Line]
    hours: Sequence[Hours]
    hours_chart: StackedChart | None
    grants: Sequence[Agreed]
    methods: Sequence[Method]
    besides: Sequence[Beside]
    band: str
    published: int
    erased: int

    @property
    def empty(self) -> bool:
        """Tell whether nothing at all was counted."""
        counts = [figure.count for figure in self.whole.figures.values()]
        return not any(n is None or n for n in counts) and not self.whole.sessions

    @property
    def at_most(self) -> int | None:
        """Return how many different children there were at most, where some are erased since."""
        known = self.whole.figures[Measure.CHILDREN.value]
        return known.count + known.more if known.count is not None and known.more else None


def live(session: Session, house: House, wish: Wish) -> Live:
    """Count, hide what is small, and lay out what somebody wants to see."""
    stretch = wish.stretch
    districts, band = queries.ground(session, house.municipality_id, stretch.year)
    ground = Ground({str(one.id): [str(part.id) for part in one.parts] for one in districts})
    known = queries.aims(session, [house.id], stretch.begins, stretch.ends)
    aims = [queries.aim(goal) for goal in known if not wish.goals or str(goal.id) in wish.goals]
    goals = [str(one.id) for one in aims]
    now = counting.counted(session, house.id, stretch, ground, wish.work, goals, wish.area)
    if band:
        of_ages = counting.of_ages(session, house.id, stretch, band, wish.work)
        now = replace(now, counts={**now.counts, **of_ages})
    told = _Told(house, wish, ground, now, goals, band.code if band else "")
    before = stretch.before
    then = before and _Told(
        house, wish, ground, counting.counted(session, house.id, before, ground, wish.work)
    )
    areas = {str(area.id): area for one in districts for area in (one, *one.parts)}
    living = rules.together(part.living for one in districts for part in one.parts)
    chosen = areas.get(wish.area, Area(house.id, house.municipality, living, districts))
    lines = [told.of_goal(aim) for aim in aims]
    worked = Hours(house.name, told.worked) if wish.area == WHOLE else None
    hours = [worked] if worked and worked.together else []
    return Live(
        house=house, wish=wish, level=_level(wish.area, ground),
        whole=told.of_area(chosen, wish.area), parts=[told.of_area(one) for one in chosen.parts],
        finer=[
            told.of_area(part, district=one.name)
            for one in (districts if wish.area == WHOLE else ())
            for part in one.parts
        ],
        compared=list(_compared(told, then, wish.area)) if then else [],
        before=before, goals=lines,
        goal_charts=charts.bars_in_parts(
            "goals", [datum(line, line.target_children) for line in lines]
        ),
        help=list(_help(told, districts, wish)),
        hours=hours, hours_chart=hours_chart(hours) if hours else None,
        grants=_grants(session, house, told, stretch) if wish.area == WHOLE else [],
        **_beside(session, house, stretch, wish),
        band=ages(band), published=band.year if band else 0,
        erased=now.erased,
    )  # fmt: skip


class _Told:
    """What may be told of what was counted."""

    def __init__(
        self, house: House, wish: Wish, ground: Ground, counted: Counted, goals: Sequence[str] = (),
        ages: str = "",
    ) -> None:  # fmt: skip
        self._wish, self._counted, self._ages = wish, counted, ages
        self._areas = choosing.told_of_areas(house.id, ground, counted, wish.work, ages)
        hidden = frozenset(one for one in REACH if self.figure(one, wish.area).count is None)
        self._goals = choosing.told_of_goals(house.id, goals, counted, wish.area, hidden)

    def figure(self, measure: Measure, area: str) -> Figure:
        if measure in DONE:
            return Figure(self._counted.n(measure, area, self._wish.work))
        return Figure(self._areas.at(measure.value, area).count, self._more(measure, area))

    def _more(self, measure: Measure, area: str) -> int:
        """Return how many more there may have been whose data were erased since."""
        if measure is Measure.CHILDREN:
            return self._counted.erased
        named = measure is Measure.VISITS_NAMED and area != WHOLE
        return self._counted.uprooted if named else 0

    def of_area(self, area: Area, code: str = "", **more: Any) -> Line:
        code = code or str(area.id)
        figures = {one.value: self.figure(one, code) for one in REACH}
        banded = self._of_ages(code)
        return Line(
            area.name, figures, area.living,
            rules.percent(banded.exactly, area.living) if banded else None, banded,
            sessions=self._counted.n(Measure.SESSIONS, code, self._wish.work), **more,
        )  # fmt: skip

    def _of_ages(self, code: str) -> Figure | None:
        if not self._ages:
            return None
        return Figure(self._areas.at(self._ages, code).count, self._counted.erased)

    def of_help(self, name: str, code: str) -> Line:
        return Line(name, {one.value: self.figure(one, code) for one in SENSITIVE})

    def of_goal(self, aim: Aim) -> Line:
        goal = str(aim.id)
        return Line(
            aim.title,
            {
                one.value: Figure(
                    self._goals.at(one.value, goal).count, self._more(one, self._wish.area)
                )
                for one in REACH
            },
            theme=aim.theme, sessions=self._counted.n(Measure.SESSIONS, self._wish.area, goal),
            target_visits=aim.target_visits, target_children=aim.target_children,
        )  # fmt: skip

    @property
    def worked(self) -> Worked:
        return Worked({kind: self._counted.n(kind.measure) for kind in HourKind})


def _level(area: str, ground: Ground) -> str:
    if area == WHOLE:
        return "whole"
    return "district" if area in ground.districts else "neighbourhood"


def _compared(now: _Told, then: _Told, area: str) -> Iterator[Compared]:
    for measure in (*DONE, *REACH):
        yield Compared(measure.label, then.figure(measure, area), now.figure(measure, area))


def _help(told: _Told, districts: Sequence[Area], wish: Wish) -> Iterator[Line]:
    """Yield what is told of help: of the whole and its districts, in a half-year or a year."""
    period = wish.stretch.period
    if period is None or period.kind == "Q":
        return
    for one in districts:
        if wish.area in (WHOLE, str(one.id)):
            yield told.of_help(one.name, str(one.id))
    if wish.area == WHOLE:
        yield told.of_help(_("Whole area"), WHOLE)


def _grants(session: Session, house: House, told: _Told, stretch: Stretch) -> list[Agreed]:
    held = queries.grants(session, house.municipality_id, [house.id], stretch.begins, stretch.ends)
    return [
        Agreed(
            grant.reference,
            house.name,
            grant.first,
            grant.last,
            hours=(grant.hours, str(in_hours(told.worked.together))),
            sessions=(grant.activities, told.figure(Measure.SESSIONS, WHOLE).text),
            children=(grant.children, told.figure(Measure.CHILDREN, WHOLE).text),
        )
        for grant in held
    ]


def _beside(session: Session, house: House, stretch: Stretch, wish: Wish) -> dict[str, Any]:
    """Return what is counted beside the cells; of the whole area and of all goals only."""
    if wish.area != WHOLE or wish.goals:
        return {"methods": [], "besides": []}
    held = besides.told(session, [house.id], stretch)
    return {
        "methods": methods(held, {str(house.id): house.name}),
        "besides": [Beside(house.name, counts) for counts in held["besides"].values()],
    }


@dataclass(frozen=True, slots=True)
class _Rows:
    """Writes lines as plain figures."""

    code: str
    house: str
    area: str

    def line(
        self, line: Line, level: str, goal: str = "", measures: Sequence[Measure] = REACH,
        area: str = "",
    ) -> Iterator[Row]:  # fmt: skip
        if line.sessions is not None:
            yield self.one(Measure.SESSIONS.value, line.sessions, level, area or line.name, goal)
        for one in measures:
            living = line.living if one is Measure.CHILDREN else None
            n = line.figures[one.value].exactly
            yield self.one(one.value, n, level, area or line.name, goal, living)
        if line.banded:
            yield self.one(IN_BAND, line.banded.exactly, level, line.name, goal, line.living)

    def one(
        self, measure: str, n: int | None, level: str = "whole", area: str = "", goal: str = "",
        living: int | None = None,
    ) -> Row:  # fmt: skip
        return Row(self.code, measure, level, area or self.area, self.house, goal, n, living)


def rows(seen: Live) -> Iterator[Row]:
    """Yield every figure of the page, one a row, hidden where the page hides it."""
    write = _Rows(seen.wish.stretch.code, seen.house.name, seen.whole.name)
    alone = seen.wish.work != EVERYBODY
    goal = ", ".join(line.name for line in seen.goals) if alone else ""
    finer = {"whole": "district", "district": "neighbourhood"}.get(seen.level, "")
    yield from write.line(seen.whole, seen.level, goal)
    for line in seen.parts:
        yield from write.line(line, finer, goal)
    for line in seen.finer:
        yield from write.line(line, "neighbourhood", goal)
    for line in () if alone else seen.goals:
        yield from write.line(line, seen.level, line.name, area=seen.whole.name)
    yield from _plain(seen, write)


def _plain(seen: Live, write: _Rows) -> Iterator[Row]:
    """Yield what is counted for no goal: help, hours, and what stands beside the cells."""
    for line in seen.help:
        whole = seen.level == "whole" and line is seen.help[-1]
        level, area = ("whole", seen.whole.name) if whole else ("district", line.name)
        yield from write.line(line, level, measures=SENSITIVE, area=area)
    for worked in seen.hours:
        for kind, n in worked.worked.minutes.items():
            yield write.one(kind.measure.value, n)
    for beside in seen.besides:
        for measure, n in beside.counts.items():
            yield write.one(measure, n)
