"""Reading signals. What is sealed stays shut here; `service.read` opens it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource, Role
from kinderwerk.accounts.models import Membership, User
from kinderwerk.core import clock
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import Contribution, Measure, Place
from kinderwerk.facts.sources import source
from kinderwerk.families.models import Care, Carer, Child, Family
from kinderwerk.places.located import located
from kinderwerk.places.models import Neighbourhood
from kinderwerk.signals.models import Signal, SignalNote, SignalShare
from kinderwerk.signals.rules import CLOSED, FACTS, Level, Status
from kinderwerk.storage.scoping import Twins, scope, within

#: Every adult of the family that a signal is about, wherever they are kept.
_OF_OWN_FAMILY: Final = or_(
    Carer.family_id == Signal.family_id,
    Carer.family_id.in_(
        select(Child.family_id).where(Child.id == Signal.child_id).correlate(Signal)
    ),
    Carer.id.in_(select(Care.carer_id).where(Care.child_id == Signal.child_id).correlate(Signal)),
)
TWINS: Final[Twins] = {
    conditions.same_organisation: within(Signal.organisation_id, Signal.neighbourhood_id),
    conditions.owner: lambda actor, membership: and_(
        Signal.owner_id.is_not(None), Signal.owner_id == actor.id
    ),
    conditions.reader: lambda actor, membership: exists().where(
        SignalShare.signal_id == Signal.id, SignalShare.user_id == actor.id
    ),
    conditions.own_family: lambda actor, membership: exists().where(
        Carer.user_id == actor.id, _OF_OWN_FAMILY
    ),
}
SCOPE: Final = scope(Resource.SIGNAL, Signal, TWINS)

CARRIERS: Final = (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER)
_WHOLE: Final = (
    joinedload(Signal.child).joinedload(Child.family).selectinload(Family.carers),
    joinedload(Signal.family).selectinload(Family.carers),
    joinedload(Signal.family).selectinload(Family.children),
    joinedload(Signal.neighbourhood),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which signals a list shows."""

    status: str = "open"
    level: Level | None = None
    mine: bool = False


def by_id(session: Session, signal_id: UUID) -> Signal:
    return session.get_one(Signal, signal_id, options=_WHOLE)


def visible(session: Session, actor: Actor, choice: Choice) -> Sequence[Signal]:
    """Return what this actor may read: the most serious first, then what is due soonest."""
    wanted = select(Signal).where(SCOPE.visible(actor)).options(*_WHOLE)
    if choice.status in ("open", "closed"):
        closed = Signal.status.in_(CLOSED)
        wanted = wanted.where(closed if choice.status == "closed" else ~closed)
    if choice.level:
        wanted = wanted.where(Signal.level == choice.level)
    if choice.mine:
        wanted = wanted.where(Signal.owner_id == actor.id)
    return session.scalars(
        wanted.order_by(Signal.level.desc(), Signal.review_on, Signal.created_at.desc()).limit(300)
    ).all()


def due(session: Session, actor: Actor, day: date) -> Sequence[Signal]:
    """Return the open signals that somebody should have looked at by that day."""
    return session.scalars(
        select(Signal)
        .where(SCOPE.visible(actor), Signal.status.not_in(CLOSED), Signal.review_on <= day)
        .options(*_WHOLE)
        .order_by(Signal.level.desc(), Signal.review_on)
    ).all()


def notes(session: Session, signal: Signal) -> Sequence[SignalNote]:
    return session.scalars(
        select(SignalNote)
        .where(SignalNote.signal_id == signal.id)
        .order_by(SignalNote.created_at, SignalNote.id)
    ).all()


def fact_ids(session: Session, signal_id: UUID) -> Sequence[UUID]:
    return session.scalars(
        select(SignalNote.id).where(SignalNote.signal_id == signal_id, SignalNote.kind.in_(FACTS))
    ).all()


def colleagues(session: Session, signal: Signal) -> Sequence[User]:
    """Return who could carry or share this signal: never an adult of the family concerned."""
    return session.scalars(
        _holding(signal.organisation_id, CARRIERS, signal.neighbourhood_id).where(
            User.id.not_in(signal.facts.family)
        )
    ).all()


def receivers(session: Session, organisation_id: UUID) -> Sequence[User]:
    """Return who takes on what is passed on: protection officers, else coordinators."""
    for role in (Role.PROTECTION_OFFICER, Role.COORDINATOR):
        if found := session.scalars(_holding(organisation_id, [role], None)).all():
            return found
    return []


def people(session: Session, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    """Return the names of these people."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_({i for i in ids if i})))
    return {row.id: row.name for row in rows}


def children(session: Session, actor: Actor) -> Sequence[Child]:
    return session.scalars(
        select(Child)
        .where(Child.organisation_id == actor.organisation_id)
        .order_by(Child.first_name, Child.surname)
    ).all()


def families(session: Session, actor: Actor) -> Sequence[Family]:
    return session.scalars(
        select(Family)
        .where(Family.organisation_id == actor.organisation_id)
        .options(selectinload(Family.carers), selectinload(Family.children))
    ).all()


def neighbourhoods(session: Session, actor: Actor) -> Sequence[Neighbourhood]:
    return session.scalars(
        select(Neighbourhood)
        .where(Neighbourhood.municipality_id == actor.municipality_id)
        .order_by(Neighbourhood.name)
    ).all()


@source
def contributions(session: Session) -> Iterator[Contribution]:
    """Yield what each signal adds to the counts."""
    signals = session.scalars(select(Signal).options(*_WHOLE)).all()
    places = located(session, [signal.neighbourhood_id for signal in signals])
    for signal in signals:
        yield contribution(signal, places.get(signal.neighbourhood_id))  # type: ignore[arg-type]


def contribution(signal: Signal, place: Place | None) -> Contribution:
    """A signal counts on the day on which it was written down, once somebody has taken it on."""
    if signal.status is Status.PASSED_ON:
        return facts.nothing()
    day = clock.to_wall(signal.created_at).date()
    return facts.cells(Measure.SIGNALS, signal.organisation_id, day, place)


def _holding(
    organisation_id: UUID, roles: Sequence[Role], neighbourhood_id: UUID | None
) -> Select[User]:
    """Return who holds one of these roles there, in the neighbourhood or without such a limit."""
    return (
        select(User)
        .where(
            exists().where(
                Membership.user_id == User.id,
                Membership.organisation_id == organisation_id,
                Membership.role.in_(roles),
                Membership.ended_at.is_(None),
                or_(
                    Membership.neighbourhood_id.is_(None),
                    Membership.neighbourhood_id == neighbourhood_id,
                ),
            )
        )
        .order_by(User.name)
    )
