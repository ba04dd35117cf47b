"""Saying how far children walk, what lies across their way, and where people live."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.core.errors import Withheld
from kinderwerk.neighbourhood_map.models import Barrier, Centre
from kinderwerk.neighbourhood_map.walking import Place, Wish
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.work import unit_of_work


def set_distance(session: Session, actor: Actor, metres: int) -> None:
    with unit_of_work(session):
        here = _locked(session, actor)
        here.walking_metres = metres
        audit.record(session, actor, "organisation.changed", here.id, walking_metres=metres)


def set_centre(session: Session, actor: Actor, neighbourhood_id: UUID, place: Place | None) -> None:
    """Say where most people of a neighbourhood live; without a place it is its middle again."""
    with unit_of_work(session):
        here = _locked(session, actor)
        area = session.get_one(Neighbourhood, neighbourhood_id)
        if area.municipality_id != here.municipality_id:
            raise Withheld("a neighbourhood of another municipality")
        said = session.scalar(
            select(Centre).where(
                Centre.organisation_id == here.id, Centre.neighbourhood_id == area.id
            )
        )
        if said is None and place:
            said = Centre(
                organisation_id=here.id, neighbourhood_id=area.id, latitude=place.latitude,
                longitude=place.longitude,
            )  # fmt: skip
            session.add(said)
        elif said and place:
            said.latitude, said.longitude = place
        elif said:
            session.delete(said)
        about = said.id if said else area.id
        audit.record(session, actor, "map.centre_set", about, neighbourhood=area.id)


def add_barrier(session: Session, actor: Actor, wish: Wish) -> None:
    with unit_of_work(session):
        here = _locked(session, actor)
        made = Barrier(
            organisation_id=here.id, name=wish.name, line=[list(one) for one in wish.line],
            detour=wish.detour,
        )  # fmt: skip
        session.add(made)
        audit.record(session, actor, "map.barrier_added", made.id)


def remove_barriers(session: Session, actor: Actor, barrier_ids: Collection[UUID]) -> None:
    """Take away those that are there and ours; somebody else may have been first."""
    with unit_of_work(session):
        here = _locked(session, actor)
        ours = select(Barrier).where(
            Barrier.organisation_id == here.id, Barrier.id.in_(barrier_ids)
        )
        for barrier in session.scalars(ours):
            session.delete(barrier)
            audit.record(session, actor, "map.barrier_removed", barrier.id)
        audit.record(session, actor, "map.changed", here.id)


def _locked(session: Session, actor: Actor) -> Organisation:
    held = demand(actor, Action.EDIT, Resource.MAP)
    if held.organisation_id is None:
        raise Withheld("the map is for people of an organisation")
    here = session.get_one(Organisation, held.organisation_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.MAP)
    return here
