"""When a venue is open, by weekday. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

#: As a day that is over is written where a day ends.
MIDNIGHT: Final = time(0)
DAYS: Final = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip
Stored = Sequence[Sequence[str] | None]


class _Wrong(Refusal):
    def __init__(self, day: int) -> None:
        super().__init__()
        self.field = f"opens_{day}"


class HalfADay(_Wrong):
    message = N_("Fill in from when and until when, or leave both empty.")


class ClosesBeforeItOpens(_Wrong):
    message = N_("It closes before it opens.")


@dataclass(frozen=True, slots=True)
class Opening:
    """From when until when it is open, by weekday, 0 for Monday; nothing at all: not known."""

    days: Mapping[int, tuple[time, time]] = field(default_factory=dict)

    @classmethod
    def read(cls, stored: Stored) -> "Opening":
        told = {day: hours for day, hours in enumerate(stored) if hours}
        return cls(
            {day: (time.fromisoformat(a), time.fromisoformat(b)) for day, (a, b) in told.items()}
        )

    def written(self) -> list[list[str] | None]:
        if not self.days:
            return []
        return [
            [each.isoformat("minutes") for each in self.days[day]] if day in self.days else None
            for day in range(7)
        ]

    def on(self, day: date) -> tuple[time, time] | None:
        return self.days.get(day.weekday())

    def holds(self, starts: datetime, ends: datetime) -> bool:
        """Tell whether it is open all the time between two wall times; a stay of days is fine."""
        hours = self.on(starts)
        if not self.days or ends.date() != starts.date():
            return True
        return hours is not None and (
            hours[0] <= starts.time() and (hours[1] == MIDNIGHT or ends.time() <= hours[1])
        )


def check(said: Mapping[int, tuple[time | None, time | None]]) -> Opening:
    """Return the opening hours that somebody filled in, or refuse half of a day."""
    days = {}
    for day, (opens, closes) in said.items():
        if (opens is None) != (closes is None):
            raise HalfADay(day)
        if opens is not None and closes is not None:
            if closes <= opens and closes != MIDNIGHT:
                raise ClosesBeforeItOpens(day)
            days[day] = (opens, closes)
    return Opening(days)
