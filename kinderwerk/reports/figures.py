"""An edition as plain figures, one a row: what every file that leaves it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from kinderwerk.core.words import N_
from kinderwerk.facts.rules import Measure
from kinderwerk.reports.meaning import IN_BAND, MEANINGS, TALKED
from kinderwerk.reports.rules import AGES, EVERYBODY, WHOLE, Held, ages

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
#: The columns of a row of what a correction changed.
CHANGE: Final = {
    "old": N_("The figure in the version before; empty where it was not told."),
    "new": N_("The figure in this version; empty where it may not be told."),
}
#: Of every table of its own: which version it is of.
VERSION: Final = {
    "version": N_("Which version of the report this is; a correction has the next number."),
    "digest": N_("Shows that the report is the one that was released."),
}
#: The columns of a row of handovers between two help systems.
PAIR: Final = {
    "organisation": N_("Whose work it was."),
    "begins": N_("The help system of the organisation."),
    "ends": N_("The help system that was asked."),
    "handed": N_("How many were handed over; empty for fewer than ten."),
    "answered": N_("Of a hundred, how many were answered; empty for fewer than twenty."),
    "days": N_("Half of the first contacts came within so many days."),
    "waited": N_("How many came on a waiting list; empty for fewer than ten."),
    "declined": N_("How many were declined; empty for fewer than ten."),
}
#: The columns of a row of what jams between help systems.
JAM: Final = {
    "organisation": N_("Whose learning reviews they were."),
    "begins": N_("A help system."),
    "ends": N_("The help system on the other side."),
    "what": N_("What jams there."),
    "reviews": N_("In how many learning reviews, rounded to five; fewer than ten are not told."),
}
#: The columns of a row of stories.
STORY: Final = {
    "organisation": N_("Whose work it tells of."),
    "goal": N_("Which goal it shows; empty for none."),
    "story": N_("The words, without names."),
}
#: The columns of the tables beside the figures.
BESIDE: Final = {"interventions": METHOD, "handovers": PAIR, "jams": JAM, "stories": STORY}


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
    areas, works = _areas(held), _works(held)
    for by_measure in (held["told"], held.get("done", {})):
        for measure, by_area in by_measure.items():
            for area, by_work in by_area.items():
                for work, value in by_work.items():
                    level, name, living = areas[area]
                    house, goal = works[work]
                    yield Row(
                        held["period"], named(measure, work), level, name, house, goal, value,
                        living if measure == Measure.CHILDREN else None,
                    )  # fmt: skip
    yield from _besides(held)


def _areas(held: Held) -> dict[str, tuple[str, str, int | None]]:
    """Return of each area its level, its name, and how many children live there."""
    areas = {WHOLE: ("whole", held["municipality"], held["living"])}
    for district in held["districts"]:
        areas[district["id"]] = ("district", district["name"], district["living"])
        for part in district.get("parts", ()):
            areas[part["id"]] = ("neighbourhood", part["name"], part["living"])
    return areas


def named(measure: str, work: str) -> str:
    """Return what a figure counts: children of the published ages are a measure of their own."""
    return IN_BAND if work.startswith(AGES) else measure


def _works(held: Held) -> dict[str, tuple[str, str]]:
    """Return whose work something was: the organisation, and the goal."""
    houses = {house["id"]: house["name"] for house in held["organisations"]}
    works = {EVERYBODY: ("", "")} | {id: (name, "") for id, name in houses.items()}
    works |= dict.fromkeys(ages(held), ("", ""))
    return works | {
        goal["id"]: (houses[goal["organisation"]], goal["title"]) for goal in held["goals"]
    }


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure that a correction changed."""

    measure: str
    level: str
    area: str
    organisation: str
    goal: str
    old: int | None
    new: int | None

    @property
    def cells(self) -> tuple[str | int | None, ...]:
        """Return the values in the order of CHANGES."""
        return (self.measure, self.level, self.area, self.organisation, self.goal, self.old,
                self.new)  # fmt: skip


LEVELS: Final = ("whole", "district", "neighbourhood")
CHANGES: Final = (*(name for name in list(COLUMNS)[1:6]), *CHANGE)


def changes(held: Held, only: str = "") -> list[Changed]:
    """Return what changed since the version before, of all or of one organisation.

    Of the largest areas first.
    """
    areas, works = _areas(held), _works(held)
    theirs = {only, *(goal["id"] for goal in held["goals"] if goal["organisation"] == only)}
    found = [
        Changed(
            named(one["measure"], one["work"]),
            *areas[one["area"]][:2],
            *works[one["work"]],
            one["old"],
            one["new"],
        )
        for one in held.get("corrects", {}).get("changes", ())
        if not only or one["work"] in theirs
    ]
    return sorted(found, key=lambda one: LEVELS.index(one.level))


def _besides(held: Held) -> Iterator[Row]:
    houses = {house["id"]: house["name"] for house in held["organisations"]}
    for id, counts in held.get("besides", {}).items():
        for measure, n in counts.items():
            yield Row(
                held["period"], measure, "whole", held["municipality"], houses[id], "", n, None
            )
    for id, told in held.get("meeting", {}).items():
        for measure in TALKED:
            yield Row(
                held["period"], measure, "whole", held["municipality"], houses[id], "",
                told[measure], None,
            )  # fmt: skip


def pairs(held: Held) -> list[tuple[str | int | None, ...]]:
    """Return what went between help systems, in the order of PAIR."""
    houses = {house["id"]: house["name"] for house in held["organisations"]}
    return [
        (houses[id], *(pair[name] for name in list(PAIR)[1:]))
        for id, told in held.get("meeting", {}).items()
        for pair in told["pairs"]
    ]


def jams(held: Held) -> list[tuple[str, str, str, str, int]]:
    """Return what jams between help systems, in the order of JAM."""
    houses = {house["id"]: house["name"] for house in held["organisations"]}
    return [
        (houses[id], *one["pair"], one["snag"], one["reviews"])
        for id, told in held.get("meeting", {}).items()
        for one in told["snags"]
    ]


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
    told = COLUMNS | CHANGE | VERSION
    told |= {
        f"{table}.{name}": text
        for table, columns in BESIDE.items()
        for name, text in columns.items()
    }
    columns = [(name, _(text), "", "") for name, text in told.items()]
    measures = [
        (code, _(one.is_what), _(one.source), _(one.shown)) for code, one in MEANINGS.items()
    ]
    return columns + measures
