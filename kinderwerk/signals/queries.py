"""Reading signals. What is sealed stays shut here; `service.read` opens it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource, Role
from kinderwerk.accounts.away import present
from kinderwerk.accounts.models import User
from kinderwerk.accounts.queries import holding
from kinderwerk.accounts.shares import reads
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import Contribution, Measure, Place
from kinderwerk.facts.sources import source
from kinderwerk.families.circle import is_own
from kinderwerk.families.models import Child, Family
from kinderwerk.families.queries import CHILDREN, in_reach
from kinderwerk.places.located import located
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers.models import Attendance
from kinderwerk.signals.models import Signal, SignalLink, SignalNote, SignalShare
from kinderwerk.signals.rules import CLOSED, FACTS, Level, Status
from kinderwerk.signups import queries as signups
from kinderwerk.storage.scoping import Twins, scope, within


def _own_family(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    if actor.id is None:
        return false()
    of_child = select(Child.family_id).where(Child.id == Signal.child_id).correlate(Signal)
    return or_(is_own(actor.id, Signal.family_id), is_own(actor.id, of_child.scalar_subquery()))


TWINS: Final[Twins] = {
    conditions.same_organisation: within(Signal.organisation_id, Signal.neighbourhood_id),
    conditions.owner: lambda actor, membership: and_(
        Signal.owner_id.is_not(None), Signal.owner_id == actor.id
    ),
    conditions.reader: reads(SignalShare, SignalShare.signal_id == Signal.id),
    conditions.own_family: _own_family,
}
SCOPE: Final = scope(Resource.SIGNAL, Signal, TWINS)
#: Those of which somebody may say that they belong together.
JOINED: Final = scope(Resource.SIGNAL_LINK, Signal, TWINS)

CARRIERS: Final = (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER)
WHOLE: Final = (
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
    return session.get_one(Signal, signal_id, options=WHOLE)


def visible(session: Session, actor: Actor, choice: Choice) -> Sequence[Signal]:
    """Return what this actor may read: the most serious first, then what is due soonest."""
    wanted = select(Signal).where(SCOPE.visible(actor)).options(*WHOLE)
    if choice.status == "unfinished":
        wanted = wanted.where(Signal.unfinished, Signal.status.not_in(CLOSED))
    elif choice.status in ("open", "closed"):
        closed = Signal.status.in_(CLOSED)
        wanted = wanted.where(closed if choice.status == "closed" else ~closed)
    if choice.level:
        wanted = wanted.where(Signal.level == choice.level)
    if choice.mine:
        wanted = wanted.where(Signal.owner_id.in_(actor.carries_for))
    return session.scalars(
        wanted.order_by(Signal.level.desc(), Signal.review_on, Signal.created_at.desc()).limit(300)
    ).all()


def due(session: Session, actor: Actor, day: date) -> Sequence[Signal]:
    """Return the open signals that somebody should have looked at by that day."""
    return session.scalars(
        select(Signal)
        .where(SCOPE.visible(actor), Signal.status.not_in(CLOSED), Signal.review_on <= day)
        .options(*WHOLE)
        .order_by(Signal.level.desc(), Signal.review_on)
    ).all()


def unfinished(session: Session, actor: Actor) -> int:
    """Count what this actor wrote down in a hurry, and has still to complete."""
    mine = SCOPE.visible(actor), Signal.owner_id == actor.id, Signal.status.not_in(CLOSED)
    wanted = select(func.count()).select_from(Signal).where(*mine, Signal.unfinished)
    return session.scalar(wanted) or 0


def notes(session: Session, signal: Signal) -> Sequence[SignalNote]:
    return session.scalars(
        select(SignalNote)
        .where(SignalNote.signal_id == signal.id)
        .order_by(SignalNote.created_at, SignalNote.kind.not_in(FACTS), SignalNote.id)
    ).all()


def fact_ids(session: Session, signal_id: UUID) -> Sequence[UUID]:
    return session.scalars(
        select(SignalNote.id).where(SignalNote.signal_id == signal_id, SignalNote.kind.in_(FACTS))
    ).all()


def colleagues(session: Session, signal: Signal) -> Sequence[User]:
    """Return who could carry or share this signal: never an adult of the family concerned."""
    return session.scalars(
        holding(signal.organisation_id, CARRIERS, signal.neighbourhood_id).where(
            User.id.not_in(signal.facts.family)
        )
    ).all()


def receivers(session: Session, organisation_id: UUID) -> Sequence[User]:
    """Return who takes on what is passed on: protection officers, else coordinators.

    Whoever is away while nobody stands in comes last: they are asked only where nobody is there.
    """
    absent: list[User] = []
    for role in (Role.PROTECTION_OFFICER, Role.COORDINATOR):
        found = session.scalars(holding(organisation_id, [role], None)).all()
        if there := present(session, organisation_id, found):
            return there
        absent += found
    return absent


def officers(session: Session, signal: Signal) -> Sequence[User]:
    """Return who oversees this signal; of a matter of their own family nobody tells them."""
    watching = holding(signal.organisation_id, [Role.PROTECTION_OFFICER], signal.neighbourhood_id)
    return session.scalars(watching.where(User.id.not_in(signal.facts.family))).all()


def about_the_same(signal: Signal) -> ColumnElement[bool]:
    """Hold for the other signals about the same child, a brother or sister, or their family."""
    family_id = signal.child.family_id if signal.child else signal.family_id
    if family_id is None:
        return false()
    children = select(Child.id).where(Child.family_id == family_id)
    return and_(
        Signal.organisation_id == signal.organisation_id,
        Signal.id != signal.id,
        or_(Signal.family_id == family_id, Signal.child_id.in_(children)),
    )


def alike(session: Session, actor: Actor, signal: Signal) -> Sequence[Signal]:
    """Return the signals about the same that this actor reads too, and that are not joined yet."""
    return session.scalars(
        select(Signal)
        .where(
            JOINED.visible(actor), about_the_same(signal), Signal.id.not_in(_joined_to(signal.id))
        )
        .options(*WHOLE)
        .order_by(Signal.created_at.desc())
    ).all()


def _joined_to(signal_id: UUID) -> Select[tuple[UUID]]:
    other = case((SignalLink.one_id == signal_id, SignalLink.other_id), else_=SignalLink.one_id)
    mine = or_(SignalLink.one_id == signal_id, SignalLink.other_id == signal_id)
    return select(other).where(mine)


def to_join(session: Session, actor: Actor, signal: Signal) -> Sequence[Signal]:
    """Return what could be joined to it: what is about the same first, then all that is open."""
    same = about_the_same(signal)
    return session.scalars(
        select(Signal)
        .where(
            JOINED.visible(actor), Signal.id != signal.id,
            Signal.organisation_id == signal.organisation_id,
            or_(same, Signal.status.not_in(CLOSED)), Signal.id.not_in(_joined_to(signal.id)),
        )
        .options(*WHOLE)
        .order_by(case((same, 0), else_=1), Signal.created_at.desc())
        .limit(100)
    ).all()  # fmt: skip


def links(session: Session, actor: Actor, signal_id: UUID) -> Sequence[tuple[SignalLink, Signal]]:
    """Return what it is joined to, of which this actor reads the other side too."""
    rows = session.execute(
        select(SignalLink, Signal)
        .where(
            or_(SignalLink.one_id == signal_id, SignalLink.other_id == signal_id),
            Signal.id != signal_id,
            or_(Signal.id == SignalLink.one_id, Signal.id == SignalLink.other_id),
            SCOPE.visible(actor),
        )
        .options(*WHOLE)
        .order_by(SignalLink.created_at)
    )
    return [(link, other) for link, other in rows]


def between(session: Session, one: UUID, other: UUID) -> SignalLink | None:
    first, last = sorted((one, other))
    return session.scalar(
        select(SignalLink).where(SignalLink.one_id == first, SignalLink.other_id == last)
    )


def late(session: Session, today: date) -> Sequence[Signal]:
    """Return what nobody looked at in time, and of which the officer has not heard yet."""
    untold = or_(Signal.escalated_on.is_(None), Signal.escalated_on != Signal.review_on)
    return session.scalars(
        select(Signal)
        .where(Signal.status.not_in(CLOSED), Signal.review_on < today, untold)
        .order_by(Signal.id)
        .with_for_update()
    ).all()


def people(session: Session, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    """Return the names of these people."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_({i for i in ids if i})))
    return {row.id: row.name for row in rows}


