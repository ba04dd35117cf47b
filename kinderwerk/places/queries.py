"""Reading places."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from shapely.geometry import shape
from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.accounts.models import Municipality, Organisation
from kinderwerk.places.locating import Locator
from kinderwerk.places.models import District, KeyFigure, Neighbourhood, PlaceImport, Venue
from kinderwerk.places.rules import RESIDENTS, Band, Children, children
from kinderwerk.storage.scoping import in_municipality, scope, within

PLACES: Final = scope(
    Resource.PLACE,
    Neighbourhood,
    {conditions.same_municipality: in_municipality(Neighbourhood.municipality_id)},
)
VENUES: Final = scope(
    Resource.VENUE,
    Venue,
    {conditions.same_organisation: within(Venue.organisation_id, Venue.neighbourhood_id)},
)


def municipality(session: Session, municipality_id: UUID) -> Municipality:
    return session.get_one(Municipality, municipality_id)


def municipality_called(session: Session, name: str | None) -> Municipality | None:
    """Return the municipality of that name or code; without a name, the only one there is."""
    if name:
        named = or_(Municipality.name == name, Municipality.code == name)
        return session.scalar(select(Municipality).where(named))
    few = session.scalars(select(Municipality).limit(2)).all()
    return few[0] if len(few) == 1 else None


def organisation_called(session: Session, name: str) -> Organisation | None:
    return session.scalar(select(Organisation).where(Organisation.name == name))


def by_id(session: Session, neighbourhood_id: UUID) -> Neighbourhood:
    return session.get_one(
        Neighbourhood, neighbourhood_id, options=[joinedload(Neighbourhood.district)]
    )


def import_by_id(session: Session, import_id: UUID) -> PlaceImport:
    files = undefer(PlaceImport.outlines), undefer(PlaceImport.figures)
    return session.get_one(PlaceImport, import_id, options=files)


def districts(session: Session, municipality_id: UUID) -> Sequence[District]:
    return session.scalars(
        select(District)
        .where(District.municipality_id == municipality_id)
        .order_by(District.name, District.code)
    ).all()


def neighbourhoods(session: Session, municipality_id: UUID) -> Sequence[Neighbourhood]:
    """Return the neighbourhoods with their district, by the names of both."""
    return session.scalars(
        select(Neighbourhood)
        .join(Neighbourhood.district)
        .where(Neighbourhood.municipality_id == municipality_id)
        .options(contains_eager(Neighbourhood.district))
        .order_by(District.name, District.code, Neighbourhood.name, Neighbourhood.code)
    ).all()


def visible(session: Session, actor: Actor) -> Sequence[Neighbourhood]:
    """Return the neighbourhoods that this actor may view, with district and outline."""
    return session.scalars(
        select(Neighbourhood)
        .join(Neighbourhood.district)
        .where(PLACES.visible(actor))
        .options(contains_eager(Neighbourhood.district), undefer(Neighbourhood.outline))
        .order_by(District.name, District.code, Neighbourhood.name, Neighbourhood.code)
    ).all()


def choices(session: Session, municipality_id: UUID) -> list[tuple[UUID, str]]:
    """Return what a list to choose a neighbourhood from shows."""
    return [
        (one.id, f"{one.name} ({one.district.name})")
        for one in neighbourhoods(session, municipality_id)
    ]


def outlines(session: Session, municipality_id: UUID) -> list[tuple[UUID, str, dict[str, Any]]]:
    """Return id, name and GeoJSON outline of each neighbourhood that has one."""
    rows = session.execute(
        select(Neighbourhood.id, Neighbourhood.name, Neighbourhood.outline)
        .where(Neighbourhood.municipality_id == municipality_id, Neighbourhood.outline.is_not(None))
        .order_by(Neighbourhood.code)
    )
    return [(row.id, row.name, row.outline) for row in rows if row.outline]


def written_outlines(session: Session, municipality_id: UUID) -> dict[UUID, str]:
    """Return the outline of each neighbourhood that has one, as it is written."""
    rows = session.execute(
        select(Neighbourhood.id, cast(Neighbourhood.outline, Text))
        .where(Neighbourhood.municipality_id == municipality_id, Neighbourhood.outline.is_not(None))
        .order_by(Neighbourhood.code)
    )
    return {id: written for id, written in rows if written != "null"}


def locator(session: Session, municipality_id: UUID) -> Locator[UUID]:
    """Return what finds the neighbourhood of many points."""
    return Locator((id, shape(outline)) for id, _, outline in outlines(session, municipality_id))


def containing(
    session: Session, municipality_id: UUID, latitude: float, longitude: float
) -> Neighbourhood | None:
    """Return the neighbourhood in which a point lies, or None."""
    found = locator(session, municipality_id).find(latitude, longitude)
    return by_id(session, found) if found else None


def around(
    session: Session, municipality_id: UUID, latitude: float | None, longitude: float | None,
    chosen_id: UUID | None,
) -> Neighbourhood | None:  # fmt: skip
    """Return the neighbourhood around a point; without a point, the one that was chosen."""
    if latitude is not None and longitude is not None:
        return containing(session, municipality_id, latitude, longitude)
    if chosen_id is None:
        return None
    chosen = by_id(session, chosen_id)
    return chosen if chosen.municipality_id == municipality_id else None


def key_figures(session: Session, neighbourhood_id: UUID) -> Sequence[KeyFigure]:
    """Return everything that is known in numbers of one neighbourhood, newest first."""
    return session.scalars(
        select(KeyFigure)
        .where(KeyFigure.neighbourhood_id == neighbourhood_id)
        .order_by(KeyFigure.year.desc(), KeyFigure.age_from, KeyFigure.age_to, KeyFigure.name)
    ).all()


def children_living(
    session: Session, neighbourhood_ids: Iterable[UUID], year: int | None = None
) -> Mapping[UUID, Children]:
    """Return how many children live in each neighbourhood of which something was published.

    The figures are those of the last year, or of the last year up to `year`.
    """
    query = select(KeyFigure).where(
        KeyFigure.neighbourhood_id.in_(list(neighbourhood_ids)), KeyFigure.age_from.is_not(None)
    )
    if year is not None:
        query = query.where(KeyFigure.year <= year)
    return _children(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The newest numbers of some neighbourhoods, each by the neighbourhood's id."""

    children: Mapping[UUID, Children]
    residents: Mapping[UUID, float | None]


