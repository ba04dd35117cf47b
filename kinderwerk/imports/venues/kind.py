"""Venues of an organisation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.core.errors import Withheld
from kinderwerk.imports import queries
from kinderwerk.imports.kinds import Called, Made
from kinderwerk.imports.rules import MOST_ROWS, Read, Rows, Words
from kinderwerk.imports.venues.rules import NEEDED, Column, Line, read, same
from kinderwerk.places import queries as places
from kinderwerk.places.locating import Locator
from kinderwerk.places.models import Venue
from kinderwerk.places.rules import VenueKind, VenueWish


class Venues:
    resource = Resource.VENUE
    model = Venue
    most = MOST_ROWS
    needed = NEEDED
    labels = (list(VenueKind),)

    def named(self, session: Session, actor: Actor) -> Mapping[Any, Mapping[str, UUID]]:
        return {}

    def read(self, rows: Rows, columns: Mapping[Column, str], words: Words) -> Read[Line]:
        return read(rows, columns, words)

    def alike(self, session: Session, actor: Actor, lines: Sequence[Line]) -> Mapping[int, Venue]:
        ours = session.scalars(select(Venue).where(Venue.organisation_id == actor.organisation_id))
        known = {same(one.name, one.address): one for one in ours}
        alike = {one.row: known.get(same(one.wish.name, one.wish.address)) for one in lines}
        return {row: one for row, one in alike.items() if one}

    def write(
        self, session: Session, actor: Actor, lines: Sequence[Line], alike: Mapping[int, Any]
    ) -> Made:
        held = actor.membership
        if held is None or held.organisation_id is None or held.municipality_id is None:
            raise Withheld("a venue belongs to an organisation")
        locator = places.locator(session, held.municipality_id)
        made = [_written(session, held.organisation_id, one.wish, locator) for one in lines]
        session.flush()
        ids = [one.id for one in made]
        return Made(ids, ids)

    def touched(self, session: Session, ids: Collection[UUID]) -> set[UUID]:
        return queries.used(session, Venue, ids, Venue.retired.is_(True))

    def called(self, session: Session, ids: Collection[UUID]) -> Sequence[Called]:
        return queries.called(session, Venue, ids, "places.venue")

    def remove(
        self, session: Session, actor: Actor, organisation_id: UUID, ids: Sequence[UUID]
    ) -> Sequence[UUID]:
        return queries.remove(session, Venue, ids, "venues.taken_back")


def _written(session: Session, here: UUID, wish: VenueWish, locator: Locator[UUID]) -> Venue:
    """Write one; where its point lies says in which neighbourhood it is, or else the table."""
    described = asdict(wish) | {"opening": list(wish.opening)}
    hood = described.pop("neighbourhood_id")
    if wish.latitude is not None and wish.longitude is not None:
        hood = locator.find(wish.latitude, wish.longitude)
    venue = Venue(organisation_id=here, **described)
    venue.neighbourhood = places.by_id(session, hood) if hood else None
    session.add(venue)
    return venue
