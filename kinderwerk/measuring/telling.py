"""Which answers are told, so that no two looks with a few answers between them give those away."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from kinderwerk.core.periods import Period
from kinderwerk.measuring.rules import enough

Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one session answered: on which day it was, and on which it was written down."""

    held: date
    day: date
    counts: Counts


def told(year: int, written: Iterable[Written], today: date) -> dict[Period, Counts]:
    """Return of each period of a year what is told of its answers on that day.

    A session with enough answers is told by itself, the day after. Sessions with fewer wait for
    each other and stay together from then on: in their quarter, and when that is over in the
    half-year and the year. So whatever days, periods and sessions are compared, what one has more
    than another is nothing, or enough.
    """
    whole = Period(year)
    found: dict[Period, list[Counts]] = defaultdict(list)
    waiting: dict[Period, list[tuple[date, Counts]]] = defaultdict(list)
    for one in written:
        if one.day >= today:
            continue
        around = Period.holding(one.held)
        if enough(sum(one.counts)):
            for period in around:
                found[period].append(one.counts)
        else:
            open_then = (period for period in around if one.day <= period.ends)
            waiting[next(open_then, whole)].append((one.day, one.counts))
    for period in (*whole.quarters, *whole.parts, whole):
        longer = [one for one in (*whole.parts, whole) if set(period.quarters) < set(one.quarters)]
        *together, rest = _gathered(waiting[period])
        for within in (period, *longer):
            found[within] += together
        if rest and longer and period.ends < today:
            waiting[longer[0]].append((period.ends, rest))
    return {period: _added(counts) for period, counts in found.items() if counts}


def _gathered(waiting: Iterable[tuple[date, Counts]]) -> Iterator[Counts]:
    """Yield what is enough together, whole days in their order, and at last what is left."""
    pool: Counts = ()
    for _, some in groupby(sorted(waiting), key=itemgetter(0)):
        pool = _added([pool, *(counts for _, counts in some)])
        if enough(sum(pool)):
            yield pool
            pool = ()
    yield pool


def _added(some: Iterable[Counts]) -> Counts:
    return tuple(sum(column) for column in zip(*filter(None, some), strict=True))
