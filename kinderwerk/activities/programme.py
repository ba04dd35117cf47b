"""What everybody may see of the programme. Core rows: these are the most visited pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
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
    language: str = ""


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
            Activity.languages,
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
            *asked(wish),
        )
        .order_by(Occurrence.starts_at, Activity.title, Activity.id)
        .limit(MOST)
    )  # fmt: skip
    found = (_offer(told) for *told, languages in rows if speaks(languages, wish))
    return [one for one in found if _fits(one, wish)]


def asked(wish: Wish) -> list[ColumnElement[bool]]:
    """Return what is asked of an activity, whatever else a statement reads."""
    asked = []
    if wish.text:
        asked.append(
            or_(
                Activity.title.icontains(wish.text, autoescape=True),
                Activity.summary.icontains(wish.text, autoescape=True),
            )
        )
    if wish.neighbourhood_id:
        asked.append(Activity.venue.has(Venue.neighbourhood_id == wish.neighbourhood_id))
    if wish.age is not None:
        asked += [Activity.age_from <= wish.age, Activity.age_to >= wish.age]
    if wish.theme:
        first = and_(ActivityGoal.position == 0, Theme.code == wish.theme)
        serves = select(ActivityGoal.activity_id).join(Goal, Goal.id == ActivityGoal.goal_id)
        asked.append(Activity.id.in_(serves.join(Theme, Theme.id == Goal.theme_id).where(first)))
    if wish.free:
        asked.append(Activity.price_cents == 0)
    if wish.wheelchair:
        asked.append(Activity.venue.has(Venue.wheelchair.is_(True)))
    return asked


def speaks(languages: Sequence[str], wish: Wish) -> bool:
    return not wish.language or wish.language in languages


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
