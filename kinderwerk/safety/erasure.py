"""Forgetting incidents: small ones some time after they happened, serious ones much later."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.safety import rules
from kinderwerk.safety.models import DataBreach, Incident, IncidentChild, IncidentStaff
from kinderwerk.storage.erasing import remove

ADULT = 18
SERIOUS: ColumnElement[bool] = or_(
    Incident.severity.in_(rules.ALERTING), Incident.insurer_on.is_not(None)
)


def minor(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return the small ones, and when each happened."""
    return _since(session, organisation_id, ~SERIOUS)


def serious(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return those with treatment or liability, and since when the youngest child is 18."""
    found = _since(session, organisation_id, SERIOUS)
    rows = session.execute(
        select(IncidentChild.incident_id, func.max(Child.born_on))
        .join(Child, Child.id == IncidentChild.child_id)
        .where(IncidentChild.incident_id.in_(found))
        .group_by(IncidentChild.incident_id)
    )
    grown = {id: _birthday(born) for id, born in rows}
    return {id: max(since, grown.get(id, since)) for id, since in found.items()}


def families_in(session: Session, organisation_id: UUID) -> set[UUID]:
    """Return the families of children of whom something serious is kept."""
    return set(
        session.scalars(
            select(Child.family_id)
            .join(IncidentChild, IncidentChild.child_id == Child.id)
            .join(Incident, Incident.id == IncidentChild.incident_id)
            .where(Incident.organisation_id == organisation_id, SERIOUS)
        )
    )


def forget_children(session: Session, ids: Collection[UUID]) -> None:
    """Take away what was about these children only; from the rest, these children."""
    about = select(IncidentChild.incident_id).where(IncidentChild.child_id.in_(ids))
    others = select(IncidentChild.incident_id).where(IncidentChild.child_id.not_in(ids))
    alone = and_(Incident.id.in_(about), Incident.id.not_in(others))
    forget(session, session.scalars(select(Incident.id).where(alone)).all())
    remove(session, IncidentChild, IncidentChild.child_id.in_(ids))


def forget(session: Session, ids: Collection[UUID]) -> None:
    remove(session, DataBreach, DataBreach.incident_id.in_(ids))
    remove(session, IncidentChild, IncidentChild.incident_id.in_(ids))
    remove(session, IncidentStaff, IncidentStaff.incident_id.in_(ids))
    remove(session, Incident, Incident.id.in_(ids))


def _since(
    session: Session, organisation_id: UUID, *where: ColumnElement[bool]
) -> dict[UUID, date]:
    rows = session.execute(
        select(Incident.id, Incident.happened_at).where(
            Incident.organisation_id == organisation_id, *where
        )
    )
    return {id: clock.to_wall(at).date() for id, at in rows}


def _birthday(born: date) -> date:
    year = born.year + ADULT
    return date(year, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(year=year)
