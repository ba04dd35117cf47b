"""The reach of an edition as a still map for paper: only what its table tells, in patterns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from kinderwerk.core.words import N_, Labelled
from kinderwerk.facts.rules import Measure
from kinderwerk.places.drawing import Shape, sketch
from kinderwerk.reports.rules import EVERYBODY, Held, ages, percent

NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
#: Of more areas the names would stand in each other's way; the table has them all.
MOST_NAMED: Final = 25
SOME: Final = 5
MANY: Final = 10


class Reached(Labelled):
    """How far children of an area are reached, as the map shows it: each by its own pattern."""

    MANY = "many", N_("10 in 100 and more")
    SOME = "some", N_("5 to 9 in 100")
    FEW = "few", N_("fewer than 5 in 100")
    KNOWN = "known", N_("reached, share not known")
    NAMELESS = "nameless", N_("reached without names")
    NOBODY = "nobody", N_("nobody by name")
    HIDDEN = "hidden", N_("not shown")


@dataclass(frozen=True, slots=True)
class Area:
    shape: Shape
    reached: Reached

    @property
    def middle(self) -> tuple[int, int]:
        """Return where its name stands: in the middle of what it covers."""
        numbers = [float(one) for one in NUMBER.findall(self.shape.path)]
        (left, right), (top, bottom) = (
            (min(some), max(some)) for some in (numbers[::2], numbers[1::2])
        )
        return round((left + right) / 2), round((top + bottom) / 2)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The areas of a municipality with how they are reached, and which kinds occur."""

    width: int
    height: int
    areas: tuple[Area, ...]

    @property
    def named(self) -> bool:
        return len(self.areas) <= MOST_NAMED

    @property
    def legend(self) -> list[Reached]:
        there = {area.reached for area in self.areas}
        return [kind for kind in Reached if kind in there]


def drawn(held: Held, outlines: Iterable[tuple[UUID, str, Any]]) -> Drawn:
    picture = sketch(outlines)
    known = dict(_areas(held))
    return Drawn(
        picture.width, picture.height,
        tuple(Area(one, known.get(str(one.id), Reached.HIDDEN)) for one in picture.shapes),
    )  # fmt: skip


def _areas(held: Held) -> Iterable[tuple[str, Reached]]:
    """Tell of each neighbourhood; of one that is a whole district what is told of that."""
    for district in held["districts"]:
        for part in district.get("parts", ()):
            alone = len(district["parts"]) == 1
            yield part["id"], _reached(held, district if alone else part)


def _reached(held: Held, area: Mapping[str, Any]) -> Reached:
    by_work, tallied = (
        held["told"][measure.value].get(area["id"], {})
        for measure in (Measure.CHILDREN, Measure.VISITS_TALLY)
    )
    children, tally = by_work.get(EVERYBODY), tallied.get(EVERYBODY)
    if children is None:
        return Reached.HIDDEN
    if children == 0:
        return Reached.NAMELESS if tally else Reached.NOBODY
    banded = next((by_work[one] for one in ages(held)), children)
    share = percent(banded, area["living"])
    if share is None:
        return Reached.KNOWN
    if share >= MANY:
        return Reached.MANY
    return Reached.SOME if share >= SOME else Reached.FEW
