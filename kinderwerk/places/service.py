"""Writing places: imports, and venues one by one."""

import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from shapely.geometry import MultiPolygon, mapping
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Municipality, Organisation
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.places import queries, rules
from kinderwerk.places.locating import Locator
from kinderwerk.places.models import District, KeyFigure, Neighbourhood, PlaceImport, Venue
from kinderwerk.places.reading import apart
from kinderwerk.places.reading.joining import Drawn, Joined, Known
from kinderwerk.places.reading.schools import School
from kinderwerk.places.rules import CodeScheme, Upload, VenueKind, VenueWish
from kinderwerk.storage.work import revise, unit_of_work

#: After which an upload that nobody confirmed is thrown away.
KEPT_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Written:
    """What an import came to."""

    districts: int
    neighbourhoods: int
    added: int
    figures: int


def municipality_called(session: Session, actor: Actor, name: str | None) -> Municipality | None:
    """Return the municipality of that name or code, made on the spot if there is none."""
    found = queries.municipality_called(session, name)
    if found or not name:
        return found
    with unit_of_work(session):
        made = Municipality(name=name)
        session.add(made)
        audit.record(session, actor, "municipality.added", made.id)
    return made


def keep(session: Session, actor: Actor, municipality_id: UUID, upload: Upload) -> PlaceImport:
    """Keep readable files until somebody has looked at what they would change."""
    place = queries.municipality(session, municipality_id)
    code = place.code
    session.rollback()  # no transaction waits for the child
    _refuse_faulty(apart.read(upload, code), place)
    if actor.id is None:
        raise ValueError("somebody uploads files, and confirms them")
    with unit_of_work(session):
        place = session.get_one(Municipality, municipality_id, with_for_update={"read": True})
        demand(actor, Action.EDIT, Resource.PLACE, place.facts)
        session.execute(delete(PlaceImport).where(PlaceImport.created_at < clock.now() - KEPT_FOR))
        kept = PlaceImport(
            municipality_id=municipality_id, author_id=actor.id,
            outlines=zlib.compress(upload.outlines),
            figures=zlib.compress(upload.figures) if upload.figures else None,
            scheme=upload.scheme, columns=upload.columns, year=upload.year,
        )  # fmt: skip
        session.add(kept)
    return kept


def reread(session: Session, kept: PlaceImport) -> Joined:
    """Read kept files again; they were readable once."""
    upload = Upload(
        outlines=zlib.decompress(kept.outlines),
        figures=zlib.decompress(kept.figures) if kept.figures else None,
        scheme=kept.scheme, columns=kept.columns, year=kept.year,
    )  # fmt: skip
    return apart.read(upload, queries.municipality(session, kept.municipality_id).code)


def confirm(session: Session, actor: Actor, kept: PlaceImport) -> Written:
    joined, scheme, import_id = reread(session, kept), kept.scheme, kept.id
    municipality_id = kept.municipality_id
    with unit_of_work(session):
        _take(session, actor, import_id)
        return write(session, actor, municipality_id, joined, scheme)


def discard(session: Session, actor: Actor, kept: PlaceImport) -> None:
    import_id = kept.id
    with unit_of_work(session):
        _take(session, actor, import_id)


def _take(session: Session, actor: Actor, import_id: UUID) -> None:
    """Remove a kept upload; whoever comes second is told so."""
    kept = session.get(PlaceImport, import_id, with_for_update=True)
    if kept is None:
        raise rules.AlreadyImported
    demand(actor, Action.EDIT, Resource.PLACE, kept.facts)
    session.delete(kept)


def _refuse_faulty(joined: Joined, place: Municipality) -> None:
    if joined.faulty:
        raise rules.NothingToImport(joined)
    if joined.municipality and place.code and joined.municipality != place.code:
        raise rules.OtherMunicipality(theirs=joined.municipality, ours=place.code)


def write(
    session: Session, actor: Actor, municipality_id: UUID, joined: Joined, scheme: CodeScheme
) -> Written:
    """Write districts, neighbourhoods and figures: all of them or nothing."""
    with unit_of_work(session):
        place = session.get_one(Municipality, municipality_id, with_for_update=True)
        _refuse_faulty(joined, place)
        if place.code is None and joined.municipality:
            place.code = joined.municipality
        districts = _write_districts(session, place, joined, scheme)
        before = set(_codes(session, municipality_id))
        rows = _write_neighbourhoods(session, place, joined, scheme, districts)
        session.flush()
        figures = _write_figures(session, joined, rows)
        moved = _place_venues(session, municipality_id)
        touched = [*(row.id for row in districts.values()), *(row.id for row in rows.values())]
        touched += [row.id for row in moved]
        audit.record(
            session, actor, "places.imported", municipality_id,
            also=touched, year=joined.year, scheme=scheme.value,
            neighbourhoods=len(rows), without_figures=len(joined.without_figures),
        )  # fmt: skip
    added = len(rows.keys() - before)
    return Written(len(districts), len(rows), added, figures)


