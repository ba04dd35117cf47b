"""How many adults children need: a table by age, and what makes it stricter. Pure.

No law of the Netherlands names a number for this work; each table says where it comes from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil
from types import MappingProxyType
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: From this age on those who come need nobody beside them.
GROWN_UP: Final = 19
MOST_AT_ONCE: Final = 50
LEAST: Final = 2


class Preset(Labelled):
    NSPCC = "nspcc", N_("NSPCC")
    BUURT = "buurt_nl", N_("Neighbourhood (NL)")
    OWN = "own", N_("A table of our own")


#: Where the numbers come from; shown wherever they are.
SOURCES: Final[Mapping[Preset, str]] = MappingProxyType(
    {
        Preset.NSPCC: N_("Recommended by the NSPCC, a British charity for the safety of children."),
        Preset.BUURT: N_(
            "A proposal of ours for open work in Dutch neighbourhoods; no law names a number."
        ),
        Preset.OWN: N_("Agreed on in your organisation."),
    }
)


class Risk(StrEnum):
    """What asks for more adults, whatever the ages."""

    OUTING = "outing"
    WATER = "water"
    CAMP = "camp"


class NoRow(Refusal):
    message = N_("Fill in at least one row of ages.")
    field = "from_0"


class Crossed(Refusal):
    message = N_("These ages overlap, or end before they begin.")

    def __init__(self, row: int) -> None:
        super().__init__()
        self.field = f"from_{row}"


@dataclass(frozen=True, slots=True)
class Row:
    """How many children of these ages one adult can look after."""

    age_from: int
    age_to: int
    children: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One row for each group of ages; a limit for what asks for more; never fewer than `least`."""

    rows: tuple[Row, ...]
    outing: int | None = None
    water: int | None = None
    camp: int | None = None
    least: int = LEAST

    def limit(self, age: int, risks: frozenset[Risk] = frozenset()) -> int | None:
        """Return how many children of an age one adult can look after; None: any number."""
        if age >= GROWN_UP:
            return None
        found = [row.children for row in self.rows if row.age_from <= age <= row.age_to]
        found += [limit for risk in risks if (limit := getattr(self, risk.value)) is not None]
        return min(found, default=None)

    def needed(self, expected: Mapping[int, int], risks: frozenset[Risk], asked: int = 0) -> int:
        """Return how many adults these children need, by age, and so many more as are asked for."""
        parts = (
            Fraction(n, limit)
            for age, n in expected.items()
            if (limit := self.limit(age, risks)) is not None
        )
        return max(self.least, ceil(sum(parts, Fraction()))) + asked


PRESETS: Final[Mapping[Preset, Table]] = MappingProxyType(
    {
        Preset.NSPCC: Table(
            rows=(Row(0, 1, 3), Row(2, 3, 4), Row(4, 8, 6), Row(9, 12, 8), Row(13, 18, 10)),
            outing=6, water=4, camp=5,
        ),
        Preset.BUURT: Table(
            rows=(Row(0, 3, 4), Row(4, 6, 8), Row(7, 12, 12), Row(13, 18, 12)),
            outing=6, water=4, camp=5,
        ),
    }
)  # fmt: skip
USUAL: Final = Preset.NSPCC


def check(rows: Sequence[Row]) -> None:
    """Refuse a table of one's own without rows, or with ages that overlap."""
    if not rows:
        raise NoRow
    last = -1
    for number, row in enumerate(rows):
        if not last < row.age_from <= row.age_to:
            raise Crossed(number)
        last = row.age_to
