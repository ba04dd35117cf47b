"""Reading incidents. What is sealed stays shut here; `service.read` opens it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource, Role
from kinderwerk.accounts.away import present
from kinderwerk.accounts.models import User
from kinderwerk.accounts.queries import holding
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.families.circle import is_own
from kinderwerk.families.models import Child, Family
from kinderwerk.families.queries import CHILDREN
from kinderwerk.places.models import Venue
from kinderwerk.registers import queries as registers
from kinderwerk.registers.models import Attendance
from kinderwerk.safety import rules
from kinderwerk.safety.models import DataBreach, Incident, IncidentChild, IncidentStaff
from kinderwerk.safety.rules import Cause, Decision, Status
from kinderwerk.signups import queries as signups
from kinderwerk.storage.scoping import Twins, belonging, scope

MOST: Final = 300


def _own_matter(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    """Hold for what is about one's own family; or past the line, about oneself."""
    if actor.id is None:
        return false()
    family = exists().where(
        IncidentChild.incident_id == Incident.id, Child.id == IncidentChild.child_id,
        is_own(actor.id, Child.family_id),
    )  # fmt: skip
    oneself = exists().where(
        IncidentStaff.incident_id == Incident.id, IncidentStaff.user_id == actor.id
    )
    return or_(family, and_(Incident.past_line, oneself))


TWINS: Final[Twins] = {
    conditions.of_organisation: belonging(Incident.organisation_id),
    conditions.own: lambda actor, membership: Incident.author_id == actor.id,
    conditions.owner: lambda actor, membership: and_(
        Incident.owner_id.is_not(None), Incident.owner_id == actor.id
    ),
    conditions.past_the_line: lambda actor, membership: Incident.past_line.is_(True),
    conditions.own_family: _own_matter,
}
INCIDENTS: Final = scope(Resource.INCIDENT, Incident, TWINS)
BOUNDARIES: Final = scope(Resource.BOUNDARY, Incident, TWINS)
BREACHES: Final = scope(
    Resource.DATA_BREACH,
    DataBreach,
    {conditions.of_organisation: belonging(DataBreach.organisation_id)},
)
CARRIERS: Final = (Role.WORKER, Role.COORDINATOR)
_WHOLE: Final = (
    joinedload(Incident.venue),
    selectinload(Incident.children)
    .joinedload(IncidentChild.child)
    .joinedload(Child.family)
    .selectinload(Family.carers),
)
_IN_A_LIST: Final = (
    joinedload(Incident.venue), lazyload(Incident.children), lazyload(Incident.staff),
)  # fmt: skip


def by_id(session: Session, incident_id: UUID) -> Incident:
    return session.get_one(Incident, incident_id, options=_WHOLE)


def breach(session: Session, breach_id: UUID) -> DataBreach:
    return session.get_one(DataBreach, breach_id, options=[joinedload(DataBreach.incident)])


def visible(session: Session, actor: Actor, *, closed: bool = False) -> Sequence[Incident]:
    """Return the incidents that this person sees to or oversees, the newest first."""
    return _listed(session, INCIDENTS.visible(actor), closed=closed)


def boundaries(session: Session, actor: Actor, *, closed: bool = False) -> Sequence[Incident]:
    """Return what came past the line, for the confidential adviser."""
    return _listed(session, BOUNDARIES.visible(actor), closed=closed)


def _listed(
    session: Session, shown: ColumnElement[bool], *, closed: bool
) -> Sequence[Incident]:  # fmt: skip
    standing = Status.CLOSED if closed else Status.OPEN
    return session.scalars(
        select(Incident)
        .where(shown, Incident.status == standing)
        .options(*_IN_A_LIST)
        .order_by(Incident.happened_at.desc(), Incident.id)
        .limit(MOST)
    ).all()


def due(session: Session, actor: Actor, day: date) -> Sequence[Incident]:
    """Return what is serious and open, or was to be looked at again by that day."""
    return session.scalars(
        select(Incident)
        .where(
            INCIDENTS.visible(actor),
            Incident.status == Status.OPEN,
            or_(Incident.severity.in_(rules.ALERTING), Incident.check_on <= day),
        )
        .options(*_IN_A_LIST)
        .order_by(Incident.severity.desc(), Incident.happened_at)
    ).all()


def breaches(session: Session, actor: Actor, *, undecided: bool = False) -> Sequence[DataBreach]:
    wanted = select(DataBreach).where(BREACHES.visible(actor))
    if undecided:
        wanted = wanted.where(DataBreach.decision == Decision.OPEN)
    return session.scalars(wanted.order_by(DataBreach.known_at.desc()).limit(MOST)).all()


