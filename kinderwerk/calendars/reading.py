"""Reading iCalendar as it is found: headers twice, zones of their own, dates taken out or moved.

Each event comes with its dates. A rule is followed on the wall of its own zone and only then
made into moments, so that the clock changes as it does there. Runs in the child.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from html import unescape
from itertools import islice, takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar as Written

from kinderwerk.calendars.events import Calendar, Event, Moments
from kinderwerk.core.words import N_
from kinderwerk.places.reading.findings import Unreadable, Where

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_EVENTS: Final = 2_000
#: More dates than this in one event are a mistake, or an attack.
MOST_DATES: Final = 10_000
LONGEST: Final = 4_000
DAY: Final = timedelta(days=1)
#: What repeats more often than once a day is no programme.
FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


@dataclass(frozen=True, slots=True)
class Window:
    """The days in which dates are looked for, both of them included."""

    first: date
    last: date


def read(content: bytes, window: Window) -> Calendar:
    """Read all events of a file, by their first date; never raises for what is in the file."""
    calendar = Calendar()
    try:
        found = _events(content)
    except Unreadable as reason:
        calendar.findings.fault(reason.at())
        return calendar
    moved = {
        (_text(one, "UID"), _key(one["RECURRENCE-ID"].dt)): one
        for _, one in found
        if hasattr(one.get("RECURRENCE-ID"), "dt")
    }
    masters = {_text(one, "UID") for _, one in found if "RECURRENCE-ID" not in one}
    for number, one in found:
        if "RECURRENCE-ID" in one and _text(one, "UID") in masters:
            continue
        try:
            calendar.events.append(_event(number, one, moved, window))
        except Unreadable as reason:
            calendar.findings.fault(reason.at(Where.EVENT, number))
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            broken = Unreadable(N_("Something in it cannot be read."))
            calendar.findings.fault(broken.at(Where.EVENT, number))
    return calendar


def _events(content: bytes) -> list[tuple[int, Any]]:
    if len(content) > MOST_BYTES:
        raise Unreadable(N_("It is larger than %(most)s MB."), most=MOST_BYTES // 1024 // 1024)
    if b"BEGIN:VCALENDAR" not in content[:10_000].upper():
        raise Unreadable(N_("It is no calendar file."))
    try:  # the library raises whatever it meets
        written = Written.from_ical(content, multiple=True)
    except Exception:
        raise Unreadable(N_("Something in this calendar cannot be read.")) from None
    found = [event for one in written for event in one.walk("VEVENT")]
    if len(found) > MOST_EVENTS:
        raise Unreadable(N_("It has more than %(most)s events."), most=MOST_EVENTS)
    return list(enumerate(found, 1))


def _event(number: int, one: Any, moved: dict[tuple[str, datetime], Any], window: Window) -> Event:
    if "DTSTART" not in one:
        raise Unreadable(N_("It does not say when it begins."))
    first, uid = _first(one), _text(one, "UID")
    rule = "" if "RECURRENCE-ID" in one else _rule(one)
    event = Event(
        number=number, uid=uid, summary=_text(one, "SUMMARY"), location=_text(one, "LOCATION"),
        description=_text(one, "DESCRIPTION"), off=_text(one, "STATUS") == "CANCELLED",
        whole_day=not isinstance(one["DTSTART"].dt, datetime), zone=_zone(first.starts.tzinfo),
        rule=rule, endless=bool(rule) and not {"UNTIL", "COUNT"} & set(one["RRULE"]),
        first=_told(first),
    )  # fmt: skip
    dates = []
    for begins in _beginnings(one, first, rule, window):
        other = moved.get((uid, _key(begins)))
        lasts = _first(other) if other else _lasting(first, begins)
        off = bool(other) and _text(other, "STATUS") == "CANCELLED"
        dates.append(replace(_told(lasts), off=off))
    inside = [date for date in dates if window.first <= date.starts.date() <= window.last]
    return replace(event, dates=tuple(sorted(inside, key=lambda each: each.starts)))


def _first(one: Any) -> Moments:
    """Return when it begins and ends for the first time, as it was written."""
    starts = one["DTSTART"].dt
    whole_day = not isinstance(starts, datetime)
    begins = datetime.combine(starts, time()) if whole_day else starts
    if "DTEND" in one:
        ends = one["DTEND"].dt
        ends = ends if isinstance(ends, datetime) else datetime.combine(ends, time())
        if begins.tzinfo and not ends.tzinfo:
            ends = ends.replace(tzinfo=begins.tzinfo)
        elif ends.tzinfo and not begins.tzinfo:
            ends = ends.replace(tzinfo=None)
    elif "DURATION" in one:
        ends = begins + one["DURATION"].dt
    else:
        ends = begins + DAY if whole_day else begins
    if _instant(ends) < _instant(begins):
        raise Unreadable(N_("It ends before it starts."))
    if whole_day and ends == begins:
        ends += DAY
    return Moments(begins, ends)


def _rule(one: Any) -> str:
    said = one.get("RRULE")
    if said is None:
        return ""
    if isinstance(said, list):
        raise Unreadable(N_("It repeats by more than one rule."))
    if [word for word in said.get("FREQ", ()) if word not in FREQUENCIES]:
        raise Unreadable(N_("It repeats more often than once a day."))
    return str(said.to_ical().decode())


def _beginnings(one: Any, first: Moments, rule: str, window: Window) -> Iterable[datetime]:
    """Return when it begins, each time: by the rule, and by what was added or taken out."""
    zone, wall = first.starts.tzinfo, first.starts.replace(tzinfo=None)
    found = rruleset()
    found.rdate(wall)
    if rule:
        kept = ";".join(part for part in rule.split(";") if not part.startswith("UNTIL="))
        until = one["RRULE"].get("UNTIL")
        try:
            made: Any = rrulestr(kept, dtstart=wall)
            made = made.replace(until=_until(until[0], zone)) if until else made
        except (ValueError, TypeError, KeyError):
            raise Unreadable(N_("How it repeats cannot be understood.")) from None
        found.rrule(made)
    for moment in _listed(one, "RDATE"):
        found.rdate(_on_wall(moment, zone, wall))
    for moment in _listed(one, "EXDATE"):
        found.exdate(_on_wall(moment, zone, wall))
    beyond = datetime.combine(window.last + DAY, time())
    dates = list(islice(takewhile(lambda day: day < beyond, found), MOST_DATES + 1))
    if len(dates) > MOST_DATES:
        raise Unreadable(N_("It has more than %(most)s dates."), most=MOST_DATES)
    return [moment.replace(tzinfo=zone) for moment in dates]


def _until(moment: date | datetime, zone: tzinfo | None) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.max)
    on_wall = moment.astimezone(zone) if moment.tzinfo and zone else moment
    return on_wall.replace(tzinfo=None)


def _listed(one: Any, name: str) -> Iterator[Any]:
    lists = one.get(name, [])
    for each in lists if isinstance(lists, list) else [lists]:
        for moment in each.dts:
            yield moment.dt[0] if isinstance(moment.dt, tuple) else moment.dt


def _on_wall(moment: date | datetime, zone: tzinfo | None, wall: datetime) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, wall.time())
    on_wall = moment.astimezone(zone) if moment.tzinfo and zone else moment
    return on_wall.replace(tzinfo=None)


def _lasting(first: Moments, begins: datetime) -> Moments:
    """Return a date that lasts as long as the first, by the clock on the wall."""
    zone = first.ends.tzinfo
    if zone is None or begins.tzinfo is None:
        return Moments(begins, begins + (first.ends - first.starts))
    walls = (moment.replace(tzinfo=None) for moment in (first.starts, first.ends))
    starts, ends = walls
    later = (begins.replace(tzinfo=None) + (ends - starts)).replace(tzinfo=zone)
    real = _instant(later) > _instant(begins) or first.starts == first.ends
    return Moments(begins, later if real else begins + (first.ends - first.starts))


def _told(moments: Moments) -> Moments:
    return Moments(_instant(moments.starts), _instant(moments.ends))


def _instant(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment


def _key(moment: date | datetime) -> datetime:
    """Return by what a date is named that is moved: zones and days compared alike."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone(zone: tzinfo | None) -> str:
    key = getattr(zone, "key", "")
    known = isinstance(zone, ZoneInfo) and key in available_timezones()
    return str(key) if known else "UTC" if zone is UTC else ""


def _text(one: Any, name: str) -> str:
    said = one.get(name, "")
    first = said[0] if isinstance(said, list) and said else said
    return unescape(str(first)).strip()[:LONGEST]
