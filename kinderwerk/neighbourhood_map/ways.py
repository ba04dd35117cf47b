"""Reading what is near on foot: where people live, what lies across, and what is offered where."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Activity, Occurrence, at_its_place
from kinderwerk.activities.rules import PRIVATE, State
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.neighbourhood_map.models import Barrier, Centre
from kinderwerk.neighbourhood_map.outlined import Outlined
from kinderwerk.neighbourhood_map.points import meant
from kinderwerk.neighbourhood_map.walking import Place
from kinderwerk.neighbourhood_map.white_spots import Offer
from kinderwerk.places.models import Venue


def house(session: Session, organisation_id: UUID) -> Organisation:
    return session.get_one(Organisation, organisation_id)


def barriers(session: Session, organisation_id: UUID) -> Sequence[Barrier]:
    return session.scalars(
        select(Barrier)
        .where(Barrier.organisation_id == organisation_id)
        .order_by(func.lower(Barrier.name), Barrier.id)
    ).all()


def said(session: Session, organisation_id: UUID) -> dict[UUID, Place]:
    """Return the centres that somebody set, by neighbourhood."""
    rows = session.scalars(select(Centre).where(Centre.organisation_id == organisation_id))
    return {one.neighbourhood_id: one.place for one in rows}


def centres(
    session: Session, organisation_id: UUID, drawn: Mapping[UUID, Outlined]
) -> Mapping[UUID, Place]:
    """Return where people live: as somebody said, else in the middle of the outline."""
    return {id: one.middle for id, one in drawn.items()} | said(session, organisation_id)


def offers(
    session: Session, organisation_id: UUID, period: Period, goal_id: UUID | None = None,
    age: int | None = None,
) -> list[Offer]:  # fmt: skip
    """Return what took and takes place in a period at each place, for everybody it is meant for."""
    room = func.coalesce(Occurrence.capacity, Activity.capacity)
    rows = session.execute(
        select(
            Venue.latitude, Venue.longitude, func.count(), func.coalesce(func.sum(room), 0),
            func.sum(case((room.is_(None), 1), else_=0)),
        )
        .select_from(Occurrence)
        .join(Occurrence.activity)
        .join(Venue, at_its_place())
        .where(
            Occurrence.organisation_id == organisation_id,
            Occurrence.starts_at >= clock.midnight(period.begins),
            Occurrence.starts_at < clock.midnight(period.ends + timedelta(days=1)),
            Occurrence.cancelled_at.is_(None),
            Activity.state != State.DRAFT,
            Activity.format.not_in(PRIVATE),
            Venue.latitude.is_not(None),
            meant(goal_id, age),
        )
        .group_by(Venue.latitude, Venue.longitude)
        .order_by(Venue.latitude, Venue.longitude)
    )  # fmt: skip
    return [
        Offer(Place(latitude, longitude), dates, int(places), int(open_dates))
        for latitude, longitude, dates, places, open_dates in rows
    ]
