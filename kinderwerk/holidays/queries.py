"""Reading holidays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import and_, false, or_, select, true
from sqlalchemy.orm import Session

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.accounts.models import Municipality, Organisation
from kinderwerk.accounts.rules import Country
from kinderwerk.core import working_days
from kinderwerk.holidays import rules
from kinderwerk.holidays.models import Holiday
from kinderwerk.holidays.rules import Free, Kind, Period, Region
from kinderwerk.storage.scoping import belonging, scope

SCOPE: Final = scope(
    Resource.HOLIDAY,
    Holiday,
    {conditions.of_organisation: belonging(Holiday.organisation_id)},
)
MOST: Final = 400


@dataclass(frozen=True, slots=True)
class Here:
    """Where an organisation is, as far as holidays go."""

    region: Region
    country: Country


def by_id(session: Session, holiday_id: UUID) -> Holiday:
    return session.get_one(Holiday, holiday_id)


def listed(session: Session, actor: Actor, since: date) -> Sequence[Holiday]:
    """Return what is not over yet on that day, in the order of the calendar."""
    return session.scalars(
        select(Holiday)
        .where(SCOPE.visible(actor), Holiday.last_on >= since)
        .order_by(Holiday.first_on, Holiday.kind, Holiday.region, Holiday.id)
        .limit(MOST)
    ).all()


def here(session: Session, organisation_id: UUID) -> Here:
    region, country = session.execute(
        select(Organisation.holiday_region, Municipality.country)
        .join(Organisation.municipality)
        .where(Organisation.id == organisation_id)
    ).one()
    return Here(Region(region), country)


def free(
    session: Session, organisation_id: UUID, first: date, last: date, wanted: Free
) -> list[Period]:
    """Return the holidays that touch these days and are kept."""
    school = (
        Holiday.region.in_([wanted.school, Region.ALL]) if wanted.school is not None else false()
    )
    rows = session.scalars(
        select(Holiday).where(
            Holiday.organisation_id == organisation_id,
            Holiday.first_on <= last, Holiday.last_on >= first,
            or_(
                and_(Holiday.kind == Kind.SCHOOL, school),
                and_(Holiday.kind == Kind.PUBLIC, true() if wanted.public else false()),
            ),
        )
    )  # fmt: skip
    return [row.period for row in rows]


def off(session: Session, organisation_id: UUID, day: date) -> frozenset[date]:
    """Return the public holidays around a day, as far as deadlines in working days reach."""
    first, last = day - working_days.HORIZON, day + working_days.HORIZON
    written = and_(
        Holiday.organisation_id == Organisation.id, Holiday.kind == Kind.PUBLIC,
        Holiday.first_on <= date(last.year, 12, 31), Holiday.last_on >= date(first.year, 1, 1),
    )  # fmt: skip
    rows = session.execute(
        select(Municipality.country, Holiday)
        .select_from(Organisation)
        .join(Organisation.municipality)
        .outerjoin(Holiday, written)
        .where(Organisation.id == organisation_id)
    ).all()
    own = [row.Holiday.period for row in rows if row.Holiday]
    return rules.off(rows[0].country, own, first, last)
