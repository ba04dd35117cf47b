"""Which days are holidays, for whom, and how we know. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dateutil.easter import easter

from kinderwerk.accounts.rules import Country
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.places.reading.findings import Findings

LARGEST_UPLOAD: Final = 1024 * 1024
MOST_ROWS: Final = 1_000
LONGEST: Final = timedelta(days=100)
LONGEST_NAME: Final = 80
FIRST_YEAR, LAST_YEAR = 2000, 2199
DAY: Final = timedelta(days=1)


class Kind(Labelled):
    SCHOOL = "school", N_("School holidays")
    PUBLIC = "public", N_("Public holiday")


class Region(Labelled):
    """Where a holiday is; schools in the Netherlands have theirs by region."""

    NORTH = "north", N_("Region North")
    MIDDLE = "middle", N_("Region Middle")
    SOUTH = "south", N_("Region South")
    ALL = "all", N_("Everywhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A holiday from its first day to its last."""

    kind: Kind
    region: Region
    name: str
    first_on: date
    last_on: date

    def holds(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on

    def meets(self, other: "Period") -> bool:
        """Tell whether both mean the same holiday, though perhaps not on the same days."""
        return (
            self.kind is other.kind and self.region is other.region
            and self.first_on <= other.last_on and other.first_on <= self.last_on
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayWish(Period):
    """A holiday as somebody writes it down: where it stands, and when that was looked up."""

    source: str
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of holidays, and what holds for those of which it does not say so itself."""

    content: bytes
    kind: Kind
    region: Region | None
    source: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Free:
    """Which holidays an activity keeps: the school's of a region, and public ones."""

    school: Region | None = None
    public: bool = False

    def keeps(self, period: Period) -> bool:
        if period.kind is Kind.PUBLIC:
            return self.public
        return self.school is not None and period.region in (self.school, Region.ALL)


#: Whatever the calendar says.
GOES_ON: Final = Free()


class EndsBeforeItBegins(Refusal):
    message = N_("The last day is before the first.")
    field = "last_on"


class TooLongAHoliday(Refusal):
    message = N_("No holiday lasts that long. Look at both days.")
    field = "last_on"


class NotInOurTime(Refusal):
    message = N_("That year cannot be right.")
    field = "first_on"


class CheckedLater(Refusal):
    message = N_("You looked it up today at the latest.")
    field = "checked_on"


class HolidayTwice(Refusal):
    message = N_("This holiday is written down already, on days that overlap with these.")
    field = "first_on"


class NothingBroughtIn(Refusal):
    """A file has faults; `found` says which, row by row."""

    message = N_("Nothing was brought in: there is something wrong in the file.")
    field = "file"

    def __init__(self, found: Findings) -> None:
        self.found = found
        super().__init__()


def check(wish: HolidayWish, today: date) -> None:
    check_days(wish.first_on, wish.last_on)
    if wish.checked_on > today:
        raise CheckedLater


def check_days(first: date, last: date) -> None:
    if last < first:
        raise EndsBeforeItBegins
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        raise NotInOurTime
    if last - first >= LONGEST:
        raise TooLongAHoliday


def closed(periods: Iterable[Period], days: Iterable[date]) -> dict[date, str]:
    """Return which of these days lie in a holiday, and in which."""
    known = sorted(periods, key=lambda each: (each.first_on, each.last_on))
    return {
        day: held.name
        for day in days
        if (held := next((each for each in known if each.holds(day)), None))
    }


def summer(periods: Iterable[Period], day: date) -> Period | None:
    """Return the next long holiday in summer after a day, in the order of the calendar."""
    return next(
        (
            each for each in sorted(periods, key=lambda one: one.first_on)
            if each.first_on > day and each.kind is Kind.SCHOOL
            and each.first_on.month in (6, 7, 8) and each.last_on - each.first_on >= 21 * DAY
        ),
        None,
    )  # fmt: skip


def reckoned(country: Country, year: int) -> Sequence[Period]:
    """Return the public holidays that hold in the whole country: fixed days, and those of Easter.

    Whoever works on some of them takes those out by hand.
    """
    sunday = easter(year)
    named = _german(year, sunday) if country is Country.GERMANY else _dutch(year, sunday)
    return [
        Period(kind=Kind.PUBLIC, region=Region.ALL, name=name, first_on=day, last_on=day)
        for name, day in named
    ]


def off(country: Country, own: Iterable[Period], first: date, last: date) -> frozenset[date]:
    """Return the days from first to last on which nobody works, weekends left aside.

    What the organisation wrote down for a year holds; where it wrote nothing, the country's rule.
    """
    periods = list(own)
    written = {period.first_on.year for period in periods}
    for year in range(first.year, last.year + 1):
        if year not in written:
            periods += reckoned(country, year)
    days = (first + step * DAY for step in range((last - first).days + 1))
    return frozenset(closed(periods, days))


def _dutch(year: int, sunday: date) -> list[tuple[str, date]]:
    king = date(year, 4, 27)
    return [
        ("Nieuwjaarsdag", date(year, 1, 1)), ("Eerste paasdag", sunday),
        ("Tweede paasdag", sunday + DAY),
        ("Koningsdag", king - DAY if king.weekday() == 6 else king),
        ("Bevrijdingsdag", date(year, 5, 5)), ("Hemelvaartsdag", sunday + 39 * DAY),
        ("Eerste pinksterdag", sunday + 49 * DAY), ("Tweede pinksterdag", sunday + 50 * DAY),
        ("Eerste kerstdag", date(year, 12, 25)), ("Tweede kerstdag", date(year, 12, 26)),
    ]  # fmt: skip


def _german(year: int, sunday: date) -> list[tuple[str, date]]:
    return [
        ("Neujahr", date(year, 1, 1)), ("Karfreitag", sunday - 2 * DAY),
        ("Ostermontag", sunday + DAY), ("Tag der Arbeit", date(year, 5, 1)),
        ("Christi Himmelfahrt", sunday + 39 * DAY), ("Pfingstmontag", sunday + 50 * DAY),
        ("Tag der Deutschen Einheit", date(year, 10, 3)),
        ("1. Weihnachtstag", date(year, 12, 25)), ("2. Weihnachtstag", date(year, 12, 26)),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What became of holidays that were brought in."""

    added: int
    changed: int
    same: int
