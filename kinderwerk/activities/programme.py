"""What everybody may see of the programme. Core rows: these are the most visited pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Activity, ActivityGoal, Occurrence
from kinderwerk.activities.rules import PRIVATE, Drawing, SignupKind, State
from kinderwerk.core import clock
from kinderwerk.files.models import StoredFile, mark
from kinderwerk.goals.models import Goal, Theme
from kinderwerk.goals.rules import ThemeCode
from kinderwerk.places.models import Neighbourhood, Venue

AHEAD: Final = timedelta(days=21)
MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a parent looks for; what is empty does not matter."""

    text: str = ""
    neighbourhood_id: UUID | None = None
    weekday: int | None = None
    age: int | None = None
    theme: ThemeCode | None = None
    places: bool = False
    free: bool = False
    wheelchair: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """The small one, for a card."""

    mark: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Offer:
    """One date of an activity, as a card shows it."""

    id: UUID
    title: str
    summary: str
    drawing: Drawing
    theme: ThemeCode
    age_from: int
    age_to: int
    price_cents: int
    signup: SignupKind
    starts_at: datetime
    ends_at: datetime
    venue: str | None
    neighbourhood: str | None
    left: int | None
    photo: Photo | None = None

    @property
    def day(self) -> date:
        return clock.to_wall(self.starts_at).date()


def offers(session: Session, wish: Wish) -> Sequence[Offer]:
    """Return the dates of the coming weeks that fit, soonest first, in one statement."""
    now = clock.now()
    rows = session.execute(
        select(
            Activity.id, Activity.title, Activity.summary, Activity.drawing, Theme.code,
            Activity.age_from, Activity.age_to, Activity.price_cents, Activity.signup,
            Occurrence.starts_at, Occurrence.ends_at, Venue.name, Neighbourhood.name,
            Activity.capacity, Activity.taken, Occurrence.capacity, Occurrence.taken,
            StoredFile.sha256, StoredFile.alt, StoredFile.small_width, StoredFile.small_height,
        )
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .join(ActivityGoal, ActivityGoal.activity_id == Activity.id)
        .join(Goal, Goal.id == ActivityGoal.goal_id)
        .join(Theme, Theme.id == Goal.theme_id)
        .outerjoin(Venue, Venue.id == Activity.venue_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Venue.neighbourhood_id)
        .outerjoin(StoredFile, StoredFile.id == Activity.photo_id)
        .where(
            Activity.state == State.PUBLISHED,
            Activity.format.not_in(PRIVATE),
            ActivityGoal.position == 0,
            Occurrence.cancelled_at.is_(None),
            Occurrence.ends_at > now,
            Occurrence.starts_at < now + AHEAD,
            *_asked(wish),
        )
        .order_by(Occurrence.starts_at, Activity.title, Activity.id)
        .limit(MOST)
    )  # fmt: skip
    found = (_offer(row) for row in rows)
    return [one for one in found if _fits(one, wish)]


def _asked(wish: Wish) -> list[Any]:
    asked = []
    if wish.text:
        asked.append(
            or_(
                Activity.title.icontains(wish.text, autoescape=True),
                Activity.summary.icontains(wish.text, autoescape=True),
            )
        )
    if wish.neighbourhood_id:
        asked.append(Venue.neighbourhood_id == wish.neighbourhood_id)
    if wish.age is not None:
        asked += [Activity.age_from <= wish.age, Activity.age_to >= wish.age]
    if wish.theme:
        asked.append(Theme.code == wish.theme)
    if wish.free:
        asked.append(Activity.price_cents == 0)
    if wish.wheelchair:
        asked.append(Venue.wheelchair.is_(True))
    return asked


def _fits(offer: Offer, wish: Wish) -> bool:
    """Tell what the database cannot: the weekday on the wall, and whether there is room."""
    if wish.weekday is not None and offer.day.weekday() != wish.weekday:
        return False
    return not wish.places or offer.left != 0


def _offer(row: Any) -> Offer:
    *told, capacity, taken, day_capacity, day_taken, sha256, alt, width, height = row
    signup: SignupKind = told[8]
    left = None
    if signup is SignupKind.SERIES and capacity is not None:
        left = capacity - taken
    if signup is SignupKind.PER_DAY and day_capacity is not None:
        left = day_capacity - day_taken
    photo = Photo(mark(sha256), alt, width, height) if sha256 else None
    values: Any = (*told, left, photo)
    return Offer(*values)


def by_day(found: Sequence[Offer]) -> list[tuple[date, list[Offer]]]:
    days: dict[date, list[Offer]] = {}
    for one in found:
        days.setdefault(one.day, []).append(one)
    return list(days.items())


def coming(session: Session, activity_id: UUID) -> Sequence[Occurrence]:
    """Return the dates that are still to come, the cancelled ones too: parents must see those."""
    return session.scalars(
        select(Occurrence)
        .where(Occurrence.activity_id == activity_id, Occurrence.ends_at > clock.now())
        .order_by(Occurrence.starts_at)
        .limit(60)
    ).all()


def organiser(session: Session, activity: Activity) -> Organisation:
    return session.get_one(Organisation, activity.organisation_id)


def neighbourhoods(session: Session) -> list[tuple[UUID, str]]:
    """Return the neighbourhoods in which something is on, by name."""
    rows = session.execute(
        select(Neighbourhood.id, Neighbourhood.name)
        .where(
            Neighbourhood.id.in_(
                select(Venue.neighbourhood_id)
                .join(Activity, Activity.venue_id == Venue.id)
                .where(Activity.state == State.PUBLISHED)
            )
        )
        .order_by(func.lower(Neighbourhood.name))
    )
    return [(row.id, row.name) for row in rows]


def calendar(activity: Activity, dates: Sequence[Occurrence], url: str) -> bytes:
    """Return the dates as iCalendar; a cancelled one is told as cancelled."""
    made = Calendar()
    made.add("prodid", "-//Kinderwerk//NL")
    made.add("version", "2.0")
    made.add("x-wr-calname", activity.title)
    for one in dates:
        event = Event()
        event.add("uid", f"{one.id}@kinderwerk")
        event.add("summary", activity.title)
        event.add("dtstart", one.starts_at.astimezone(ZoneInfo("UTC")))
        event.add("dtend", one.ends_at.astimezone(ZoneInfo("UTC")))
        event.add("dtstamp", one.created_at)
        event.add("status", "CANCELLED" if one.cancelled_at else "CONFIRMED")
        event.add("url", url)
        if activity.venue:
            place = ", ".join(p for p in (activity.venue.name, activity.venue.address) if p)
            event.add("location", place)
        made.add_component(event)
    return bytes(made.to_ical())
