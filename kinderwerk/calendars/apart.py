"""Reading a calendar in a process of its own: this side asks, and `answer` runs in the child."""

from datetime import date, datetime
from typing import Any, Final

from kinderwerk.calendars import reading
from kinderwerk.calendars.events import Calendar
from kinderwerk.core.words import N_
from kinderwerk.files import bounded
from kinderwerk.files.bounded import Bounds, Unanswered
from kinderwerk.files.plain import Plain
from kinderwerk.places.reading.findings import Finding

BOUNDS: Final = Bounds(memory=1 << 30, computing=10, seconds=20, answer=32 << 20)
PLAIN: Final = Plain({datetime: (datetime.isoformat, datetime.fromisoformat)})


def read(content: bytes, first: date, last: date) -> Calendar:
    """Read events and their dates between two days; beyond the bounds that is a fault."""
    told = [first.isoformat(), last.isoformat()]
    try:
        given, _ = bounded.ask(__name__, told, [content], BOUNDS)
        read: Calendar = PLAIN.take(Calendar, given)
    except (Unanswered, ValueError, TypeError):
        read = Calendar()
        read.findings.fault(Finding(N_("It takes too much time or memory to read.")))
    return read


def answer(told: Any, pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    window = reading.Window(*map(date.fromisoformat, told))
    return PLAIN.give(reading.read(pieces[0], window)), []
