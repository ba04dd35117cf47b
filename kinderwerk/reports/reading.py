"""An edition laid out for reading, the same on the screen and on paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from kinderwerk.core import charts
from kinderwerk.core.charts import BarChart, Datum
from kinderwerk.facts.rules import Measure
from kinderwerk.reports import rules
from kinderwerk.reports.rules import EVERYBODY, WHOLE


@dataclass(frozen=True, slots=True)
class Figure:
    """A count as it may be told; None is one that is too small, or would give one away."""

    count: int | None

    @property
    def text(self) -> str:
        return _("not shown") if self.count is None else str(self.count)


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    figures: Mapping[str, Figure]
    living: int | None = None
    share: int | None = None
    theme: str = ""
    organisation: str = ""
    target_visits: int | None = None
    target_children: int | None = None

    def figure(self, measure: str) -> Figure:
        return self.figures[measure]

    @property
    def visits(self) -> Figure:
        """Visits by name and visits counted, if both may be told."""
        parts = [self.figures[one.value].count for one in
                 (Measure.VISITS_NAMED, Measure.VISITS_TALLY)]  # fmt: skip
        known = [part for part in parts if part is not None]
        return Figure(sum(known) if len(known) == len(parts) else None)


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as one reader gets it."""

    whole: Line
    organisations: Sequence[Line]
    districts: Sequence[Line]
    goals: Sequence[Line]
    goal_charts: Sequence[BarChart]
    district_charts: Sequence[BarChart]
    band: str
    published: int

    @property
    def unshared(self) -> str:
        """The districts of which it is not known how many children live there."""
        return ", ".join(line.name for line in self.districts if line.living is None)


def reading(held: Mapping[str, Any], *, only: UUID | None) -> Reading:
    """Lay out an edition. Before it is released an organisation sees its `only` own figures."""
    work = str(only) if only else EVERYBODY
    houses = {house["id"]: house["name"] for house in held["organisations"]}
    told, band = held["told"], held["band"]
    districts = [
        _line(told, district["name"], district["id"], work, living=district["living"])
        for district in held["districts"]
    ]
    goals = [
        _line(
            told, goal["title"], WHOLE, goal["id"], measures=rules.REACH, theme=goal["theme"],
            organisation=houses[goal["organisation"]], target_visits=goal["target_visits"],
            target_children=goal["target_children"],
        )
        for goal in held["goals"]
        if only is None or goal["organisation"] == str(only)
    ]  # fmt: skip
    return Reading(
        whole=_line(told, held["municipality"], WHOLE, work, living=held["living"]),
        organisations=[
            _line(told, name, WHOLE, id)
            for id, name in houses.items()
            if only is None or id == str(only)
        ],
        districts=districts,
        goals=goals,
        goal_charts=charts.bars_in_parts(
            "goals", [_datum(line, line.target_children) for line in goals]
        ),
        district_charts=charts.bars_in_parts(
            "districts", [_datum(line, None) for line in districts]
        ),
        band=_("from %(first)d to %(last)d years", **band) if band else "",
        published=band["year"] if band else 0,
    )


def _line(
    told: Mapping[str, Any], name: str, area: str, work: str, *,
    measures: Iterable[Measure] = (*rules.REACH, *rules.SENSITIVE), living: int | None = None,
    **more: Any,
) -> Line:  # fmt: skip
    figures = {one.value: Figure(told[one.value][area][work]) for one in measures}
    share = rules.percent(figures[Measure.CHILDREN.value].count, living)
    return Line(name, figures, living, share, **more)


def _datum(line: Line, target: int | None) -> Datum:
    children = line.figures[Measure.CHILDREN.value]
    return Datum(
        label=line.name, value=children.count, text=children.text, theme=line.theme, target=target
    )
