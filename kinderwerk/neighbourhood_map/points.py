"""What has a place on the map: nothing private, and never anybody's home."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session, contains_eager

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Activity, ActivityGoal, Occurrence, at_its_place
from kinderwerk.activities.rules import PRIVATE, State
from kinderwerk.core import clock
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.places import queries as places
from kinderwerk.places.models import Venue
from kinderwerk.places.rules import VenueKind

AHEAD: Final = timedelta(days=14)
KINDS: Final = {
    VenueKind.PLACE: "venue", VenueKind.SCHOOL: "school", VenueKind.PITCH: "pitch",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """Something with a place: what it is, in words that are shown as text and never as markup."""

    kind: str
    title: str
    detail: str
    latitude: float
    longitude: float
    link: tuple[str, UUID]
    when: datetime | None = None
    system: HelpSystem | None = None


def meant(goal_id: UUID | None, age: int | None) -> ColumnElement[bool]:
    """Keep the activities that serve a goal, and that somebody of an age may come to."""
    found: list[ColumnElement[bool]] = []
    if goal_id:
        found.append(Activity.goals.any(ActivityGoal.goal_id == goal_id))
    if age is not None:
        found += [Activity.age_from <= age, Activity.age_to >= age]
    return and_(true(), *found)


def points(
    session: Session, actor: Actor, goal_id: UUID | None = None, age: int | None = None
) -> list[Point]:
    """Return venues, the activities of the coming days, and partners."""
    return [
        *_venues(session, actor),
        *_activities(session, actor, meant(goal_id, age)),
        *_partners(session, actor, age),
    ]


def _venues(session: Session, actor: Actor) -> Iterable[Point]:
    rows = session.scalars(
        select(Venue)
        .where(places.VENUES.visible(actor), Venue.retired.is_(False), Venue.latitude.is_not(None))
        .order_by(Venue.name)
    )
    for venue in rows:
        yield Point(
            KINDS[venue.kind], venue.name, venue.address, venue.latitude or 0, venue.longitude or 0,
            ("places.venue", venue.id),
        )  # fmt: skip


def _activities(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> Iterable[Point]:
    now = clock.now()
    rows = session.execute(
        select(Occurrence, Venue)
        .join(Occurrence.activity)
        .join(Venue, at_its_place())
        .options(contains_eager(Occurrence.activity))
        .where(
            Occurrence.organisation_id == actor.organisation_id,
            Occurrence.starts_at.between(now, now + AHEAD),
            Occurrence.cancelled_at.is_(None),
            Activity.state == State.PUBLISHED,
            Activity.format.not_in(PRIVATE),
            Venue.latitude.is_not(None),
            wanted,
        )
        .order_by(Occurrence.starts_at)
    )
    seen: set[UUID] = set()
    for one, venue in rows:
        if one.activity_id not in seen:
            seen.add(one.activity_id)
            yield Point(
                "activity", one.activity.title, venue.name, venue.latitude or 0,
                venue.longitude or 0, ("activities.detail", one.activity_id), one.starts_at,
            )  # fmt: skip


def _partners(session: Session, actor: Actor, age: int | None) -> Iterable[Point]:
    rows = session.scalars(
        select(Partner)
        .where(
            Partner.organisation_id == actor.organisation_id,
            Partner.retired.is_(False),
            Partner.latitude.is_not(None),
            *([] if age is None else [_helps(age)]),
        )
        .order_by(Partner.name)
    )
    for partner in rows:
        yield Point(
            "partner", partner.name, partner.kind.label, partner.latitude or 0,
            partner.longitude or 0, ("partners.detail", partner.id), system=partner.help_system,
        )  # fmt: skip


def _helps(age: int) -> ColumnElement[bool]:
    """Keep partners for an age; those of whom nobody said for whom they are stay too."""
    return and_(
        func.coalesce(Partner.age_from, age) <= age, func.coalesce(Partner.age_to, age) >= age
    )