def numbers(session: Session, neighbourhood_ids: Iterable[UUID]) -> Numbers:
    figures = session.scalars(
        select(KeyFigure)
        .where(KeyFigure.neighbourhood_id.in_(list(neighbourhood_ids)))
        .order_by(KeyFigure.year)
    ).all()
    people = {one.neighbourhood_id: one.value for one in figures if one.name == RESIDENTS}
    return Numbers(_children(figures), people)


def _children(figures: Iterable[KeyFigure]) -> Mapping[UUID, Children]:
    bands: dict[UUID, list[Band]] = defaultdict(list)
    for one in figures:
        if one.age_from is not None and one.age_to is not None:
            band = Band(one.age_from, one.age_to, one.value, one.label, one.year)
            bands[one.neighbourhood_id].append(band)
    counted = {id: children(known) for id, known in bands.items()}
    return {id: known for id, known in counted.items() if known}


def venue(session: Session, venue_id: UUID) -> Venue:
    return session.get_one(Venue, venue_id, options=[joinedload(Venue.neighbourhood)])


def venues(
    session: Session, actor: Actor, *, retired: bool = False, words: str = "",
    neighbourhood_id: UUID | None = None, skip: int = 0, most: int | None = None,
) -> Sequence[Venue]:  # fmt: skip
    """Return the venues that this actor may view, by name; those no longer used on request."""
    query = select(Venue).where(VENUES.visible(actor), Venue.retired.is_(retired))
    if words:
        query = query.where(
            or_(
                Venue.name.icontains(words, autoescape=True),
                Venue.address.icontains(words, autoescape=True),
            )
        )
    if neighbourhood_id:
        query = query.where(Venue.neighbourhood_id == neighbourhood_id)
    return session.scalars(
        query.options(joinedload(Venue.neighbourhood))
        .order_by(func.lower(Venue.name), Venue.id)
        .offset(skip)
        .limit(most)
    ).all()


def venues_in(session: Session, actor: Actor, neighbourhood_id: UUID) -> Sequence[Venue]:
    return session.scalars(
        select(Venue)
        .where(
            VENUES.visible(actor), Venue.retired.is_(False),
            Venue.neighbourhood_id == neighbourhood_id,
        )
        .order_by(func.lower(Venue.name), Venue.id)
    ).all()  # fmt: skip
