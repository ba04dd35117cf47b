"""Reading a table in a process of its own: `answer` runs in the child."""

from collections.abc import Collection
from typing import Any, Final

from kinderwerk.core.words import N_
from kinderwerk.files import bounded
from kinderwerk.files.bounded import Bounds, Unanswered
from kinderwerk.files.plain import Plain
from kinderwerk.imports import reading
from kinderwerk.places.reading.findings import Finding
from kinderwerk.places.reading.tables import Table

BOUNDS: Final = Bounds(memory=1 << 30, computing=10, seconds=20, answer=8 << 20)
PLAIN: Final = Plain({})


def read(content: bytes, names: Collection[str], most: int) -> Table:
    try:
        given, _ = bounded.ask(__name__, [most, *sorted(names)], [content], BOUNDS)
        found: Table = PLAIN.take(Table, given)
    except (Unanswered, ValueError, TypeError):
        found = Table()
        found.findings.fault(Finding(N_("It takes too much time or memory to read.")))
    return found


def answer(told: Any, pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    most, *names = told
    return PLAIN.give(reading.read(pieces[0], frozenset(names), most)), []
