"""What everybody may see of the programme. Core rows: these are the most visited pages."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, select, union
from sqlalchemy.orm import Session, aliased

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities import wording
from kinderwerk.activities.models import (
    Activity,
    ActivityGoal,
    ActivityStaff,
    ActivityWords,
    Occurrence,
    at_its_place,
)
from kinderwerk.activities.rules import PRIVATE, Drawing, SignupKind, State, first_name
from kinderwerk.core import clock
from kinderwerk.core.words import ORIGINAL
from kinderwerk.files.models import StoredFile, mark
from kinderwerk.goals.models import Goal, Theme
from kinderwerk.goals.rules import ThemeCode
from kinderwerk.places.models import Neighbourhood, Venue

AHEAD: Final = timedelta(days=21)
MOST: Final = 200
#: So many are seen at once without closing what is further away.
FEW: Final = 12
#: Where a row of an offer says how children sign up.
SIGNUP: Final = 7


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
    drawing: Drawing
    theme: ThemeCode
    age_from: int
    age_to: int
    price_cents: int
    signup: SignupKind
    starts_at: datetime
    ends_at: datetime
    venue_id: UUID | None
    venue: str | None
    address: str | None
    latitude: float | None
    longitude: float | None
    neighbourhood_id: UUID | None
    neighbourhood: str | None
    wheelchair: bool | None
    language: str  # that of the title
    undrawn: bool
    left: int | None
    photo: Photo | None = None

    @property
    def day(self) -> date:
        return clock.to_wall(self.starts_at).date()


def offers(
    session: Session, wish: Wish, language: str = ORIGINAL, organisation_id: UUID | None = None
) -> Sequence[Offer]:
    """Return the dates of the coming weeks that fit, soonest first, in one statement."""
    now = clock.now()
    title = func.coalesce(ActivityWords.title, Activity.title)
    rows = session.execute(
        select(
            Activity.id, title, Activity.drawing, Theme.code,
            Activity.age_from, Activity.age_to, Activity.price_cents, Activity.signup,
            Occurrence.starts_at, Occurrence.ends_at, Venue.id, Venue.name, Venue.address,
            Venue.latitude, Venue.longitude, Neighbourhood.id, Neighbourhood.name,
            Venue.wheelchair, wording.language_of(language), _undrawn(),
            Activity.capacity, _spoken_for(), Occurrence.capacity, Occurrence.taken,
            StoredFile.sha256, StoredFile.alt, StoredFile.small_width, StoredFile.small_height,
            Activity.languages,
        )
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .join(ActivityGoal, ActivityGoal.activity_id == Activity.id)
        .join(Goal, Goal.id == ActivityGoal.goal_id)
        .join(Theme, Theme.id == Goal.theme_id)
        .outerjoin(ActivityWords, wording.of(language))
        .outerjoin(Venue, at_its_place())
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
            *([Activity.organisation_id == organisation_id] if organisation_id else []),
        )
        .order_by(Occurrence.starts_at, title, Activity.id)
        .limit(MOST)
    )  # fmt: skip
    found = (_offer(told) for *told, languages in rows if speaks(languages, wish))
    return [one for one in found if _fits(one, wish)]


def _undrawn() -> ColumnElement[bool]:
    return and_(Activity.draw_closes_at.is_not(None), Activity.drawn_at.is_(None))


def _spoken_for() -> ColumnElement[int]:
    """Return how many places of a series are taken, or kept apart; none before a draw."""
    kept = Activity.draw_reserved - Activity.reserved_taken
    return case((Activity.drawn_at.is_(None), Activity.taken), else_=Activity.taken + kept)


def _there(holds: Callable[[type[Venue]], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Hold for dates at such a venue, which may be another than that of their activity."""
    venue = aliased(Venue)
    place = func.coalesce(Occurrence.venue_id, Activity.venue_id)
    return exists().where(venue.id == place, holds(venue)).correlate(Occurrence, Activity)


def asked(wish: Wish) -> list[ColumnElement[bool]]:
    """Return what is asked of dates and their activity, whatever else a statement reads."""
    asked = []
    if wish.text:
        asked.append(wording.mentions(wish.text))
    if wish.neighbourhood_id:
        asked.append(_there(lambda venue: venue.neighbourhood_id == wish.neighbourhood_id))
    if wish.age is not None:
        asked += [Activity.age_from <= wish.age, Activity.age_to >= wish.age]
    if wish.theme:
        first = and_(ActivityGoal.position == 0, Theme.code == wish.theme)
        serves = select(ActivityGoal.activity_id).join(Goal, Goal.id == ActivityGoal.goal_id)
        asked.append(Activity.id.in_(serves.join(Theme, Theme.id == Goal.theme_id).where(first)))
    if wish.free:
        asked.append(Activity.price_cents == 0)
    if wish.wheelchair:
        asked.append(_there(lambda venue: venue.wheelchair.is_(True)))
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
    signup: SignupKind = told[SIGNUP]
    left = None
    if signup is SignupKind.SERIES and capacity is not None:
        left = capacity - taken
    if signup is SignupKind.PER_DAY and day_capacity is not None:
        left = day_capacity - day_taken
    photo = Photo(mark(sha256), alt, width, height) if sha256 else None
    values: Any = (*told, left, photo)
    return Offer(*values)


