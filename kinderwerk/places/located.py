"""In which district a neighbourhood lies, as the counting of facts wants to know it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kinderwerk.facts.rules import Place
from kinderwerk.places.models import Neighbourhood


def located(session: Session, neighbourhood_ids: Iterable[UUID | None]) -> Mapping[UUID, Place]:
    """Return the place of each neighbourhood, in one statement; None among them means nothing."""
    wanted = {one for one in neighbourhood_ids if one}
    return _places(session, Neighbourhood.id.in_(wanted)) if wanted else {}


def all_places(session: Session) -> Mapping[UUID, Place]:
    return _places(session)


def _places(session: Session, *where: ColumnElement[bool]) -> Mapping[UUID, Place]:
    rows = session.execute(select(Neighbourhood.id, Neighbourhood.district_id).where(*where))
    return {row.id: Place(row.id, row.district_id) for row in rows}
