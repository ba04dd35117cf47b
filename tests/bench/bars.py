"""Which bars were met: a word for the line of a figure, and a row of the table of all of them."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

#: Names the file in which the programs of one run leave their rows.
TABLE: Final = "BENCH_TABLE"
COLUMNS: Final = ("job", "found", "bar", "")


@dataclass(frozen=True, slots=True)
class Row:
    job: str
    found: str
    bar: str
    met: bool

    def cells(self) -> tuple[str, str, str, str]:
        return self.job, self.found, self.bar, word(met=self.met)


def verdict(job: str, found: str, bar: str, *, met: bool) -> str:
    """Return whether the bar is met as a word, and leave a row for the table."""
    if table := os.environ.get(TABLE):
        with Path(table).open("a") as file:
            print(json.dumps(asdict(Row(job, found, bar, met))), file=file)
    return word(met=met)


def word(*, met: bool) -> str:
    return "met" if met else "NOT met"


def read(table: Path) -> list[Row]:
    return [Row(**json.loads(line)) for line in table.read_text().splitlines()]


def written(rows: Iterable[Row]) -> str:
    """Return the table as text, its columns as wide as what stands in them."""
    cells = [COLUMNS, *(row.cells() for row in rows)]
    wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(n) for text, n in zip(line, wide, strict=True)).rstrip()
        for line in cells
    )
