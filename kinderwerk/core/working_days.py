"""Deadlines in working days: Monday to Friday, without the days that are free. Pure."""

from collections.abc import Container
from datetime import date, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
#: How far around today free days are read: no deadline in working days is longer.
HORIZON: Final = timedelta(days=92)


def works(day: date, free: Container[date] = ()) -> bool:
    return day.weekday() < 5 and day not in free


def after(day: date, many: int, free: Container[date] = ()) -> date:
    """Return the day so many working days after; the same day when there are none to wait."""
    while many > 0:
        day += DAY
        many -= works(day, free)
    return day


def over_since(many: int, today: date, free: Container[date] = ()) -> date:
    """Return the last day for which so many working days are over today.

    `after(over_since(…), many)` lies before today, and of no later day.
    """
    day = today
    while after(day, many, free) >= today:
        day -= DAY
    return day
