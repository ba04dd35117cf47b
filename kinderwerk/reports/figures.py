"""An edition as plain figures, one a row: what every file that leaves it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from kinderwerk.core.words import N_
from kinderwerk.facts.rules import Measure
from kinderwerk.reports.meaning import MEANINGS
from kinderwerk.reports.rules import EVERYBODY, WHOLE, Held

#: The columns of a row of figures, with what each holds.
COLUMNS: Final = {
    "period": N_("Year, half-year (H) or quarter (Q)."),
    "measure": N_("What is counted; see the list of measures."),
    "level": N_("How large the area is: whole, district or neighbourhood."),
    "area": N_("The name of the area."),
    "organisation": N_("Whose work it was; empty for that of all organisations together."),
    "goal": N_("For which goal; empty for all goals together."),
    "value": N_("The count; empty where it may not be told."),
    "shown": N_("yes, or no where the count is too small, or would give a small one away."),
    "living": N_("Children living in the area, of the ages and the year named in the report."),
}


#: The columns of a row of interventions.
METHOD: Final = {
    "organisation": N_("Whose work it was."),
    "intervention": N_("What the method is called."),
    "recognised": N_("yes, no or unknown, as the organisation says."),
    "sessions": N_("How many sessions were held by it."),
}
#: The columns of a row of stories.
STORY: Final = {
    "organisation": N_("Whose work it tells of."),
    "goal": N_("Which goal it shows; empty for none."),
    "story": N_("The words, without names."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; a `value` of None may not be told."""

    period: str
    measure: str
    level: str
    area: str
    organisation: str
    goal: str
    value: int | None
    living: int | None

    @property
    def cells(self) -> tuple[str | int | None, ...]:
        """Return the values in the order of COLUMNS."""
        return (
            self.period, self.measure, self.level, self.area, self.organisation, self.goal,
            self.value, "no" if self.value is None else "yes", self.living,
        )  # fmt: skip


def rows(held: Held) -> Iterator[Row]:
    """Yield every figure that an edition tells; the hidden ones say only that they are."""
    areas = {WHOLE: ("whole", held["municipality"], held["living"])}
    for district in held["districts"]:
        areas[district["id"]] = ("district", district["name"], district["living"])
        for part in district.get("parts", ()):
            areas[part["id"]] = ("neighbourhood", part["name"], part["living"])
    houses = {house["id"]: house["name"] for house in held["organisations"]}
    works = {EVERYBODY: ("", "")} | {id: (name, "") for id, name in houses.items()}
    works |= {goal["id"]: (houses[goal["organisation"]], goal["title"]) for goal in held["goals"]}
    for by_measure in (held["told"], held.get("done", {})):
        for measure, by_area in by_measure.items():
            for area, by_work in by_area.items():
                for work, value in by_work.items():
                    level, name, living = areas[area]
                    house, goal = works[work]
                    yield Row(
                        held["period"], measure, level, name, house, goal, value,
                        living if measure == Measure.CHILDREN else None,
                    )  # fmt: skip
    yield from _besides(held)


def _besides(held: Held) -> Iterator[Row]:
    houses = {house["id"]: house["name"] for house in held["organisations"]}
    for id, counts in held.get("besides", {}).items():
        for measure, n in counts.items():
            yield Row(
                held["period"], measure, "whole", held["municipality"], houses[id], "", n, None
            )


def methods(held: Held) -> list[tuple[str, str, str, int]]:
    houses = {house["id"]: house["name"] for house in held["organisations"]}
    return [
        (houses[one["organisation"]], one["name"], one["recognised"], one["sessions"])
        for one in held.get("methods", ())
    ]


def stories(held: Held) -> list[tuple[str, str, str]]:
    houses = {house["id"]: house["name"] for house in held["organisations"]}
    return [
        (houses[one["organisation"]], one["goal"], one["words"]) for one in held.get("stories", ())
    ]


def dictionary() -> list[tuple[str, str, str, str]]:
    """Return for each column and each measure: its name, what it is, its source, its rule."""
    columns = [(name, _(text), "", "") for name, text in COLUMNS.items()]
    measures = [
        (code, _(one.is_what), _(one.source), _(one.shown)) for code, one in MEANINGS.items()
    ]
    return columns + measures
