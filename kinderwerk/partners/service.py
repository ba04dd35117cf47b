"""Writing the directory: one by one, and whole lists."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.partners import rules
from kinderwerk.partners.models import Partner, PartnerContact
from kinderwerk.partners.rules import ContactWish, PartnerType, PartnerWish
from kinderwerk.places import queries as places
from kinderwerk.places.locating import Locator
from kinderwerk.places.models import Neighbourhood
from kinderwerk.places.reading.schools import School
from kinderwerk.storage.work import revise, unit_of_work


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of an imported list, and which of it lies nowhere yet."""

    added: int
    changed: int
    outside: tuple[str, ...]
    without_point: tuple[str, ...]


def add(session: Session, actor: Actor, wish: PartnerWish) -> Partner:
    rules.check(wish, clock.today())
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.PARTNER)
        if held.organisation_id is None:
            raise Withheld("a partner belongs to an organisation")
        partner = Partner(
            organisation_id=held.organisation_id,
            **_described(wish),
            neighbourhood=_around(session, held.organisation_id, wish),
        )
        session.add(partner)
        audit.record(session, actor, "partner.added", partner.id)
    return partner


def change(
    session: Session, actor: Actor, partner: Partner, wish: PartnerWish, version: int | None
) -> Partner:
    rules.check(wish, clock.today())
    partner_id = partner.id
    with unit_of_work(session):
        partner = _locked(session, actor, partner_id)
        around = _around(session, partner.organisation_id, wish)
        lies = around.id if around else None
        revise(partner, version, **_described(wish), neighbourhood_id=lies)
        partner.neighbourhood = around
        audit.record(session, actor, "partner.changed", partner.id)
    return partner


def retire(session: Session, actor: Actor, partner: Partner, *, retired: bool) -> Partner:
    """Take a partner out of the lists to choose from, or put it back; what was there stays."""
    partner_id = partner.id
    with unit_of_work(session):
        partner = _locked(session, actor, partner_id)
        revise(partner, None, retired=retired)
        audit.record(session, actor, "partner.retired" if retired else "partner.back", partner.id)
    return partner


def add_contact(session: Session, actor: Actor, partner: Partner, wish: ContactWish) -> None:
    """Note somebody more to ask for."""
    rules.check_contact(wish)
    partner_id = partner.id
    with unit_of_work(session):
        partner = _locked(session, actor, partner_id)
        made = PartnerContact(
            organisation_id=partner.organisation_id, partner=partner, **asdict(wish)
        )
        session.add(made)
        audit.record(session, actor, "partner.contact_added", partner_id, also=[made.id])


def remove_contact(session: Session, actor: Actor, partner: Partner, contact_id: UUID) -> None:
    partner_id = partner.id
    with unit_of_work(session):
        partner = _locked(session, actor, partner_id)
        partner.contacts = [one for one in partner.contacts if one.id != contact_id]
        audit.record(session, actor, "partner.contact_removed", partner_id, also=[contact_id])


def _locked(session: Session, actor: Actor, partner_id: UUID) -> Partner:
    partner = session.get_one(Partner, partner_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.PARTNER, partner.facts)
    return partner


def _described(wish: PartnerWish) -> dict[str, Any]:
    described = asdict(wish)
    del described["neighbourhood_id"]
    return described | {
        "languages": list(wish.languages),
        "help_system": wish.help_system or rules.usual_system(wish.kind),
        "checked_on": rules.checked_day(wish, clock.today()),
    }


def _around(session: Session, organisation_id: UUID, wish: PartnerWish) -> Neighbourhood | None:
    place = session.get_one(Organisation, organisation_id).municipality_id
    return places.around(session, place, wish.latitude, wish.longitude, wish.neighbourhood_id)


def bring_in(
    session: Session, actor: Actor, organisation_id: UUID, kind: PartnerType,
    listed: Iterable[School],
) -> Placed:  # fmt: skip
    """Write a list as partners of one type, known again by their number: all of it or nothing."""
    with unit_of_work(session):
        here = session.get_one(Organisation, organisation_id, with_for_update=True)
        locator = places.locator(session, here.municipality_id)
        ours = select(Partner).where(Partner.organisation_id == organisation_id)
        known = {row.source_key: row for row in session.scalars(ours) if row.source_key}
        written = [
            _update(known[one.reference], one)
            if one.reference in known
            else _listed(session, kind, organisation_id, one)
            for one in listed
        ]
        for partner in written:
            _locate(session, locator, partner)
        audit.record(
            session, actor, "partners.imported", organisation_id, also=[row.id for row in written]
        )
        changed = len([row for row in written if row.source_key in known])
        return Placed(
            len(written) - changed,
            changed,
            tuple(
                row.name for row in written if row.latitude is not None and not row.neighbourhood
            ),
            tuple(row.name for row in written if row.latitude is None),
        )


def _told(one: School) -> dict[str, Any]:
    """Return what a list tells of a partner; what it leaves out is not there."""
    town = f"{one.postcode} {one.town}".strip()
    texts = {
        "name": one.name,
        "address": ", ".join(filter(None, (one.address, town))),
        "phone": one.phone,
        "website": one.website,
    }
    point = {"latitude": one.latitude, "longitude": one.longitude}
    return {name: text for name, text in texts.items() if text} | (
        point if one.latitude is not None else {}
    )


def _listed(session: Session, kind: PartnerType, organisation_id: UUID, one: School) -> Partner:
    partner = Partner(
        organisation_id=organisation_id, kind=kind, help_system=rules.usual_system(kind),
        source_key=one.reference or None, **_told(one),
    )  # fmt: skip
    session.add(partner)
    return partner


def _update(partner: Partner, one: School) -> Partner:
    """Take over what changed; what somebody filled in and the list leaves out stays."""
    changed = {name: text for name, text in _told(one).items() if getattr(partner, name) != text}
    if changed:
        revise(partner, None, **changed)
    return partner


def _locate(session: Session, locator: Locator[UUID], partner: Partner) -> None:
    if partner.latitude is not None and partner.longitude is not None:
        found = locator.find(partner.latitude, partner.longitude)
        partner.neighbourhood = session.get(Neighbourhood, found) if found else None
