"""Fixed periods: the only stretches of time for which anything leaves the organisation."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from typing_extensions import override

_WRITTEN: Final = re.compile(r"(?P<year>\d{4})(?:-(?P<kind>[QH])(?P<number>\d))?", re.ASCII)
_PARTS: Final = {"Q": 4, "H": 2, "": 1}
#: Outside these nothing is ever reported; dates that Python cannot count to lie there.
YEARS: Final = range(1900, 2201)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar year, half-year or quarter, written `2026`, `2026-H1` or `2026-Q3`."""

    year: int
    kind: str = ""
    number: int = 1

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the written form; anything else is a ValueError."""
        found = _WRITTEN.fullmatch(text)
        if not found:
            raise ValueError("a period reads like 2026, 2026-H1 or 2026-Q3")
        period = cls(int(found["year"]), found["kind"] or "", int(found["number"] or 1))
        if not 1 <= period.number <= _PARTS[period.kind]:
            raise ValueError("a year has two halves and four quarters")
        if period.year not in YEARS:
            raise ValueError(f"a period lies between {YEARS[0]} and {YEARS[-1]}")
        return period

    @classmethod
    def holding(cls, day: date) -> tuple[Self, Self, Self]:
        """Return the quarter, the half-year and the year in which that day lies."""
        quarter = (day.month + 2) // 3
        return (
            cls(day.year, "Q", quarter),
            cls(day.year, "H", (quarter + 1) // 2),
            cls(day.year),
        )

    @override
    def __str__(self) -> str:
        return f"{self.year}-{self.kind}{self.number}" if self.kind else str(self.year)

    @property
    def begins(self) -> date:
        return date(self.year, 1 + (self.number - 1) * self._months, 1)

    @property
    def ends(self) -> date:
        """Return the last day, which is still in the period."""
        month = self.number * self._months
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def quarters(self) -> tuple["Period", ...]:
        count = self._months // 3
        first = (self.number - 1) * count + 1
        return tuple(Period(self.year, "Q", number) for number in range(first, first + count))

    @property
    def parts(self) -> tuple["Period", ...]:
        """Return the halves of a year, the quarters of a half, and nothing of a quarter."""
        if self.kind == "":
            return Period(self.year, "H", 1), Period(self.year, "H", 2)
        return self.quarters if self.kind == "H" else ()

    @property
    def previous(self) -> "Period":
        if self.number > 1:
            return Period(self.year, self.kind, self.number - 1)
        return Period(self.year - 1, self.kind, _PARTS[self.kind])

    @property
    def _months(self) -> int:
        return 12 // _PARTS[self.kind]
