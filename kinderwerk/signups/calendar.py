"""A family's dates of an activity, as a file that a calendar reads."""

from collections.abc import Sequence

from icalendar import Calendar, Event

from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.signups.queries import Line


def write(activity: Activity, dates: Sequence[Occurrence], lines: Sequence[Line]) -> bytes:
    """Write the dates for which somebody has a place; it names the activity and no child."""
    placed = [line for line in lines if not line.waits]
    whole = any(line.occurrence_id is None for line in placed)
    chosen = {line.occurrence_id for line in placed}
    calendar = Calendar()
    calendar.add("prodid", "-//Kinderwerk//NL")
    calendar.add("version", "2.0")
    for one in dates:
        if whole or one.id in chosen:
            calendar.add_component(_event(activity, one))
    written: bytes = calendar.to_ical()
    return written


def _event(activity: Activity, one: Occurrence) -> Event:
    event = Event()
    event.add("uid", f"{one.id}@kinderwerk")
    event.add("dtstamp", clock.now())
    event.add("dtstart", one.starts_at)
    event.add("dtend", one.ends_at)
    event.add("summary", activity.title)
    if activity.venue:
        where = (activity.venue.name, activity.venue.address)
        event.add("location", ", ".join(part for part in where if part))
    return event
