"""Which corners there are for children. Their names are public; the reach of a visitor is not."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation
from kinderwerk.children.rules import Corner
from kinderwerk.places.models import Neighbourhood, Venue
from kinderwerk.storage import reach


def corner(session: Session, organisation_id: UUID, neighbourhood_id: UUID | None = None) -> Corner:
    """Return where a child is, and reach that organisation until the transaction ends.

    A unit of work begins a transaction: whoever writes reaches for it there again.
    """
    here = session.get_one(Organisation, organisation_id)
    area = session.get_one(Neighbourhood, neighbourhood_id) if neighbourhood_id else None
    if area and area.municipality_id != here.municipality_id:
        raise NoResultFound
    reach.widen(session, here.id)
    return Corner(
        organisation_id=here.id, organisation=here.name,
        neighbourhood_id=area.id if area else None, neighbourhood=area.name if area else "",
    )  # fmt: skip


def corners(session: Session) -> Sequence[Corner]:
    """Return the neighbourhoods where organisations have a place, by name."""
    rows = session.execute(
        select(Organisation.id, Organisation.name, Neighbourhood.id, Neighbourhood.name)
        .join(Venue, Venue.organisation_id == Organisation.id)
        .join(Neighbourhood, Neighbourhood.id == Venue.neighbourhood_id)
        .where(Venue.retired.is_(False))
        .distinct()
        .order_by(Neighbourhood.name, Organisation.name, Neighbourhood.id, Organisation.id)
    )
    return [
        Corner(organisation_id=a, organisation=b, neighbourhood_id=c, neighbourhood=d)
        for a, b, c, d in rows
    ]
