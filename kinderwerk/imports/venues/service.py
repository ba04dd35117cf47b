"""Bringing a table of venues in: looked at first, then all of it or nothing, and taken back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.imports import queries, rules
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.rules import UNDONE_WITHIN, Fault, NothingNew, Sort
from kinderwerk.imports.service import HasFaults, Undone
from kinderwerk.imports.venues.rules import NEEDED, Column, Line, Words, read, same
from kinderwerk.places import queries as places
from kinderwerk.places.locating import Locator
from kinderwerk.places.models import Venue
from kinderwerk.places.reading.tables import Table
from kinderwerk.places.rules import VenueKind, VenueWish
from kinderwerk.storage.work import unit_of_work


@dataclass(frozen=True, slots=True)
class Looked:
    """What would come of a table: its venues, what is wrong, and what is here already, by row."""

    lines: list[Line]
    faults: list[Fault]
    alike: Mapping[int, Venue]


def look(
    session: Session, actor: Actor, table: Table, columns: Mapping[Column, str],
    kinds: Mapping[str, VenueKind],
) -> Looked:  # fmt: skip
    """Return what would become of each row; nothing is written."""
    rules.want(columns, NEEDED)
    municipality = actor.membership.municipality_id if actor.membership else None
    homes = queries.homes(session, municipality)
    words = Words(kinds, {rules.plain(word): id for word, id in homes.items()})
    found = read([(row.number, row.cells) for row in table.rows], columns, words)
    ours = session.scalars(select(Venue).where(Venue.organisation_id == actor.organisation_id))
    known = {same(one.name, one.address): one for one in ours}
    alike = {one.row: known.get(same(one.wish.name, one.wish.address)) for one in found.lines}
    return Looked(found.lines, found.faults, {row: one for row, one in alike.items() if one})


def bring_in(
    session: Session, actor: Actor, table: Table, columns: Mapping[Column, str],
    kinds: Mapping[str, VenueKind], *, alike_too: bool, once: UUID,
) -> BroughtIn:  # fmt: skip
    """Write all venues of a table down, or none; what is here already only if that is wanted."""
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.VENUE)
        demand(actor, Action.CREATE, Resource.IMPORT)
        if held.organisation_id is None or held.municipality_id is None or actor.id is None:
            raise Withheld("a venue belongs to an organisation")
        if before := queries.sent_before(session, actor.id, once):
            return before
        looked = look(session, actor, table, columns, kinds)
        if looked.faults:
            raise HasFaults(looked.faults)
        lines = [one for one in looked.lines if alike_too or one.row not in looked.alike]
        if not lines:
            raise NothingNew
        locator = places.locator(session, held.municipality_id)
        made = [_written(session, held.organisation_id, one.wish, locator) for one in lines]
        brought = BroughtIn(
            organisation_id=held.organisation_id, by_id=actor.id, once=once, n=len(made),
            sort=Sort.VENUES, until=clock.now() + UNDONE_WITHIN, made=[str(one.id) for one in made],
        )  # fmt: skip
        session.add(brought)
        session.flush()
        also = [one.id for one in made]
        audit.record(session, actor, "venues.brought_in", brought.id, n=len(made), also=also)
    return brought


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


def undo(session: Session, actor: Actor, id: UUID) -> Undone:
    """Take back what came of a table of venues, but for those that somebody touched since."""
    with unit_of_work(session):
        brought = session.get_one(BroughtIn, id, with_for_update={"of": BroughtIn})
        demand(actor, Action.EDIT, Resource.IMPORT, brought.facts)
        made = {UUID(one) for one in brought.made}
        session.scalars(select(Venue).where(Venue.id.in_(made)).with_for_update()).all()
        stayed = queries.used_venues(session, made)
        gone = sorted(made - stayed)
        for kind, ids in ((Venue, gone), (BroughtIn, [id])):
            session.execute(
                delete(kind).where(kind.id.in_(ids)),
                execution_options={"audited": "venues.taken_back", "synchronize_session": False},
            )
        audit.record(
            session, actor, "venues.taken_back", id, gone=len(gone), stayed=len(stayed), also=gone
        )
    return Undone(len(gone), len(stayed))