def _codes(session: Session, municipality_id: UUID) -> list[str]:
    query = select(Neighbourhood.code).where(Neighbourhood.municipality_id == municipality_id)
    return list(session.scalars(query))


def _write_districts(
    session: Session, place: Municipality, joined: Joined, scheme: CodeScheme
) -> dict[str, District]:
    """Return every district that the import needs, by code, written."""
    known = {
        row.code: row
        for row in session.scalars(select(District).where(District.municipality_id == place.id))
    }
    wanted = {district.code: district.name for district in joined.districts}
    if any(drawn.district_code is None for drawn in joined.neighbourhoods):
        wanted[_whole(place)] = place.name
    written: dict[str, District] = {}
    for code, name in sorted(wanted.items()):
        row = known.get(code)
        if row is None:
            row = District(municipality_id=place.id, scheme=scheme, code=code, name=name)
            session.add(row)
        row.name, row.scheme = name, scheme
        written[code] = row
    return written


def _whole(place: Municipality) -> str:
    """Return the code of the one district of a municipality that has none."""
    return place.code or "0"


def _write_neighbourhoods(
    session: Session, place: Municipality, joined: Joined, scheme: CodeScheme,
    districts: dict[str, District],
) -> dict[str, Neighbourhood]:  # fmt: skip
    known = {
        row.code: row
        for row in session.scalars(
            select(Neighbourhood).where(Neighbourhood.municipality_id == place.id)
        )
    }
    written: dict[str, Neighbourhood] = {}
    for drawn in joined.neighbourhoods:
        district = districts[drawn.district_code or _whole(place)]
        row = known.get(drawn.code)
        if row is None:
            row = Neighbourhood(
                municipality_id=place.id, district=district, scheme=scheme, code=drawn.code,
                name=drawn.name,
            )  # fmt: skip
            session.add(row)
        row.name, row.district, row.scheme = drawn.name, district, scheme
        row.outline = geometry(drawn.outline)
        written[drawn.code] = row
    return written


def geometry(outline: MultiPolygon) -> dict[str, object]:
    """Return an outline as GeoJSON; one polygon alone needs no list of them."""
    (first, *rest) = outline.geoms
    return dict(mapping(outline if rest else first))


def _write_figures(session: Session, joined: Joined, rows: dict[str, Neighbourhood]) -> int:
    """Replace the figures of that year; those of other years stay."""
    if joined.year is None:
        return 0
    told = [(rows[drawn.code], drawn) for drawn in joined.neighbourhoods if drawn.known]
    session.execute(
        delete(KeyFigure).where(
            KeyFigure.year == joined.year,
            KeyFigure.neighbourhood_id.in_([row.id for row in rows.values()]),
        )
    )
    figures = [figure for row, drawn in told for figure in _figures(row, drawn, joined)]
    session.add_all(figures)
    return len(figures)


def _figures(row: Neighbourhood, drawn: Drawn, joined: Joined) -> Iterator[KeyFigure]:
    known, year = drawn.known or Known(None, {}), joined.year or 0
    if joined.residents_heading:
        yield KeyFigure(
            neighbourhood_id=row.id, year=year, name=rules.RESIDENTS,
            label=joined.residents_heading[:120], value=known.residents,
        )  # fmt: skip
    for band, value in known.children.items():
        last = band.high - 1
        yield KeyFigure(
            neighbourhood_id=row.id, year=year, name=f"children_{band.low}_{last}",
            label=joined.bands[band][:120], value=value, age_from=band.low, age_to=last,
        )  # fmt: skip


def _place_venues(session: Session, municipality_id: UUID) -> list[Venue]:
    """Let each venue that has a point lie in the neighbourhood around it."""
    locator = queries.locator(session, municipality_id)
    venues = session.scalars(
        select(Venue)
        .join(Organisation, Organisation.id == Venue.organisation_id)
        .where(Organisation.municipality_id == municipality_id, Venue.latitude.is_not(None))
        .order_by(Venue.id)
        .with_for_update(of=Venue)
    ).all()
    return [venue for venue in venues if _place(session, locator, venue)]


