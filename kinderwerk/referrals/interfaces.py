"""What happens where help systems meet: how many were handed over, and with what answer.

Nothing of it points at a family: what is small is hidden, the rest is rounded, and only half-years
that are over are told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from kinderwerk.core.periods import Period
from kinderwerk.disclosure.protection import protect
from kinderwerk.disclosure.tables import Axis, Kind, Shown, Table, share
from kinderwerk.partners.rules import HelpSystem

#: On which side of the border neighbourhood work for children stands.
OURS: Final = HelpSystem.YOUTH_HELP
HALVES: Final = 4
HERE: Final = "here"
HANDED, ANSWERED, MET, DECLINED = "handed", "answered", "met", "declined"


@dataclass(frozen=True, slots=True)
class Handover:
    """One referral that was sent: to which help system, and what came back."""

    system: HelpSystem
    answered: bool = False
    days: int | None = None  # until somebody of the partner spoke with the family
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Interface:
    """A pair of help systems, from ours to another."""

    begins: HelpSystem
    ends: HelpSystem
    handed: Shown
    answered: int | None  # in percent
    days: int | None  # half of the first contacts came sooner
    declined: Shown


COUNTS: Final[dict[str, Callable[[Handover], bool]]] = {
    HANDED: lambda one: True,
    ANSWERED: lambda one: one.answered,
    MET: lambda one: one.days is not None,
    DECLINED: lambda one: one.declined,
}


def halves(today: date) -> list[Period]:
    """Return the half-years that are over, the latest first."""
    period = Period.holding(today)[1].previous
    found = []
    for _ in range(HALVES):
        found.append(period)
        period = period.previous
    return found


def interfaces(handovers: Sequence[Handover]) -> list[Interface]:
    """Return what may be told of each pair of help systems.

    Each pair stands for itself: there is no sum that would tell what is hidden in another.
    """
    return [
        _told(system, [one for one in handovers if one.system is system]) for system in HelpSystem
    ]


def _told(system: HelpSystem, handovers: Sequence[Handover]) -> Interface:
    protected = protect([_table(name, handovers) for name in COUNTS])
    handed, met = protected.at(HANDED, HERE), protected.at(MET, HERE)
    days = [one.days for one in handovers if one.days is not None]
    return Interface(
        OURS, system, handed, share(protected.at(ANSWERED, HERE), handed),
        None if met.hidden or not days else round(median(days)), protected.at(DECLINED, HERE),
    )  # fmt: skip


def _table(name: str, handovers: Sequence[Handover]) -> Table:
    counted = sum(map(COUNTS[name], handovers))
    return Table(
        name=name, kind=Kind.SENSITIVE, axes=(Axis("pair", (HERE,)),), counts={(HERE,): counted},
        within=None if name == HANDED else HANDED,
    )  # fmt: skip