def ours(session: Session, actor: Actor, occurrence_id: UUID | None) -> UUID | None:
    """Return this session if it is one of the actor's organisation."""
    return session.scalar(
        select(Occurrence.id).where(
            Occurrence.id == occurrence_id, Occurrence.organisation_id == actor.organisation_id
        )
    )


def children(session: Session, actor: Actor) -> Sequence[Child]:
    return session.scalars(
        select(Child)
        .where(Child.organisation_id == actor.organisation_id, CHILDREN.visible(actor))
        .order_by(Child.first_name, Child.surname)
    ).all()


def children_of(session: Session, actor: Actor, occurrence_id: UUID | None) -> Sequence[Child]:
    """Return who came to a session or has a place there, for whoever knows those children."""
    held = session.get(Occurrence, occurrence_id) if occurrence_id else None
    if held is None or not permits(actor, Action.VIEW, Resource.NAMES, held.facts):
        return []
    came = select(Attendance.child_id).where(Attendance.occurrence_id == held.id)
    return session.scalars(
        select(Child)
        .where(
            Child.organisation_id == actor.organisation_id, CHILDREN.visible(actor),
            or_(Child.id.in_(signups.on_list(held)), Child.id.in_(came)),
        )
        .order_by(Child.first_name, Child.surname)
    ).all()  # fmt: skip


def families(session: Session, actor: Actor) -> Sequence[Family]:
    return session.scalars(
        select(Family)
        .where(Family.organisation_id == actor.organisation_id, in_reach(actor))
        .options(selectinload(Family.carers), selectinload(Family.children))
    ).all()


def neighbourhoods(session: Session, actor: Actor) -> Sequence[Neighbourhood]:
    """Return where something can be: whoever works in one neighbourhood writes about that one."""
    wanted = select(Neighbourhood).where(Neighbourhood.municipality_id == actor.municipality_id)
    if actor.neighbourhood_id:
        wanted = wanted.where(Neighbourhood.id == actor.neighbourhood_id)
    return session.scalars(wanted.order_by(Neighbourhood.name)).all()


@source
def contributions(session: Session) -> Iterator[Contribution]:
    """Yield what each signal adds to the counts."""
    signals = session.scalars(select(Signal).options(*WHOLE)).all()
    yield from counted(session, signals)


def counted(session: Session, signals: Sequence[Signal]) -> Iterator[Contribution]:
    """Yield what each of these adds to the counts."""
    places = located(session, [one.neighbourhood_id for one in signals])
    for one in signals:
        yield contribution(one, places.get(one.neighbourhood_id))  # type: ignore[arg-type]


def contribution(signal: Signal, place: Place | None) -> Contribution:
    """A signal counts on the day on which it was written down, once somebody has taken it on."""
    if signal.status is Status.PASSED_ON:
        return facts.nothing()
    day = clock.to_wall(signal.created_at).date()
    return facts.cells(Measure.SIGNALS, signal.organisation_id, day, place)
