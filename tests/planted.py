"""A word that stands for what may never be written to a log: put it into names and sealed texts.

Every line that would be logged in the whole run is searched for it, and its test fails.
"""

import copy
import logging
from typing import Final

from typing_extensions import override

from kinderwerk.web.logs import Discreet, Lines

PLANTED: Final = "Zwaluwhoek"
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
        if PLANTED.casefold() in line.casefold():
            self.seen.append(line)

    def take(self) -> list[str]:
        taken, self.seen = self.seen, []
        return taken
