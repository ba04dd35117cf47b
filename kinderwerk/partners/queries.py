"""Reading the directory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, String, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Municipality, Organisation
from kinderwerk.accounts.rules import Country
from kinderwerk.core import clock
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import ENDS_SOON, HelpSystem, PartnerType
from kinderwerk.storage.scoping import belonging, scope

SCOPE: Final = scope(
    Resource.PARTNER,
    Partner,
    {conditions.of_organisation: belonging(Partner.organisation_id)},
)
PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which partners a list shows; None means that it does not matter."""

    kind: PartnerType | None = None
    help_system: HelpSystem | None = None
    neighbourhood_id: UUID | None = None
    age: int | None = None
    text: str = ""
    language: str = ""
    retired: bool = False


def by_id(session: Session, partner_id: UUID) -> Partner:
    whole = [joinedload(Partner.neighbourhood), selectinload(Partner.contacts)]
    return session.get_one(Partner, partner_id, options=whole)


def country(session: Session, organisation_id: UUID | None) -> Country:
    """Return where an organisation works; what is there elsewhere it cannot choose."""
    found = session.scalar(
        select(Municipality.country)
        .join(Organisation, Organisation.municipality_id == Municipality.id)
        .where(Organisation.id == organisation_id)
    )
    return found or Country.NETHERLANDS


def ending(session: Session, actor: Actor) -> Sequence[Partner]:
    """Return the partners in use whose agreement to share data is over or ends soon."""
    return session.scalars(
        select(Partner)
        .where(
            SCOPE.visible(actor, Action.EDIT), Partner.retired.is_(False),
            Partner.agreed_until <= clock.today() + ENDS_SOON,
        )
        .options(lazyload(Partner.neighbourhood))
        .order_by(Partner.agreed_until, Partner.id)
    ).all()  # fmt: skip


def found(session: Session, actor: Actor, filters: Filters, number: int = 1) -> Sequence[Partner]:
    """Return a page of the partners that fit, by name, and one more if there are further ones."""
    wanted = (
        select(Partner)
        .where(SCOPE.visible(actor), Partner.retired.is_(filters.retired))
        .options(joinedload(Partner.neighbourhood))
        .order_by(func.lower(Partner.name), Partner.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE + 1)
    )
    return session.scalars(_narrowed(wanted, filters)).all()


def _narrowed(wanted: Select[Partner], filters: Filters) -> Select[Partner]:
    if filters.kind:
        wanted = wanted.where(Partner.kind == filters.kind)
    if filters.help_system:
        wanted = wanted.where(Partner.help_system == filters.help_system)
    if filters.neighbourhood_id:
        wanted = wanted.where(Partner.neighbourhood_id == filters.neighbourhood_id)
    if filters.age is not None:
        wanted = wanted.where(
            func.coalesce(Partner.age_from, filters.age) <= filters.age,
            func.coalesce(Partner.age_to, filters.age) >= filters.age,
        )
    if filters.language:
        spoken = cast(Partner.languages, String)
        wanted = wanted.where(spoken.contains(f'"{filters.language}"', autoescape=True))
    if filters.text:
        told = (
            Partner.name, Partner.contact_name, Partner.address, Partner.works_in,
            Partner.how_to_reach,
        )  # fmt: skip
        wanted = wanted.where(or_(*(one.icontains(filters.text, autoescape=True) for one in told)))
    return wanted


def choices(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """Return what a list to choose a partner from shows."""
    rows = session.execute(
        select(Partner.id, Partner.name)
        .where(SCOPE.visible(actor), Partner.retired.is_(False))
        .order_by(func.lower(Partner.name), Partner.id)
    )
    return [(row.id, row.name) for row in rows]


def of(session: Session, organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, Partner]:
    """Return those of them that this organisation works with, by id."""
    if not ids:
        return {}
    rows = session.scalars(
        select(Partner).where(
            Partner.organisation_id == organisation_id, Partner.id.in_(ids),
            Partner.retired.is_(False),
        )
    )  # fmt: skip
    return {one.id: one for one in rows}


def placed(session: Session, organisation_ids: Sequence[UUID]) -> Sequence[Partner]:
    """Return the partners in use that have a point on the map."""
    return session.scalars(
        select(Partner)
        .where(
            Partner.organisation_id.in_(organisation_ids),
            Partner.retired.is_(False),
            Partner.latitude.is_not(None),
        )
        .order_by(func.lower(Partner.name), Partner.id)
    ).all()
