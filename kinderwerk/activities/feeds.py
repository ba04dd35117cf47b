"""The programme as calendars to subscribe to: what moves, moves there; what is off, says so.

A date keeps its UID for as long as it exists, and its SEQUENCE grows with each change, so that a
strict client takes over what is new. Times are told as moments in UTC: no client has to know when
the clock changes here.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event, vDuration, vText
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from kinderwerk.activities import programme, wording
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.programme import Wish
from kinderwerk.activities.rules import PRIVATE, State
from kinderwerk.activities.series import Slot
from kinderwerk.core import clock
from kinderwerk.core.words import ORIGINAL

#: How far back a calendar reaches, and that of a whole programme ahead.
BEHIND: Final = timedelta(days=31)
AHEAD: Final = timedelta(days=183)
MOST: Final = 1000
#: How often a client should come back, as RFC 7986 writes it.
EVERY: Final = timedelta(hours=4)


def activity(session: Session, activity_id: UUID) -> Activity:
    """Return an activity that is or was in the programme."""
    return session.scalars(
        select(Activity).where(Activity.id == activity_id, *_in_programme())
    ).one()


def of_activity(session: Session, activity_id: UUID) -> Sequence[Occurrence]:
    return dates(session, *_in_programme(), Activity.id == activity_id)


def of_programme(session: Session, wish: Wish) -> Sequence[Occurrence]:
    """Return the dates that fit, whether or not there is still room."""
    near = Occurrence.starts_at < clock.now() + AHEAD
    return [
        one
        for one in dates(session, *_in_programme(), near, *programme.asked(wish))
        if programme.speaks(one.activity.languages, wish)
        and wish.weekday in (None, clock.to_wall(one.starts_at).weekday())
    ]


def to_come(session: Session, wish: Wish) -> Sequence[Occurrence]:
    """Return the dates that fit and are not over."""
    return [one for one in of_programme(session, wish) if one.ends_at > clock.now()]


def write(name: str, dates: Iterable[Occurrence], site: str, language: str = ORIGINAL) -> bytes:
    """Write dates as iCalendar; `site` is the address before the path of an activity's page."""
    told = (event(one.activity, one, page(one, site), language=language) for one in dates)
    return bound(name, told)


def page(date: Occurrence, site: str) -> str:
    return f"{site}/programme/{date.activity_id}"


def bound(name: str, events: Iterable[Event]) -> bytes:
    """Write events as one calendar to subscribe to."""
    made = Calendar()
    made.add("prodid", "-//Kinderwerk//NL")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", vText(name))
    made.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(EVERY))
    for one in events:
        made.add_component(one)
    return bytes(made.to_ical())


def event(
    activity: Activity, date: Occurrence, url: str, *, whom: str = "", tentative: bool = False,
    language: str = ORIGINAL,
) -> Event:  # fmt: skip
    """Return a date as every calendar of ours tells it: with no child and no parent in it.

    But for whom it is, in the calendar of a parent who asked for that.
    """
    off = is_off(activity, date)
    made = Event()
    made.add("uid", f"{date.id}@kinderwerk")
    made.add("sequence", 4 * activity.version + 2 * off + (not tentative))
    made.add("dtstamp", date.cancelled_at or date.created_at)
    made.add("dtstart", date.starts_at.astimezone(UTC))
    made.add("dtend", date.ends_at.astimezone(UTC))
    title = wording.title(activity, language)
    told = f"{whom}: {title.text}" if whom else title.text
    made.add("summary", told, parameters={"LANGUAGE": title.language})
    made.add("status", "CANCELLED" if off else "TENTATIVE" if tentative else "CONFIRMED")
    made.add("url", url)
    if date.note:
        made.add("description", date.note)
    if venue := date.place:
        made.add("location", ", ".join(filter(None, (venue.name, venue.address))))
    return made


def struck(activity: Activity, date_id: UUID, slot: Slot) -> Event:
    """Return a date that is no more, so that a calendar which knows it strikes it out."""
    made = Event()
    made.add("uid", f"{date_id}@kinderwerk")
    made.add("sequence", 4 * activity.version + 3)
    made.add("dtstamp", clock.now())
    made.add("dtstart", slot.starts_at.astimezone(UTC))
    made.add("dtend", slot.ends_at.astimezone(UTC))
    made.add("summary", activity.title)
    made.add("status", "CANCELLED")
    return made


def is_off(activity: Activity, date: Occurrence) -> bool:
    ended = activity.state is State.ENDED and date.starts_at > clock.now()
    return ended or date.cancelled_at is not None


def _in_programme() -> tuple[ColumnElement[bool], ...]:
    """Select what is published, or was: calendars go on hearing that it does not go on."""
    was = and_(Activity.state == State.ENDED, Activity.published_at.is_not(None))
    return or_(Activity.state == State.PUBLISHED, was), Activity.format.not_in(PRIVATE)


def dates(session: Session, *wanted: ColumnElement[bool]) -> Sequence[Occurrence]:
    """Return dates since some weeks ago, with all that a calendar says of them."""
    found = (
        select(Occurrence)
        .join(Occurrence.activity)
        .options(
            contains_eager(Occurrence.activity).options(
                joinedload(Activity.venue), joinedload(Activity.photo), selectinload(Activity.words)
            )
        )
        .where(Occurrence.ends_at > clock.now() - BEHIND, *wanted)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MOST)
    )
    return session.scalars(found).unique().all()