def add_venue(session: Session, actor: Actor, wish: VenueWish) -> Venue:
    rules.check(wish)
    with unit_of_work(session):
        membership = demand(actor, Action.CREATE, Resource.VENUE)
        if membership.organisation_id is None or membership.municipality_id is None:
            raise ValueError("a venue belongs to an organisation")
        venue = Venue(
            organisation_id=membership.organisation_id,
            **_described(wish),
            neighbourhood=queries.around(
                session,
                membership.municipality_id,
                wish.latitude,
                wish.longitude,
                wish.neighbourhood_id,
            ),
        )
        session.add(venue)
        audit.record(session, actor, "venue.added", venue.id)
    return venue


def change_venue(
    session: Session, actor: Actor, venue: Venue, wish: VenueWish, version: int | None
) -> Venue:
    rules.check(wish)
    venue_id = venue.id
    with unit_of_work(session):
        venue = session.get_one(Venue, venue_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.VENUE, venue.facts)
        place = session.get_one(Organisation, venue.organisation_id).municipality_id
        around = queries.around(
            session, place, wish.latitude, wish.longitude, wish.neighbourhood_id
        )
        lies = around.id if around else None
        revise(venue, version, **_described(wish), neighbourhood_id=lies)
        venue.neighbourhood = around
        audit.record(session, actor, "venue.changed", venue.id)
    return venue


def retire_venue(session: Session, actor: Actor, venue: Venue, *, retired: bool) -> Venue:
    """Take a venue out of the lists to choose from, or put it back; what was there stays."""
    venue_id = venue.id
    with unit_of_work(session):
        venue = session.get_one(Venue, venue_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.VENUE, venue.facts)
        venue.retired = retired
        audit.record(session, actor, "venue.retired" if retired else "venue.restored", venue.id)
    return venue


def _described(wish: VenueWish) -> dict[str, Any]:
    described = asdict(wish) | {"opening": list(wish.opening)}
    del described["neighbourhood_id"]
    return described


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a list of schools: which were written, and which lie nowhere yet."""

    added: int
    changed: int
    outside: tuple[str, ...]
    without_point: tuple[str, ...]


def import_venues(
    session: Session, actor: Actor, organisation_id: UUID, schools: list[School], kind: VenueKind
) -> Placed:
    """Write schools or pitches as venues, known again by number; a second time changes them."""
    outside: list[str] = []
    without: list[str] = []
    with unit_of_work(session):
        organisation = session.get_one(Organisation, organisation_id)
        locator = queries.locator(session, organisation.municipality_id)
        known = {
            row.source_key: row
            for row in session.scalars(
                select(Venue).where(Venue.organisation_id == organisation_id).with_for_update()
            )
            if row.source_key
        }
        added = 0
        rows = []
        for school in schools:
            venue = known.get(school.reference) if school.reference else None
            if venue is None:
                venue = Venue(
                    organisation_id=organisation_id, name=school.name,
                    source_key=school.reference or None,
                )  # fmt: skip
                session.add(venue)
                added += 1
            _fill(venue, school)
            venue.kind, venue.outdoors = kind, venue.outdoors or kind is VenueKind.PITCH
            _place(session, locator, venue)
            rows.append(venue)
            if venue.latitude is None:
                without.append(school.name)
            elif venue.neighbourhood is None:
                outside.append(school.name)
        audit.record(
            session, actor, "venues.imported", organisation_id, also=[row.id for row in rows]
        )
    return Placed(added, len(rows) - added, tuple(outside), tuple(without))


def _fill(venue: Venue, school: School) -> None:
    """Take over what the list tells; what it leaves out stays as somebody filled it in."""
    venue.name = school.name
    venue.address = school.address or venue.address
    venue.postcode = school.postcode or venue.postcode
    venue.town = school.town or venue.town
    venue.phone = school.phone or venue.phone
    venue.website = school.website or venue.website
    if school.latitude is not None:
        venue.latitude, venue.longitude = school.latitude, school.longitude


def _place(session: Session, locator: Locator[UUID], venue: Venue) -> bool:
    """Let a venue that has a point lie in the neighbourhood around it; tell whether it moved."""
    if venue.latitude is None or venue.longitude is None:
        return False
    found = locator.find(venue.latitude, venue.longitude)
    before = venue.neighbourhood
    if found == (before.id if before else None):
        return False
    venue.neighbourhood = session.get(Neighbourhood, found) if found else None
    return True
