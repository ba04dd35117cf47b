"""Reading the log of child councils."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.council.models import CouncilPoint
from kinderwerk.council.rules import MOST
from kinderwerk.ideas import looking
from kinderwerk.ideas import queries as ideas
from kinderwerk.ideas.looking import Mark
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.rules import Standing
from kinderwerk.storage.scoping import scope, within

LISTED: Final = 300
SCOPE: Final = scope(
    Resource.COUNCIL,
    CouncilPoint,
    {
        conditions.same_organisation: within(
            CouncilPoint.organisation_id, CouncilPoint.neighbourhood_id
        )
    },
)


def by_id(session: Session, point_id: UUID) -> CouncilPoint:
    return session.get_one(CouncilPoint, point_id)


def locked(session: Session, point_id: UUID) -> CouncilPoint:
    return session.get_one(CouncilPoint, point_id, with_for_update=True)


def visible(session: Session, actor: Actor) -> Sequence[CouncilPoint]:
    """Return the points of all councils here, what waits first, then the newest."""
    found = session.scalars(
        select(CouncilPoint)
        .where(SCOPE.visible(actor))
        .order_by(
            CouncilPoint.told_back_on.is_not(None), CouncilPoint.held_on.desc(),
            CouncilPoint.created_at, CouncilPoint.id,
        )
        .limit(LISTED)
    )  # fmt: skip
    return found.all()


def of_session(session: Session, occurrence_id: UUID) -> Sequence[CouncilPoint]:
    here = select(CouncilPoint).where(CouncilPoint.occurrence_id == occurrence_id)
    return session.scalars(here.order_by(CouncilPoint.created_at, CouncilPoint.id)).all()


def told(session: Session, organisation_id: UUID, neighbourhood_id: UUID) -> Sequence[CouncilPoint]:
    """Return what everybody may read: what was decided, why, and told back to the children."""
    return session.scalars(
        select(CouncilPoint)
        .where(
            CouncilPoint.organisation_id == organisation_id,
            CouncilPoint.neighbourhood_id == neighbourhood_id,
            CouncilPoint.told_back_on.is_not(None),
        )
        .order_by(CouncilPoint.told_back_on.desc(), CouncilPoint.id)
        .limit(MOST)
    ).all()


def waiting_ideas(session: Session, actor: Actor) -> Sequence[Idea]:
    """Return the ideas of children that a council can still talk about."""
    return ideas.visible(session, actor, Standing.OPEN)


def marks(session: Session, organisation_id: UUID, text: str) -> list[Mark]:
    """Return why somebody should look twice at what is to be public."""
    return looking.marks(
        text, worry=ideas.worrying(session, organisation_id),
        names=ideas.surnames(session, organisation_id),
        places=ideas.place_names(session, organisation_id), drawn=True,
    )  # fmt: skip
