"""Time: stored in UTC, spoken in the zone of the deployment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


class SkippedHour(Refusal):
    message = N_("That time does not exist: the clock jumps forward that night.")


def now() -> datetime:
    return _stopped_at.get() or datetime.now(UTC)


def today(zone: ZoneInfo = AMSTERDAM) -> date:
    """Return the date that people see on the wall."""
    return now().astimezone(zone).date()


@contextmanager
def stopped(moment: datetime) -> Iterator[None]:
    """Stand still at a moment, for tests and for replaying."""
    token = _stopped_at.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)


def from_wall(wall: datetime, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """Read a naive wall time as an instant; the first of two in autumn."""
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if to_wall(instant, zone).replace(tzinfo=None) != wall:
        raise SkippedHour
    return instant


def to_wall(instant: datetime, zone: ZoneInfo = AMSTERDAM) -> datetime:
    return instant.astimezone(zone)


def midnight(day: date, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """Return the instant at which that day begins on the wall."""
    return from_wall(datetime.combine(day, time()), zone)
