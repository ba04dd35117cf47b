"""Reading across the features below what belongs on the map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shapely.geometry import mapping, shape
from shapely.ops import unary_union
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Activity, Occurrence, at_its_place
from kinderwerk.activities.rules import PRIVATE, State
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.facts import queries as facts
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.neighbourhood_map import rules
from kinderwerk.neighbourhood_map.rules import Area, Row
from kinderwerk.partners.models import Partner
from kinderwerk.places import queries as places
from kinderwerk.places.models import Venue

FINE = (
    Measure.CHILDREN, Measure.VISITS_NAMED, Measure.VISITS_TALLY, Measure.SUPPORT_CONTACTS,
    Measure.SUPPORT_FAMILIES, Measure.REFERRALS,
)  # fmt: skip
AHEAD = timedelta(days=14)


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


def areas(session: Session, municipality_id: UUID) -> list[Area]:
    found = places.neighbourhoods(session, municipality_id)
    living = places.children_living(session, [one.id for one in found])
    return [
        Area(one.id, one.name, one.district_id, one.district.name, living.get(one.id))
        for one in found
    ]


def neighbourhood_rows(
    session: Session, organisation_id: UUID, known: Sequence[Area], period: Period
) -> list[Row]:
    """Return what may be told of each neighbourhood in a fixed period."""
    counts = facts.counts(
        session, organisation_ids=[organisation_id], periods=[str(period)], measures=FINE
    )
    safe = rules.protected(known, counts, FINE, tuple(Level))
    return [rules.row(area, str(area.id), safe, FINE) for area in known]


def signal_rows(
    session: Session, organisation_id: UUID, known: Sequence[Area], period: Period
) -> list[Row]:
    """Return the totals of signals per district, for the half-year in which the period lies."""
    half = next(
        (p for p in Period.holding(period.begins) if p.kind == "H"), period
    ) if period.kind == "Q" else period  # fmt: skip
    counts = facts.counts(
        session, organisation_ids=[organisation_id], periods=[str(half)],
        measures=[Measure.SIGNALS],
    )  # fmt: skip
    levels = (Level.WHOLE, Level.DISTRICT)
    safe = rules.protected(known, counts, [Measure.SIGNALS], levels)
    first = {area.district_id: area for area in reversed(known)}
    return [
        rules.row(area, str(area.district_id), safe, [Measure.SIGNALS])
        for area in sorted(first.values(), key=lambda one: one.district)
    ]


def points(session: Session, actor: Actor) -> list[Point]:
    """Return venues, coming activities and partners; nothing private has a point."""
    return [*_venues(session, actor), *_activities(session, actor), *_partners(session, actor)]


def _venues(session: Session, actor: Actor) -> Iterable[Point]:
    rows = session.scalars(
        select(Venue)
        .where(places.VENUES.visible(actor), Venue.retired.is_(False), Venue.latitude.is_not(None))
        .order_by(Venue.name)
    )
    for venue in rows:
        yield Point(
            "venue", venue.name, venue.address, venue.latitude or 0, venue.longitude or 0,
            ("places.venue", venue.id),
        )  # fmt: skip


def _activities(session: Session, actor: Actor) -> Iterable[Point]:
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


def _partners(session: Session, actor: Actor) -> Iterable[Point]:
    rows = session.scalars(
        select(Partner)
        .where(
            Partner.organisation_id == actor.organisation_id,
            Partner.retired.is_(False),
            Partner.latitude.is_not(None),
        )
        .order_by(Partner.name)
    )
    for partner in rows:
        yield Point(
            "partner", partner.name, partner.kind.label, partner.latitude or 0,
            partner.longitude or 0, ("partners.detail", partner.id),
        )  # fmt: skip


def outlines(session: Session, municipality_id: UUID) -> Mapping[UUID, dict[str, Any]]:
    return {id: outline for id, _, outline in places.outlines(session, municipality_id)}


def district_outlines(
    known: Sequence[Area], outlined: Mapping[UUID, dict[str, Any]]
) -> Mapping[UUID, dict[str, Any]]:
    """Return the outline of each district: that of its neighbourhoods together."""
    parts: dict[UUID, list[Any]] = {}
    for area in known:
        if area.id in outlined:
            parts.setdefault(area.district_id, []).append(shape(outlined[area.id]))
    return {district: mapping(unary_union(shapes)) for district, shapes in parts.items()}
