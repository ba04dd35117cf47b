"""Reading requests. What is sealed stays shut here; `service.read` opens it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource, Role
from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.access_requests.rules import Identity
from kinderwerk.accounts.models import Organisation, User
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
    answering = holding(
        request.organisation_id, [Role.PRIVACY_OFFICER, Role.PROTECTION_OFFICER], None
    )
    return session.scalars(answering.where(User.id.not_in(request.facts.family))).all()


def locked(session: Session, request_id: UUID) -> AccessRequest:
    return session.get_one(AccessRequest, request_id, with_for_update={"of": AccessRequest})


def unanswered(session: Session) -> Sequence[AccessRequest]:
    """Return what waits for an answer anywhere, for the system."""
    return session.scalars(
        select(AccessRequest).where(AccessRequest.sent_on.is_(None)).options(*_WHOLE)
    ).all()


def own(session: Session, actor: Actor) -> Sequence[AccessRequest]:
    """Return what this person asked themselves on a page of ours, and how far that is."""
    return session.scalars(
        select(AccessRequest)
        .where(
            AccessRequest.author_id == actor.id,
            AccessRequest.identity == Identity.SIGNED_IN,
        )
        .order_by(AccessRequest.received_on.desc(), AccessRequest.id)
        .limit(20)
    ).all()  # fmt: skip


def organisations(session: Session) -> Sequence[Organisation]:
    return session.scalars(select(Organisation).order_by(Organisation.name)).all()


def families(session: Session, actor: Actor) -> Sequence[Family]:
    """Return the families that whoever answers requests can choose from, but the own."""
    if actor.id is None:
        return []
    found = session.scalars(
        select(Family)
        .where(Family.organisation_id == actor.organisation_id, ~is_own(actor.id, Family.id))
        .options(
            selectinload(Family.carers),
            selectinload(Family.children).options(
                lazyload(Child.cares), lazyload(Child.residences)
            ),
        )
    )
    return sorted(found, key=lambda family: family.called.casefold())


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
