"""Reading a file of holidays in a process of its own: `answer` runs in the child."""

from datetime import date
from typing import Any, Final

from kinderwerk.core.words import N_
from kinderwerk.files import bounded
from kinderwerk.files.bounded import Bounds, Unanswered
from kinderwerk.files.plain import Plain
from kinderwerk.holidays import reading
from kinderwerk.holidays.reading import Holidays, Usual
from kinderwerk.holidays.rules import Kind, Region, Upload
from kinderwerk.places.reading.findings import Finding

BOUNDS: Final = Bounds(memory=1 << 30, computing=10, seconds=20, answer=4 << 20)
PLAIN: Final = Plain({date: (date.isoformat, date.fromisoformat)})


def read(upload: Upload) -> Holidays:
    told = [upload.kind.value, upload.region and upload.region.value]
    try:
        given, _ = bounded.ask(__name__, told, [upload.content], BOUNDS)
        found: Holidays = PLAIN.take(Holidays, given)
    except (Unanswered, ValueError, TypeError):
        found = Holidays()
        found.findings.fault(Finding(N_("It takes too much time or memory to read.")))
    return found


def answer(told: Any, pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    kind, region = told
    usual = Usual(Kind(kind), Region(region) if region else None)
    return PLAIN.give(reading.read(pieces[0], usual)), []
