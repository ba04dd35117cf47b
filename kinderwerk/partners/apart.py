"""Reading a list of partners in a process of its own: `answer` runs in the child."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from kinderwerk.core.words import N_
from kinderwerk.files import bounded
from kinderwerk.files.bounded import Bounds, Unanswered
from kinderwerk.files.plain import Plain
from kinderwerk.partners import reading
from kinderwerk.partners.reading import Listed
from kinderwerk.places.reading.findings import Finding

BOUNDS: Final = Bounds(memory=1 << 30, computing=10, seconds=20, answer=4 << 20)
PLAIN: Final = Plain({date: (date.isoformat, date.fromisoformat)})


def read(content: bytes, today: date, words: Mapping[str, str]) -> Listed:
    told = [today.isoformat(), list(words.items())]
    try:
        given, _ = bounded.ask(__name__, told, [content], BOUNDS)
        found: Listed = PLAIN.take(Listed, given)
    except (Unanswered, ValueError, TypeError):
        found = Listed()
        found.findings.fault(Finding(N_("It takes too much time or memory to read.")))
    return found


def answer(told: Any, pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    today, words = told
    listed = reading.read(pieces[0], date.fromisoformat(today), dict(words))
    return PLAIN.give(listed), []
