"""A plan as iCalendar: the rule with its zone, what was taken out and put in, what is otherwise.

Unlike our feeds, in which each date stands by itself, this is for calendars that take the plan
over; what is read in again gives the same plan.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.repeating import LISTED
from kinderwerk.activities.series import Series
from kinderwerk.core import clock

LONGEST_PLACE: Final = 300


def write(plans: Iterable[tuple[Activity, Sequence[Occurrence]]]) -> bytes:
    made = Calendar()
    made.add("prodid", "-//Kinderwerk//NL")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    for activity, dates in plans:
        for event in _events(activity, dates):
            made.add_component(event)
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _events(activity: Activity, dates: Sequence[Occurrence]) -> Iterable[Event]:
    """Yield the series, and each date that is not as the rule says."""
    if not dates:
        return
    series, zone = activity.series, ZoneInfo(activity.zone)
    by_day = {one.starts_at.astimezone(zone).date(): one for one in dates}
    first = min(by_day)
    yield _master(activity, series, by_day, zone)
    for day, one in sorted(by_day.items()):
        if one.cancelled_at or (series.rule and one.slot != series.slot(day)):
            changed = _event(activity, one.starts_at, one.ends_at, zone)
            if series.rule:
                changed.add("recurrence-id", _at(day, series.starts, zone))
            if one.cancelled_at:
                changed.add("status", "CANCELLED")
            if series.rule or day != first:
                yield changed


def _master(
    activity: Activity, series: Series, by_day: dict[date, Occurrence], zone: ZoneInfo
) -> Event:
    first, last = min(by_day), max(by_day)
    if series.rule is None:
        one = by_day[first]
        made = _event(activity, one.starts_at, one.ends_at, zone)
        if one.cancelled_at:
            made.add("status", "CANCELLED")
        return made
    slot = series.slot(first)
    made = _event(activity, slot.starts_at, slot.ends_at, zone)
    given = {first}
    if series.rule != LISTED:
        given |= {day for day in series.rule.days(series.begins_on, last) if day >= first}
        until = series.slot(last).starts_at.astimezone(UTC)
        made.add("rrule", {**_parts(series.rule.text), "UNTIL": [until]})
    for day in sorted(by_day.keys() - given):
        made.add("rdate", _at(day, series.starts, zone))
    for day in sorted(given - by_day.keys()):
        made.add("exdate", _at(day, series.starts, zone))
    return made


def _event(activity: Activity, starts: datetime, ends: datetime, zone: ZoneInfo) -> Event:
    made = Event()
    made.add("uid", activity.source_uid or f"{activity.id}@kinderwerk")
    made.add("dtstamp", clock.now())
    made.add("dtstart", starts.astimezone(zone))
    made.add("dtend", ends.astimezone(zone))
    made.add("summary", activity.title)
    if activity.description:
        made.add("description", activity.description)
    if place := _place(activity):
        made.add("location", place)
    return made


def _place(activity: Activity) -> str:
    venue = activity.venue
    told = ", ".join(filter(None, (venue.name, venue.address))) if venue else activity.way_there
    return told[:LONGEST_PLACE]


def _at(day: date, starts: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, starts, zone)


def _parts(rule: str) -> dict[str, Any]:
    said = (part.split("=", 1) for part in rule.split(";"))
    return {name: words.split(",") for name, words in said}
