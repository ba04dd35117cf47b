"""Which dates of a plan fall out for holidays, and on which day it ends where nobody named one."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.activities.series import Series, Until
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.holidays import queries as holidays
from kinderwerk.holidays.rules import DAY, Free, Period, closed, summer


class NoSummer(Refusal):
    message = N_("We do not know when the summer holidays begin. Choose a last day yourself.")
    field = "until"


def settled(
    session: Session, organisation_id: UUID, series: Series, free: Free, until: Until
) -> Series:
    """Return the series as it will be kept: without its holidays, with a last day."""
    series.check_days()
    if series.rule is not None:
        series.rule.check()
        if until.summer:
            series = _before_summer(session, organisation_id, series, free)
        wanted = holidays.free(session, organisation_id, series.begins_on, series.ends_on, free)
        series = without(series, wanted)
        if until.times:
            series = series.after(until.times)
    series.check()
    return series


def without(series: Series, periods: Sequence[Period]) -> Series:
    """Return the series without the days that lie in one of these holidays."""
    open_ = replace(series, closed={})
    return replace(series, closed=closed(periods, (one.day for one in open_.told())))


def _before_summer(session: Session, organisation_id: UUID, series: Series, free: Free) -> Series:
    region = free.school or holidays.here(session, organisation_id).region
    schools = Free(school=region)
    known = holidays.free(session, organisation_id, series.begins_on, series.ends_on, schools)
    found = summer(known, series.begins_on)
    if found is None:
        raise NoSummer
    return replace(series, ends_on=found.first_on - DAY)