def undecided(session: Session, before: datetime) -> Sequence[DataBreach]:
    """Return all breaches known since before that moment about which nothing is decided."""
    return session.scalars(
        select(DataBreach)
        .where(DataBreach.decision == Decision.OPEN, DataBreach.known_at <= before)
        .order_by(DataBreach.known_at)
    ).all()


def people(session: Session, ids: Collection[UUID | None]) -> dict[UUID, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_({i for i in ids if i})))
    return {row.id: row.name for row in rows}


def holders(session: Session, organisation_id: UUID, role: Role) -> Sequence[User]:
    return session.scalars(holding(organisation_id, [role], None)).all()


def nobody_there(session: Session, organisation_id: UUID, role: Role) -> bool:
    return not present(session, organisation_id, holders(session, organisation_id, role))


def colleagues(session: Session, incident: Incident) -> Sequence[User]:
    """Return who could see to it: never an adult of a family concerned."""
    return session.scalars(
        holding(incident.organisation_id, CARRIERS, None).where(
            User.id.not_in(incident.facts.family)
        )
    ).all()


def staff(session: Session, organisation_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Return everybody who works here, by name."""
    rows = session.scalars(holding(organisation_id, list(Role), None)).all()
    return [(one.id, one.name) for one in rows]


def venues(session: Session, organisation_id: UUID) -> Sequence[tuple[UUID, str]]:
    rows = session.execute(
        select(Venue.id, Venue.name)
        .where(Venue.organisation_id == organisation_id, ~Venue.retired)
        .order_by(Venue.name)
    )
    return [(id, name) for id, name in rows]


def session_of(session: Session, actor: Actor, occurrence_id: UUID | None) -> Occurrence | None:
    """Return the session if this person holds its list, else none."""
    if occurrence_id is None:
        return None
    found = session.get(Occurrence, occurrence_id, options=registers.WHOLE)
    held = found and permits(actor, Action.VIEW, Resource.REGISTER, found.facts)
    return found if held else None


def children(session: Session, actor: Actor, occurrence: Occurrence | None) -> Mapping[UUID, str]:
    """Return the children that somebody may name: of the list they hold, or whom they know."""
    if occurrence and not permits(actor, Action.VIEW, Resource.NAMES, occurrence.facts):
        return {}
    if occurrence is None:
        chosen = and_(Child.organisation_id == actor.organisation_id, CHILDREN.visible(actor))
    else:
        came = select(Attendance.child_id).where(Attendance.occurrence_id == occurrence.id)
        chosen = or_(Child.id.in_(signups.on_list(occurrence)), Child.id.in_(came))
    rows = session.execute(
        select(Child.id, Child.first_name, Child.surname)
        .where(chosen)
        .order_by(Child.first_name, Child.surname, Child.id)
    )
    return {id: f"{first} {surname[:1]}.".strip(" .") for id, first, surname in rows}


@dataclass(frozen=True, slots=True)
class YearTable:
    """How often what caused an incident, by place; of what came past the line it knows nothing."""

    year: int
    places: Sequence[str | None]
    causes: Sequence[Cause | None]
    counts: Mapping[tuple[str | None, Cause | None], int]

    def at(self, place: str | None, cause: Cause | None) -> int:
        return self.counts.get((place, cause), 0)

    def of_place(self, place: str | None) -> int:
        return sum(n for (where, _), n in self.counts.items() if where == place)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def year_table(session: Session, actor: Actor, year: int) -> YearTable:
    rows = session.execute(
        select(Venue.name, Incident.cause)
        .select_from(Incident)
        .outerjoin(Venue, Venue.id == Incident.venue_id)
        .where(
            INCIDENTS.visible(actor),
            Incident.happened_at >= clock.midnight(date(year, 1, 1)),
            Incident.happened_at < clock.midnight(date(year + 1, 1, 1)),
        )
    )
    counts: Counter[Any] = Counter((name, cause) for name, cause in rows)
    return YearTable(
        year,
        sorted({name for name, _ in counts}, key=lambda name: (name is None, name or "")),
        [cause for cause in (*Cause, None) if any(one == cause for _, one in counts)],
        counts,
    )


def at_venue(session: Session, actor: Actor, venue_id: UUID) -> Sequence[Incident]:
    """Return what happened at a place within a year, as far as this person may know."""
    return session.scalars(
        select(Incident)
        .where(
            INCIDENTS.visible(actor), Incident.venue_id == venue_id,
            Incident.happened_at >= clock.now() - rules.YEAR,
        )
        .options(*_IN_A_LIST)
        .order_by(Incident.happened_at.desc())
    ).all()  # fmt: skip
