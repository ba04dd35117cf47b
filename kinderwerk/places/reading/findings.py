"""What a reader has to say about a file: faults stop an import, notices do not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kinderwerk.core.words import N_, Labelled

#: Whoever has this many faults to mend has enough to go on with.
MOST: Final = 200


class Where(Labelled):
    FILE = "file", N_("The file")
    FEATURE = "feature", N_("Area")
    ROW = "row", N_("Row")
    EVENT = "event", N_("Event")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one place in a file; `message` is translated by whoever shows it."""

    message: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    where: Where = Where.FILE
    number: int | None = None

    @property
    def text(self) -> str:
        """The finding in English, for the command line."""
        place = f"{self.where.label} {self.number}: " if self.number is not None else ""
        return place + self.message % self.values


class Unreadable(ValueError):
    """Something cannot be read; the reader that knows where turns this into a finding."""

    def __init__(self, message: str, **values: str | int) -> None:
        super().__init__(message % values)
        self.message = message
        self.values = values

    def at(self, where: Where = Where.FILE, number: int | None = None) -> Finding:
        return Finding(self.message, self.values, where, number)


@dataclass(slots=True)
class Findings:
    """Collects faults and notices, and stops collecting when there are enough."""

    faults: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)

    def fault(self, finding: Finding) -> None:
        if len(self.faults) < MOST:
            self.faults.append(finding)
        elif len(self.faults) == MOST:
            self.faults.append(Finding(N_("There are more faults; mend these first.")))

    def notice(self, finding: Finding) -> None:
        if len(self.notices) < MOST:
            self.notices.append(finding)