Days = list[tuple[date, list[Offer]]]


def by_day(found: Sequence[Offer]) -> Days:
    days: dict[date, list[Offer]] = {}
    for one in found:
        days.setdefault(one.day, []).append(one)
    return list(days.items())


@dataclass(frozen=True, slots=True)
class Week:
    days: Days
    dates: int


def by_week(found: Sequence[Offer]) -> list[Week]:
    """Return seven days at a time, from the first on; few are not taken apart."""
    if len(found) <= FEW:
        return [Week(by_day(found), len(found))] if found else []
    first, weeks = found[0].day, dict[int, list[Offer]]()
    for one in found:
        weeks.setdefault((one.day - first).days // 7, []).append(one)
    return [Week(by_day(some), len(some)) for some in weeks.values()]


@dataclass(frozen=True, slots=True)
class Surrounding:
    """A neighbourhood in which something is on, and between which degrees its venues lie."""

    id: UUID
    name: str
    south: float | None
    north: float | None
    west: float | None
    east: float | None

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """Its sides, if a venue in it has a point."""
        if self.south is None or self.north is None or self.west is None or self.east is None:
            return None
        return self.south, self.west, self.north, self.east


@dataclass(frozen=True, slots=True)
class Round:
    """An activity with its dates, for whoever looks at a place instead of a day."""

    first: Offer
    later: int


@dataclass(frozen=True, slots=True)
class Corner:
    """A neighbourhood and what is on there; without an id what is elsewhere or nowhere fixed."""

    id: UUID | None
    name: str | None
    rounds: Sequence[Round]


def by_neighbourhood(found: Sequence[Offer]) -> list[Corner]:
    """Return the neighbourhoods by name, each with its activities once; without one comes last."""
    names: dict[UUID | None, str | None] = {}
    corners: dict[UUID | None, dict[UUID, list[Offer]]] = {}
    for one in found:
        names[one.neighbourhood_id] = one.neighbourhood
        corners.setdefault(one.neighbourhood_id, {}).setdefault(one.id, []).append(one)
    ordered = sorted(corners, key=lambda id: (id is None, (names[id] or "").casefold()))
    return [Corner(id, names[id], rounds(corners[id].values())) for id in ordered]


def rounds(dates: Iterable[Sequence[Offer]]) -> list[Round]:
    return [Round(each[0], len(each) - 1) for each in dates]


def coming(session: Session, activity_id: UUID) -> Sequence[Occurrence]:
    """Return the dates that are still to come, the cancelled ones too: parents must see those."""
    return session.scalars(
        select(Occurrence)
        .where(Occurrence.activity_id == activity_id, Occurrence.ends_at > clock.now())
        .order_by(Occurrence.starts_at)
        .limit(60)
    ).all()


def leaders(session: Session, activity: Activity) -> Sequence[str]:
    """Return the first names of those who run it, if they agreed that parents see them."""
    if not activity.names_shown:
        return []
    names = session.scalars(
        select(User.name)
        .join(ActivityStaff, ActivityStaff.user_id == User.id)
        .where(ActivityStaff.activity_id == activity.id)
        .order_by(User.name)
    )
    return [first_name(name) for name in names if name.strip()]


def organiser(session: Session, activity: Activity) -> Organisation:
    return session.get_one(Organisation, activity.organisation_id)


def organisers(session: Session, ids: Collection[UUID]) -> Mapping[UUID, Organisation]:
    found = session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {one.id: one for one in found}


def surroundings(session: Session) -> list[Surrounding]:
    """Return the neighbourhoods in which something is on, by name, and how far they reach."""
    shown = Activity.state == State.PUBLISHED
    used = union(
        select(Activity.venue_id).where(shown),
        select(Occurrence.venue_id)
        .join(Occurrence.activity)
        .where(shown, Occurrence.ends_at > clock.now()),
    )
    rows = session.execute(
        select(
            Neighbourhood.id, Neighbourhood.name,
            func.min(Venue.latitude), func.max(Venue.latitude),
            func.min(Venue.longitude), func.max(Venue.longitude),
        )
        .join(Venue, Venue.neighbourhood_id == Neighbourhood.id)
        .where(Venue.id.in_(used))
        .group_by(Neighbourhood.id, Neighbourhood.name)
        .order_by(func.lower(Neighbourhood.name))
    )  # fmt: skip
    return [Surrounding(*row) for row in rows]


def neighbourhoods(session: Session) -> list[tuple[UUID, str]]:
    return [(one.id, one.name) for one in surroundings(session)]


def outlines(session: Session) -> Sequence[dict[str, Any]]:
    """Return the outlines of all neighbourhoods where an organisation with a programme works."""
    working = select(Organisation.municipality_id).where(
        Organisation.id.in_(
            select(Activity.organisation_id).where(Activity.state == State.PUBLISHED)
        )
    )
    found = session.scalars(
        select(Neighbourhood.outline).where(
            Neighbourhood.municipality_id.in_(working), Neighbourhood.outline.is_not(None)
        )
    )
    return [each for each in found if each]
