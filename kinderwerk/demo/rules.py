"""Which school year the made-up neighbourhood lives in, and where it may be made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import ip_address
from typing import Final, Self

from kinderwerk.core.periods import Period

WEEK: Final = timedelta(days=7)
#: The same seed makes the same neighbourhood.
SEED: Final = 20_231_117


class NotEmpty(Exception):
    """There are data here that the demo did not make."""


class NotMadeUp(Exception):
    """The demo is switched on where it may not be, or off where only it belongs."""


@dataclass(frozen=True, slots=True)
class Season:
    """A school year, from the first lesson to the summer holidays."""

    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The time in which the neighbourhood lives: up to today, and to the end of the year."""

    today: date
    now: Season
    before: Season | None  # as far as the two half-years that are over reach back into it
    finished: Period

    @classmethod
    def of(cls, today: date) -> Self:
        finished = Period.holding(today)[1].previous
        year = today.year if today.month >= 8 else today.year - 1
        now = Season(_monday(date(year, 8, 28)), _last_day(year + 1, today))
        first = max(finished.previous.begins, _monday(date(year - 1, 8, 28)))
        earlier = Season(first, date(year, 7, 10))
        long_enough = earlier.ends - earlier.begins > 8 * WEEK
        return cls(today, now, earlier if long_enough else None, finished)

    @property
    def begins(self) -> date:
        """Return the day before which nothing is told."""
        return self.finished.previous.begins

    @property
    def near(self) -> tuple[date, date]:
        """Return between which days something always takes place: somebody may look in."""
        return self.today - WEEK, self.today + 2 * WEEK

    @property
    def holidays(self) -> Sequence[tuple[str, date, date]]:
        """Return the holidays that are written down: those that leave the days around today."""
        first, last = self.near
        return [one for one in _holidays(self.now) if one[2] < first or one[1] > last]

    def skipped(self, weekday: int) -> frozenset[date]:
        """Return the days of that weekday in the holidays, except in the days around today."""
        near = self.near
        return frozenset(
            day
            for _, first, last in _holidays(self.now)
            for day in _days(first, last)
            if day.weekday() == weekday and not near[0] <= day <= near[1]
        )


def _monday(day: date) -> date:
    return day + timedelta(days=(7 - day.weekday()) % 7)


def _last_day(year: int, today: date) -> date:
    """Return the last day of school, or of the summer for who looks in during the summer."""
    usual = date(year, 7, 9)
    return usual if today < usual - 2 * WEEK else date(year, 8, 27)


def _holidays(season: Season) -> Sequence[tuple[str, date, date]]:
    year = season.begins.year
    return (
        ("Herfstvakantie", date(year, 10, 17), date(year, 10, 25)),
        ("Kerstvakantie", date(year, 12, 19), date(year + 1, 1, 3)),
        ("Voorjaarsvakantie", date(year + 1, 2, 20), date(year + 1, 2, 28)),
        ("Meivakantie", date(year + 1, 4, 24), date(year + 1, 5, 9)),
    )


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def at_home(host: str) -> bool:
    """Tell whether nobody but this computer hears what listens there."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
