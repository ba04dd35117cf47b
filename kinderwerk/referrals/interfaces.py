"""What happens where help systems meet: how many were handed over, and with what answer.

Nothing of it points at a family: what is small is hidden, the rest is rounded, and only half-years
that are over are told.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from kinderwerk.core.periods import Period
from kinderwerk.disclosure.protection import protect
from kinderwerk.disclosure.tables import Axis, Kind, Shown, Split, Table, share
from kinderwerk.partners.rules import HelpSystem

HALVES: Final = 4
HERE, ALL = "here", "all"
HANDED, ANSWERED, MET = "handed", "answered", "met"
WAITED, DECLINED = "waited", "declined"


@dataclass(frozen=True, slots=True)
class Handover:
    """One referral that was sent: to which help system, and what came back."""

    system: HelpSystem
    answered: bool = False
    days: int | None = None  # until somebody of the partner spoke with the family
    declined: bool = False
    waited: bool = False  # on the partner's waiting list


@dataclass(frozen=True, slots=True)
class Interface:
    """A pair of help systems, from ours to another; or from ours to all of them together."""

    begins: HelpSystem
    ends: HelpSystem | None
    handed: Shown
    answered: int | None  # in percent
    days: int | None  # half of the first contacts came sooner
    waited: Shown
    declined: Shown
    open: frozenset[str] = frozenset()  # which of its counts are told


COUNTS: Final[dict[str, Callable[[Handover], bool]]] = {
    HANDED: lambda one: True,
    ANSWERED: lambda one: one.answered,
    MET: lambda one: one.days is not None,
    WAITED: lambda one: one.waited,
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


def interfaces(handovers: Sequence[Handover], ours: HelpSystem) -> list[Interface]:
    """Return what may be told of each pair of help systems, and of all together if that may stand.

    Who knows the total and the pairs knows what lies between. So it is only told where beside it
    every pair can be told that could be told alone.
    """
    alone = [_pair(ours, system, handovers) for system in HelpSystem]
    beside = _beside(ours, handovers)
    open_alone = {(one.ends, part) for one in alone for part in one.open}
    open_beside = {(one.ends, part) for one in beside for part in one.open}
    return beside if open_alone <= open_beside else alone


def outside(handovers: Sequence[Handover], ours: HelpSystem) -> list[Interface]:
    """Return the pairs as a report tells them, in which all referrals stand beside them.

    Who knows how many there were knows what is left of them for the pairs that are not told. So as
    many are told, the largest first, as leave enough for each of the others; or all of them.
    """
    often = Counter(one.system for one in handovers)
    pairs = [_pair(ours, system, handovers) for system in HelpSystem]
    if not any(one.handed.hidden for one in pairs):
        return pairs
    told: set[HelpSystem | None] = set()
    left = len(handovers)
    for one in sorted(pairs, key=lambda one: -(one.handed.count or 0)):
        if one.ends and not one.handed.hidden and left - often[one.ends] >= Kind.SENSITIVE.minimum:
            told.add(one.ends)
            left -= often[one.ends]
    hidden = Shown(Kind.SENSITIVE, None)
    return [
        one
        if one.ends in told
        else Interface(one.begins, one.ends, hidden, None, None, hidden, hidden)
        for one in pairs
    ]


def _pair(ours: HelpSystem, system: HelpSystem, handovers: Sequence[Handover]) -> Interface:
    held = [one for one in handovers if one.system is system]
    axis = Axis("pair", (HERE,))
    protected = protect([_table(name, axis, {HERE: held}) for name in COUNTS])
    return _told(ours, system, held, {name: protected.at(name, HERE) for name in COUNTS})


def _beside(ours: HelpSystem, handovers: Sequence[Handover]) -> list[Interface]:
    """Return each pair and the total as they may be told beside each other."""
    pairs = {one.value: [each for each in handovers if each.system is one] for one in HelpSystem}
    axis = Axis("pair", (ALL, *pairs), (Split(ALL, tuple(pairs)),))
    held = {ALL: handovers, **pairs}
    protected = protect([_table(name, axis, held) for name in COUNTS])
    ends: dict[str, HelpSystem | None] = {one.value: one for one in HelpSystem}
    ends[ALL] = None
    return [
        _told(ours, system, held[key], {name: protected.at(name, key) for name in COUNTS})
        for key, system in ends.items()
    ]


def _told(
    ours: HelpSystem, ends: HelpSystem | None, held: Sequence[Handover], shown: Mapping[str, Shown]
) -> Interface:
    days = [one.days for one in held if one.days is not None]
    return Interface(
        ours, ends, shown[HANDED], share(shown[ANSWERED], shown[HANDED]),
        None if shown[MET].hidden or not days else round(median(days)), shown[WAITED],
        shown[DECLINED],
        frozenset(name for name, one in shown.items() if not one.hidden),
    )  # fmt: skip


def _table(name: str, axis: Axis, held: Mapping[str, Sequence[Handover]]) -> Table:
    return Table(
        name=name, kind=Kind.SENSITIVE, axes=(axis,),
        counts={(key,): sum(map(COUNTS[name], some)) for key, some in held.items()},
        within=None if name == HANDED else HANDED,
    )  # fmt: skip
