"""How a series repeats: a rule of iCalendar on days, without an end of its own. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Self

from dateutil.rrule import rrule, rrulestr

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: What a rule may say, and how; what takes hours and seconds is no programme.
SAYS: Final[Mapping[str, re.Pattern[str]]] = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "BYDAY": re.compile(r"(?:[+-]?[1-5])?[A-Z]{2}(?:,(?:[+-]?[1-5])?[A-Z]{2}){0,20}"),
    "BYMONTHDAY": re.compile(r"-?[1-9]\d?(?:,-?[1-9]\d?){0,30}"),
    "BYMONTH": re.compile(r"[1-9]\d?(?:,[1-9]\d?){0,11}"),
    "BYSETPOS": re.compile(r"-?[1-5](?:,-?[1-5]){0,9}"),
    "WKST": re.compile("MO|SU"),
}
#: What goes with days and weeks; the rest would have to be looked for through the centuries.
EVERY_DAY: Final = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "WKST"})
LONGEST: Final = 200
DAYS_A_YEAR: Final = 365.2425
_NTH: Final = re.compile(r"([+-]?\d)?([A-Z]{2})")


class Repeats(Labelled):
    """The ways to repeat for which there are words; the others come out of other calendars."""

    ONCE = "once", N_("Once")
    WEEKLY = "weekly", N_("Every week")
    FORTNIGHTLY = "fortnightly", N_("Every two weeks")
    MONTHLY = "monthly", N_("Every month")
    LISTED = "listed", N_("On these dates")
    OTHER = "other", N_("As it is now")


class Nth(Labelled):
    """Which one of its kind in a month."""

    FIRST = "1", N_("The first")
    SECOND = "2", N_("The second")
    THIRD = "3", N_("The third")
    FOURTH = "4", N_("The fourth")
    LAST = "-1", N_("The last")


class NotPlannable(Refusal):
    message = N_("It repeats in a way that cannot be planned here. Choose the dates yourself.")
    field = "repeats"


@dataclass(frozen=True, slots=True)
class Rule:
    """Says on which days something begins; an empty one on none, so that all are listed."""

    text: str

    @classmethod
    def weekly(cls, *days: int, interval: int = 1) -> Self:
        """Return the rule for these days of the week, of which 0 is Monday."""
        every = f";INTERVAL={interval}" if interval > 1 else ""
        return cls(f"FREQ=WEEKLY{every};BYDAY={','.join(DAYS[day] for day in sorted(set(days)))}")

    @classmethod
    def monthly(cls, nth: Nth, *days: int) -> Self:
        named = ",".join(f"{nth.value}{DAYS[day]}" for day in sorted(set(days)))
        return cls(f"FREQ=MONTHLY;BYDAY={named}")

    def check(self) -> None:
        """Refuse what is no rule on days, or not ours to follow."""
        if not self.text:
            return
        parts = [part.partition("=") for part in self.text[: LONGEST + 1].split(";")]
        names = [name for name, _, _ in parts]
        right = all(name in SAYS and SAYS[name].fullmatch(said) for name, _, said in parts)
        if not right or len(self.text) > LONGEST or len(set(names)) < len(names):
            raise NotPlannable
        often = parts[0][2] in ("DAILY", "WEEKLY")
        if names[0] != "FREQ" or (often and not set(names) <= EVERY_DAY):
            raise NotPlannable
        try:
            self._made(date(2000, 1, 1))
        except (ValueError, TypeError, KeyError):
            raise NotPlannable from None

    def days(self, first: date, last: date) -> Iterator[date]:
        """Yield the days from the first to the last, in their order."""
        if self.text:
            for moment in self._made(first).replace(until=datetime.combine(last, time())):
                yield moment.date()

    def _made(self, first: date) -> rrule:
        made = rrulestr(self.text, dtstart=datetime.combine(first, time()))
        if not isinstance(made, rrule):
            raise TypeError("one rule")
        return made

    @property
    def repeats(self) -> Repeats:
        """Return which of the ways in words this is."""
        said = dict(part.split("=") for part in self.text.split(";")) if self.text else {}
        nths = {nth for nth, _ in self._named}
        if not said:
            return Repeats.LISTED
        if said.keys() <= {"FREQ", "INTERVAL", "BYDAY"} and self._named:
            if said["FREQ"] == "WEEKLY" and nths == {""}:
                ways = {"1": Repeats.WEEKLY, "2": Repeats.FORTNIGHTLY}
                return ways.get(said.get("INTERVAL", "1"), Repeats.OTHER)
            if said["FREQ"] == "MONTHLY" and "INTERVAL" not in said and len(nths) == 1:
                return Repeats.MONTHLY if nths <= set(Nth) else Repeats.OTHER
        return Repeats.OTHER

    @property
    def weekdays(self) -> tuple[int, ...]:
        """Return the days of the week that it names."""
        return tuple(sorted(DAYS.index(day) for _, day in self._named if day in DAYS))

    @property
    def nth(self) -> Nth:
        """Return which one in the month it names, or the first."""
        said = next((nth.lstrip("+") for nth, _ in self._named if nth), "1")
        return Nth(said) if said in set(Nth) else Nth.FIRST

    @property
    def _named(self) -> list[tuple[str, str]]:
        said = next((part[6:] for part in self.text.split(";") if part.startswith("BYDAY=")), "")
        return _NTH.findall(said)


#: Only the days that somebody listed.
LISTED: Final = Rule("")


def falling(days: Iterable[date]) -> int:
    """Return on which days of the week these fall, as one number: a bit for each."""
    found = 0
    for day in days:
        found |= 1 << day.weekday()
    return found


def next_year(first: date, last: date, today: date) -> tuple[date, date]:
    """Return both days as many years later as it takes to lie ahead, in whole weeks.

    So each stays on its day of the week, and in its season.
    """
    years, moved = 0, timedelta()
    while first + moved < today:
        years += 1
        moved = timedelta(weeks=round(years * DAYS_A_YEAR / 7))
    return first + moved, last + moved
