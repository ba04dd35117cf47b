"""Reading access requests. What is sealed stays shut here; `service.read` opens it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource, Role
from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.accounts.models import User
from kinderwerk.accounts.queries import holding
from kinderwerk.families.circle import is_own
from kinderwerk.families.models import Child, Family
from kinderwerk.signals.models import Signal
from kinderwerk.signals.queries import SCOPE as SIGNALS
from kinderwerk.storage.scoping import belonging, scope

SCOPE: Final = scope(
    Resource.ACCESS_REQUEST,
    AccessRequest,
    {
        conditions.of_organisation: belonging(AccessRequest.organisation_id),
        conditions.own_family: lambda actor, membership: (
            is_own(actor.id, AccessRequest.family_id) if actor.id else false()
        ),
    },
)
_WHOLE: Final = (
    joinedload(AccessRequest.family).selectinload(Family.carers),
    joinedload(AccessRequest.family).selectinload(Family.children),
)


def by_id(session: Session, request_id: UUID) -> AccessRequest:
    return session.get_one(AccessRequest, request_id, options=_WHOLE)


def officers(session: Session, request: AccessRequest) -> Sequence[User]:
    """Return who answers families here, but for those of this one."""
    answering = holding(request.organisation_id, [Role.PROTECTION_OFFICER], None)
    return session.scalars(answering.where(User.id.not_in(request.facts.family))).all()


def visible(session: Session, actor: Actor) -> Sequence[AccessRequest]:
    """Return what waits, what is due soonest first, then what was sent."""
    return session.scalars(
        select(AccessRequest)
        .where(SCOPE.visible(actor))
        .options(*_WHOLE)
        .order_by(
            AccessRequest.sent_on.is_not(None), AccessRequest.received_on, AccessRequest.id
        )
        .limit(200)
    ).all()  # fmt: skip


def waiting(session: Session, actor: Actor) -> Sequence[AccessRequest]:
    return [one for one in visible(session, actor) if one.sent_on is None]


def signals_of(session: Session, actor: Actor, family_id: UUID) -> Sequence[Signal]:
    """Return the signals about this family that this person reads."""
    children = select(Child.id).where(Child.family_id == family_id)
    return session.scalars(
        select(Signal)
        .where(
            SIGNALS.visible(actor),
            or_(Signal.family_id == family_id, Signal.child_id.in_(children)),
        )
        .options(
            selectinload(Signal.child), selectinload(Signal.neighbourhood),
            joinedload(Signal.family).selectinload(Family.carers),
            joinedload(Signal.family).selectinload(Family.children),
        )
        .order_by(Signal.observed_on)
    ).all()  # fmt: skip
