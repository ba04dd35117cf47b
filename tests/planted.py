"""Words that stand for what may never be written to a log: put into names and sealed texts.

Every line that would be logged in the whole run is searched for them. Its test fails, or the run
where it belongs to none.
"""

import copy
import logging
from typing import Final

from typing_extensions import override

from kinderwerk.web.logs import Discreet, Lines

PLANTED: Final = "Zwaluwhoek"
#: Of another organisation: in all that nobody else reads, and in what is sealed besides.
SECRET: Final = "Kwikstaartveer"
SEALED: Final = "Nachtegaalsluis"
WORDS: Final = (PLANTED, SECRET, SEALED)
_lines: Final = Lines()
_discreet: Final = Discreet()


class Watchman(logging.Handler):
    """Stands where the handler of a running installation stands, and reads what that writes."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.seen: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        ours = copy.copy(record)  # other handlers get it as it came
        _discreet.filter(ours)
        line = _lines.format(ours)
        if any(word.casefold() in line.casefold() for word in WORDS):
            self.seen.append(line)

    def take(self) -> list[str]:
        taken, self.seen = self.seen, []
        return taken
