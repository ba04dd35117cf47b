"""When a school year is, and what an organisation goes through before a new one."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntFlag
from typing import Final, Self

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

DAY: Final = timedelta(days=1)
#: So long before it begins, the next year is the one that is prepared.
AHEAD: Final = timedelta(days=183)
#: Who was not seen for so long is asked about; keys that are older than a year are, too.
LONG_UNSEEN: Final = timedelta(days=183)
OLD: Final = timedelta(days=365)
MONTHS: Final = 12
#: From these ages on a child is asked as well, answers alone, and is no child any more.
ASKED: Final = 12
ALONE: Final = 16
GROWN: Final = 18


class Part(Labelled):
    """What there is to go through."""

    ACTIVITIES = "activities", N_("Activities to take along")
    HOLIDAYS = "holidays", N_("Holidays of the new year")
    GOALS = "goals", N_("Goals that end")
    GRANTS = "grants", N_("Grants that end")
    PARTNERS = "partners", N_("Agreements with partners")
    TEAM = "team", N_("Certificates, trainings and contracts")
    ACCOUNTS = "accounts", N_("Accounts that nobody uses")
    CHILDREN = "children", N_("Children who grow up")
    KEYS = "keys", N_("Calendars, devices and sites")


class Growing(IntFlag):
    """What changes for a child because it grows up."""

    ASKED = 1
    ALONE = 2
    OUTGROWN = 4
    GROWN = 8


class NoSuchYear(Refusal):
    message = N_("Prepare the school year that runs, or the next one.")


class NoSuchMonth(Refusal):
    message = N_("Choose a month.")
    field = "month"


class NothingChosen(Refusal):
    message = N_("Choose what you take along.")


class NotTakenAlong(Refusal):
    message = N_(
        "“%(title)s” cannot be taken along as it is. Nothing was made: leave it out, and plan it"
        " by hand."
    )


@dataclass(frozen=True, slots=True, order=True)
class SchoolYear:
    """From the first day of a month to the day before it a year later."""

    first: date

    @classmethod
    def holding(cls, day: date, month: int) -> Self:
        return cls(date(day.year - (day.month < month), month, 1))

    @property
    def last(self) -> date:
        return self.first.replace(year=self.first.year + 1) - DAY

    @property
    def number(self) -> int:
        """The year in which it begins, by which it is known."""
        return self.first.year

    @property
    def name(self) -> str:
        one, other = self.first.year, self.last.year
        return f"{one}-{other}" if one < other else str(one)

    def moved(self, years: int) -> "SchoolYear":
        return SchoolYear(self.first.replace(year=self.first.year + years))


def prepared(today: date, month: int) -> SchoolYear:
    """Return the year to prepare: the next one when that is near, else the one that runs."""
    return SchoolYear.holding(today + AHEAD, month)


def within(number: int | None, today: date, month: int) -> SchoolYear:
    """Return the year of that number; none: the one to prepare. Others than these are refused."""
    if number is None:
        return prepared(today, month)
    running = SchoolYear.holding(today, month)
    year = running.moved(number - running.number) if 1 < number < date.max.year else None
    if year is None or not running <= year <= running.moved(1):
        raise NoSuchYear
    return year


def check_month(month: int | None) -> int:
    if month is None or not 1 <= month <= MONTHS:
        raise NoSuchMonth
    return month


def growing(before: int, at_first: int, at_last: int, oldest: int) -> Growing:
    """Return what changes for a child of these ages before a year, and on its first and last day.

    `oldest` is for which age the last of its activities is.
    """
    told = Growing(0)
    for age, flag in ((ASKED, Growing.ASKED), (ALONE, Growing.ALONE)):
        if before < age <= at_last:
            told |= flag
    if at_first > oldest:
        told |= Growing.OUTGROWN
    return told | Growing.GROWN if at_last >= GROWN else told
