"""Reading short contacts and trajectories. What is sealed stays shut; `service.read` opens it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource, Role
from kinderwerk.accounts.models import User
from kinderwerk.accounts.queries import holding
from kinderwerk.accounts.shares import reads
from kinderwerk.core import clock
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import Contribution, Measure, Place
from kinderwerk.facts.sources import source
from kinderwerk.families.circle import is_own
from kinderwerk.families.models import Child, Family
from kinderwerk.families.queries import in_reach
from kinderwerk.places.located import located
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers import queries as registers
from kinderwerk.signals import queries as signals
from kinderwerk.storage.scoping import scope, within
from kinderwerk.support.models import Aim, Contact, Trajectory, TrajectoryNote, TrajectoryShare
from kinderwerk.support.plan.models import Agreed
from kinderwerk.support.plan.rules import Settled
from kinderwerk.support.rules import NEAR, OVER, Channel, Status, Topic


def _own_family(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    return is_own(actor.id, Trajectory.family_id) if actor.id else false()


CONTACTS: Final = scope(
    Resource.SUPPORT_CONTACT,
    Contact,
    {
        conditions.same_organisation: within(Contact.organisation_id, Contact.neighbourhood_id),
        conditions.own: lambda actor, membership: Contact.author_id == actor.id,
    },
)
SCOPE: Final = scope(
    Resource.SUPPORT,
    Trajectory,
    {
        conditions.same_organisation: within(
            Trajectory.organisation_id, Trajectory.neighbourhood_id
        ),
        conditions.owner: lambda actor, membership: Trajectory.owner_id == actor.id,
        conditions.reader: reads(TrajectoryShare, TrajectoryShare.trajectory_id == Trajectory.id),
        conditions.own_family: _own_family,
    },
)
CARRIERS: Final = (Role.WORKER, Role.COORDINATOR)
PAGE: Final = 30
_OF_FAMILY: Final = joinedload(Trajectory.family).options(
    selectinload(Family.carers),
    selectinload(Family.children).options(
        lazyload(Child.cares), lazyload(Child.residences), joinedload(Child.limit)
    ),
)
_IN_A_LIST: Final = (_OF_FAMILY, lazyload(Trajectory.shares))
_WHOLE: Final = (_OF_FAMILY, joinedload(Trajectory.neighbourhood))


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A trajectory for a first page, with how much of what was agreed is past its day."""

    trajectory: Trajectory
    late: int

    @property
    def id(self) -> UUID:
        return self.trajectory.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which short contacts a list shows; None means that it does not matter."""

    topic: Topic | None = None
    channel: Channel | None = None
    neighbourhood_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which trajectories a list shows."""

    status: str = "running"
    topic: Topic | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """How many short contacts there were, and how long they took together."""

    contacts: int
    total: int

    @property
    def hours(self) -> int:
        return self.total // 60

    @property
    def minutes(self) -> int:
        return self.total % 60


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where and when somebody asked something, as far as that is known without being typed."""

    day: date
    channel: Channel
    neighbourhood_id: UUID | None


def whereabouts(session: Session, actor: Actor, occurrence_id: UUID | None) -> Whereabouts:
    """Return where a contact was: at that session, else today wherever this actor works."""
    if occurrence_id is None:
        return Whereabouts(clock.today(), Channel.STREET, actor.neighbourhood_id)
    held = registers.occurrence(session, occurrence_id)
    demand(actor, Action.VIEW, Resource.REGISTER, held.facts)
    there = held.place.neighbourhood_id if held.place else None
    day = min(registers.day_of(held), clock.today())
    return Whereabouts(day, Channel.AT_ACTIVITY, actor.neighbourhood_id or there)


def contact(session: Session, contact_id: UUID) -> Contact:
    return session.get_one(Contact, contact_id)


def contacts(
    session: Session, actor: Actor, filters: Filters, number: int = 1
) -> Sequence[Contact]:
    """Return a page of the short contacts, the newest first, and one more if there are any."""
    return session.scalars(
        select(Contact)
        .where(*_narrowed(actor, filters))
        .options(joinedload(Contact.neighbourhood))
        .order_by(Contact.held_on.desc(), Contact.created_at.desc(), Contact.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()


def summed(session: Session, actor: Actor, filters: Filters) -> Sum:
    counted = select(func.count(Contact.id), func.coalesce(func.sum(Contact.minutes), 0))
    row = session.execute(counted.where(*_narrowed(actor, filters))).one()
    return Sum(row[0], int(row[1]))


def _narrowed(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    asked = {
        Contact.topic: filters.topic,
        Contact.channel: filters.channel,
        Contact.neighbourhood_id: filters.neighbourhood_id,
        Contact.author_id: actor.id if filters.mine else None,
    }
    wanted = [column == value for column, value in asked.items() if value]
    if filters.since:
        wanted.append(Contact.held_on >= filters.since)
    if filters.until:
        wanted.append(Contact.held_on <= filters.until)
    return [CONTACTS.visible(actor), *wanted]


def last_contact(session: Session, actor: Actor) -> Contact | None:
    """Return what this actor wrote down last: the next one is often much the same."""
    return session.scalar(
        select(Contact)
        .where(Contact.author_id == actor.id, CONTACTS.visible(actor))
        .order_by(Contact.created_at.desc(), Contact.id.desc())
        .limit(1)
    )


def counted_today(session: Session, actor: Actor) -> int:
    """Return how many short contacts of today this actor wrote down."""
    mine = (Contact.author_id == actor.id, Contact.held_on == clock.today())
    counted = select(func.count(Contact.id)).where(CONTACTS.visible(actor), *mine)
    return session.scalar(counted) or 0


def by_id(session: Session, trajectory_id: UUID) -> Trajectory:
    return session.get_one(Trajectory, trajectory_id, options=_WHOLE)


def visible(session: Session, actor: Actor, choice: Choice) -> Sequence[Trajectory]:
    """Return what this actor may read, whoever is to be asked first on top."""
    wanted = select(Trajectory).where(SCOPE.visible(actor)).options(*_IN_A_LIST)
    if choice.status in ("running", "over"):
        over = Trajectory.status.in_(OVER)
        wanted = wanted.where(over if choice.status == "over" else not_(over))
    if choice.topic:
        wanted = wanted.where(Trajectory.topic == choice.topic)
    if choice.mine:
        wanted = wanted.where(Trajectory.owner_id.in_(actor.carries_for))
    return session.scalars(
        wanted.order_by(
            Trajectory.follow_up_on.is_(None), Trajectory.follow_up_on,
            Trajectory.began_on.desc(), Trajectory.id,
        ).limit(300)
    ).all()  # fmt: skip


def of_family(session: Session, actor: Actor, family_id: UUID) -> Sequence[Trajectory]:
    """Return the trajectories with one family that this actor may read."""
    return session.scalars(
        select(Trajectory)
        .where(Trajectory.family_id == family_id, SCOPE.visible(actor))
        .options(lazyload(Trajectory.shares))
        .order_by(Trajectory.began_on.desc(), Trajectory.id)
    ).all()


def due(session: Session, actor: Actor) -> Sequence[ToAsk]:
    """Return the running trajectories in which somebody asks how it goes now.

    Their day of following up is near or over; or something that was agreed is past its day, which
    whoever carries them asks about, or who stands in for them.
    """
    late = (
        select(func.count())
        .where(
            Agreed.trajectory_id == Trajectory.id, Agreed.settled == Settled.OPEN,
            Agreed.due_on < clock.today(), Trajectory.owner_id.in_(actor.carries_for),
        )
        .correlate(Trajectory)
        .scalar_subquery()
    )  # fmt: skip
    rows = session.execute(
        select(Trajectory, late)
        .where(
            SCOPE.visible(actor), Trajectory.status == Status.RUNNING,
            or_(Trajectory.follow_up_on <= clock.today() + NEAR, late > 0),
        )
        .options(*_IN_A_LIST)
        .order_by(Trajectory.follow_up_on, Trajectory.id)
    )  # fmt: skip
    return [ToAsk(trajectory, many) for trajectory, many in rows]


def aims(session: Session, trajectory: Trajectory) -> Sequence[Aim]:
    return session.scalars(
        select(Aim).where(Aim.trajectory_id == trajectory.id).order_by(Aim.created_at, Aim.id)
    ).all()


def aim(session: Session, trajectory: Trajectory, aim_id: UUID) -> Aim:
    """Return an aim of this trajectory; one of another is not there."""
    return session.scalars(
        select(Aim).where(Aim.trajectory_id == trajectory.id, Aim.id == aim_id)
    ).one()


def notes(session: Session, trajectory: Trajectory) -> Sequence[TrajectoryNote]:
    return session.scalars(
        select(TrajectoryNote)
        .where(TrajectoryNote.trajectory_id == trajectory.id)
        .order_by(
            TrajectoryNote.held_on.desc(), TrajectoryNote.created_at.desc(), TrajectoryNote.id
        )
    ).all()


def colleagues(session: Session, trajectory: Trajectory) -> Sequence[User]:
    """Return who could carry or read this: never an adult around the family concerned."""
    return session.scalars(
        holding(trajectory.organisation_id, CARRIERS, trajectory.neighbourhood_id).where(
            User.id.not_in(trajectory.facts.family)
        )
    ).all()


def people(session: Session, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    """Return the names of these people."""
    return signals.people(session, ids)


def families(session: Session, actor: Actor) -> Sequence[tuple[UUID, str]]:
    """Return the families with whom this actor could begin: those here, and never the own."""
    if actor.id is None:
        return []
    found = session.scalars(
        select(Family)
        .where(
            Family.organisation_id == actor.organisation_id,
            in_reach(actor),
            not_(is_own(actor.id, Family.id)),
        )
        .options(
            selectinload(Family.carers),
            selectinload(Family.children).options(
                lazyload(Child.cares), lazyload(Child.residences), joinedload(Child.limit)
            ),
        )
    )
    names = [(family.id, family.listed) for family in found]
    return sorted(names, key=lambda pair: pair[1].casefold())


def family_of_signal(session: Session, actor: Actor, signal_id: UUID) -> UUID | None:
    """Return the family that a signal is about; whoever may not read it learns nothing."""
    signal = signals.by_id(session, signal_id)
    demand(actor, Action.VIEW, Resource.SIGNAL, signal.facts)
    return signal.child.family_id if signal.child else signal.family_id


def neighbourhoods(session: Session, actor: Actor) -> Sequence[Neighbourhood]:
    return signals.neighbourhoods(session, actor)


@source
def contributions(session: Session) -> Iterator[Contribution]:
    """Yield what each short contact and each trajectory adds to the counts."""
    for measure, kind, day in (
        (Measure.SUPPORT_CONTACTS, Contact, Contact.held_on),
        (Measure.SUPPORT_FAMILIES, Trajectory, Trajectory.began_on),
    ):
        rows: Any = select(kind.organisation_id, day, kind.neighbourhood_id)
        found = session.execute(rows).all()
        places = located(session, [where for _, _, where in found])
        for organisation_id, on, where in found:
            yield facts.cells(measure, organisation_id, on, places.get(where))


def of_contact(contact: Contact, place: Place | None) -> Contribution:
    return facts.cells(Measure.SUPPORT_CONTACTS, contact.organisation_id, contact.held_on, place)


def counted(session: Session, trajectories: Sequence[Trajectory]) -> Iterator[Contribution]:
    """Yield what each of these adds to the counts."""
    places = located(session, [one.neighbourhood_id for one in trajectories])
    for one in trajectories:
        yield of_trajectory(one, places.get(one.neighbourhood_id))  # type: ignore[arg-type]


def of_trajectory(trajectory: Trajectory, place: Place | None) -> Contribution:
    """A family counts once for a trajectory, on the day on which that began."""
    return facts.cells(
        Measure.SUPPORT_FAMILIES, trajectory.organisation_id, trajectory.began_on, place
    )
