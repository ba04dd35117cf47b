"""Reading editions, and everything they are made from."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, undefer

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource, Role
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.core.periods import Period
from kinderwerk.facts import queries as facts
from kinderwerk.facts.rules import CellKey
from kinderwerk.families.models import Carer, Child
from kinderwerk.goals.models import Goal, Grant
from kinderwerk.places import queries as places
from kinderwerk.places.rules import one_band
from kinderwerk.reports import banded, rules
from kinderwerk.reports.models import Count, Edition
from kinderwerk.reports.rules import Agreed, Aim, Area, Band, Frame, Held, Made
from kinderwerk.storage.reach import reaching, widen
from kinderwerk.storage.scoping import in_municipality, scope
from kinderwerk.stories import queries as stories
from kinderwerk.stories.models import Story

SCOPE: Final = scope(
    Resource.REPORT,
    Edition,
    {
        conditions.same_municipality: in_municipality(Edition.municipality_id),
        conditions.released: lambda actor, membership: Edition.released_at.is_not(None),
    },
)


def by_id(session: Session, edition_id: UUID) -> Edition:
    return session.get_one(Edition, edition_id, options=[joinedload(Edition.municipality)])


def with_pdf(session: Session, edition_id: UUID) -> Edition:
    options = [joinedload(Edition.municipality), undefer(Edition.pdf)]
    return session.get_one(Edition, edition_id, options=options)


def visible(session: Session, actor: Actor) -> Sequence[Edition]:
    return session.scalars(
        select(Edition)
        .where(SCOPE.visible(actor), newest())
        .options(joinedload(Edition.municipality))
        .order_by(Edition.period.desc(), Edition.number.desc())
    ).all()


def newest() -> ColumnElement[bool]:
    """Hold for editions of which no later version is released."""
    later = aliased(Edition)
    return ~exists().where(
        later.municipality_id == Edition.municipality_id, later.period == Edition.period,
        later.number > Edition.number, later.released_at.is_not(None),
    )  # fmt: skip


def periods(session: Session, municipality_id: UUID) -> set[Period]:
    """Return the periods of which there is a report, released or not."""
    written = select(Edition.period).where(Edition.municipality_id == municipality_id)
    return {Period.read(period) for period in session.scalars(written)}


def readers(session: Session, municipality_id: UUID) -> Sequence[User]:
    """Return who reads reports for the municipality."""
    return session.scalars(
        select(User)
        .where(
            exists().where(
                Membership.user_id == User.id,
                Membership.municipality_id == municipality_id,
                Membership.role == Role.MUNICIPALITY,
                Membership.ended_at.is_(None),
            )
        )
        .order_by(User.name, User.id)
    ).all()


def organisations(session: Session, municipality_id: UUID) -> Sequence[Organisation]:
    return session.scalars(
        select(Organisation)
        .where(Organisation.municipality_id == municipality_id)
        .order_by(Organisation.name)
    ).all()


def frame(session: Session, municipality_id: UUID, period: Period) -> Frame:
    """Return what a report of that period is about; people are those of its year."""
    houses = organisations(session, municipality_id)
    ids = [house.id for house in houses]
    districts, band = ground(session, municipality_id, period.year)
    with reaching(session, ids):
        aimed = [aim(goal) for goal in aims(session, ids, period.begins, period.ends)]
        granted = grants(session, municipality_id, ids, period.begins, period.ends)
    return Frame(
        period=period,
        municipality=places.municipality(session, municipality_id).name,
        organisations=[(house.id, house.name) for house in houses],
        districts=districts,
        aims=aimed,
        living=rules.together(part.living for area in districts for part in area.parts),
        band=band,
        grants=granted,
    )


def ground(session: Session, municipality_id: UUID, year: int) -> tuple[list[Area], Band | None]:
    """Return the districts with their neighbourhoods, and who lives there if that is known.

    It is known only if it was published for the same ages and year everywhere.
    """
    hoods = places.neighbourhoods(session, municipality_id)
    living = places.children_living(session, [one.id for one in hoods], year)
    band = one_band(living.values())
    figures = {id: known.value for id, known in living.items()} if band else {}
    parts: dict[UUID, list[Area]] = {}
    for hood in hoods:
        here = Area(hood.id, hood.name, figures.get(hood.id))
        parts.setdefault(hood.district_id, []).append(here)
    names = {hood.district_id: hood.district.name for hood in hoods}
    districts = [
        Area(id, name, rules.together(part.living for part in parts[id]), parts[id])
        for id, name in sorted(names.items(), key=lambda x: x[1])
    ]
    return districts, Band(band.age_from, band.age_to, band.year) if band else None


def aims(
    session: Session, organisation_ids: Sequence[UUID], first: date, last: date
) -> Sequence[Goal]:
    """Return the goals that hold on any of these days."""
    return session.scalars(
        select(Goal)
        .where(
            Goal.organisation_id.in_(organisation_ids),
            Goal.begins_on <= last,
            Goal.ends_on >= first,
        )
        .options(joinedload(Goal.theme))
        .order_by(Goal.organisation_id, Goal.title)
    ).all()


def aim(goal: Goal) -> Aim:
    return Aim(
        goal.id, goal.organisation_id, goal.title, goal.theme.code.value,
        goal.target_visits, goal.target_children,
    )  # fmt: skip


def grants(
    session: Session, municipality_id: UUID, organisation_ids: Sequence[UUID], first: date,
    last: date,
) -> list[Agreed]:  # fmt: skip
    """Return the grants that hold on any of these days."""
    found = session.scalars(
        select(Grant)
        .where(
            Grant.organisation_id.in_(organisation_ids),
            Grant.municipality_id == municipality_id,
            Grant.begins_on <= last,
            Grant.ends_on >= first,
        )
        .order_by(Grant.organisation_id, Grant.reference)
    )
    return [
        Agreed(
            grant.organisation_id, grant.reference, grant.begins_on, grant.ends_on,
            grant.agreed_hours, grant.agreed_activities, grant.agreed_children,
        )
        for grant in found
    ]  # fmt: skip


def counts(session: Session, about: Frame) -> Mapping[CellKey, int]:
    """Return the exact counts of the year in which the period lies, and of all its parts.

    Of all organisations in the report: for this reading, and no other, they are in reach.
    """
    year, houses = Period(about.period.year), [id for id, _name in about.organisations]
    periods = (year, *year.parts, *year.quarters)
    with reaching(session, houses):
        found = facts.counts(
            session, organisation_ids=houses, periods=[str(one) for one in periods]
        )
        if about.band and about.ages:
            found = {**found, **banded.in_periods(session, houses, about.band, periods)}
        return found


def out_before(
    session: Session, municipality_id: UUID, period: Period, number: int = 1
) -> list[Made]:
    """Return all other released editions of the same year: they and this one tell of each other.

    Older versions of the same period are among them, for who has read them has them still.
    """
    others = session.scalars(
        select(Edition)
        .where(
            Edition.municipality_id == municipality_id,
            Edition.released_at.is_not(None),
            Edition.period.startswith(str(period.year)),
            or_(Edition.period != str(period), Edition.number != number),
        )
        .order_by(Edition.period, Edition.number)
    ).all()
    return made(session, others)


def made(session: Session, editions: Sequence[Edition]) -> list[Made]:
    """Return editions with the exact counts behind them, of all organisations in them.

    For this reading, and no other, these are in reach.
    """
    houses = {house["id"] for one in editions for house in one.content["organisations"]}
    parts: dict[UUID, dict[UUID, dict[str, Any]]] = {one.id: {} for one in editions}
    with reaching(session, map(UUID, sorted(houses))):
        for count in session.scalars(select(Count).where(Count.edition_id.in_(parts))):
            parts[count.edition_id][count.organisation_id] = count.counted
    return [Made(one.content, rules.joined(parts[one.id])) for one in editions]


def out_of(session: Session, municipality_id: UUID, period: Period) -> Held | None:
    """Return what the report of that period told, once it is released."""
    return session.scalar(
        select(Edition.content)
        .where(
            Edition.municipality_id == municipality_id,
            Edition.period == str(period),
            Edition.released_at.is_not(None),
        )
        .order_by(Edition.number.desc())
        .limit(1)
    )


def superseded(session: Session, edition: Edition) -> bool:
    """Whether a later version of this edition is released."""
    return any(
        one.number > edition.number and one.released_at for one in versions(session, edition)
    )


def versions(session: Session, edition: Edition) -> Sequence[Edition]:
    """Return all versions of a report, the newest first, released or not."""
    return session.scalars(
        select(Edition)
        .where(Edition.municipality_id == edition.municipality_id, Edition.period == edition.period)
        .order_by(Edition.number.desc())
    ).all()


def names(session: Session, organisation_id: UUID) -> list[str]:
    """Return the names of the children here, and of those who care for them."""
    children = select(Child.first_name, Child.surname).where(
        Child.organisation_id == organisation_id
    )
    carers = select(Carer.name).where(Carer.organisation_id == organisation_id)
    return [*(" ".join(row) for row in session.execute(children)), *session.scalars(carers)]


def stories_of(session: Session, held: Held, *, only: UUID | None = None) -> list[Story]:
    """Return the stories that may go out with an edition, of all who are in it or of `only` one."""
    period = Period.read(held["period"])
    houses = [UUID(house["id"]) for house in held["organisations"]]
    for house in houses if only is None else ():
        widen(session, house)
    wanted = houses if only is None else [only]
    return stories.to_tell(session, wanted, period.begins, period.ends)


def stories_taken_back(session: Session, municipality_id: UUID, held: Held) -> set[str]:
    """Return which stories of reports that are out are taken back since, and no report says so."""
    out = session.scalars(
        select(Edition.content).where(
            Edition.municipality_id == municipality_id, Edition.released_at.is_not(None)
        )
    ).all()
    for house in held["organisations"]:
        widen(session, UUID(house["id"]))
    told = {one["id"] for content in out for one in content.get("stories", ())}
    said = {id for content in out for id in content.get("taken_back", ())}
    return {str(id) for id in stories.taken_back(session, [UUID(id) for id in told - said])}
