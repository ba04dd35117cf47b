"""Reading referrals. What is sealed stays shut here; `service.read` opens it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, false, or_, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access import conditions
from kinderwerk.access.policy import demand, permits
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.accounts.models import Municipality, Organisation, User
from kinderwerk.accounts.queries import holding
from kinderwerk.accounts.rules import Country
from kinderwerk.accounts.shares import reads
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.core.working_days import over_since
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import Contribution, Measure, Place
from kinderwerk.facts.sources import source
from kinderwerk.families import queries as families
from kinderwerk.families.circle import is_own
from kinderwerk.families.limits import usable
from kinderwerk.families.models import Carer, Child, Family
from kinderwerk.holidays import queries as holidays
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.places.located import located
from kinderwerk.referrals import rules
from kinderwerk.referrals.interfaces import Handover
from kinderwerk.referrals.models import Referral, ReferralLink, ReferralShare, ReferralStep
from kinderwerk.referrals.rules import Kind, Nudge, Status
from kinderwerk.signals import queries as signals
from kinderwerk.signals.models import Signal
from kinderwerk.storage.scoping import Twins, scope, within
from kinderwerk.support.models import Trajectory

TWINS: Final[Twins] = {
    conditions.same_organisation: within(Referral.organisation_id, Referral.neighbourhood_id),
    conditions.owner: lambda actor, membership: Referral.owner_id == actor.id,
    conditions.reader: reads(ReferralShare, ReferralShare.referral_id == Referral.id),
    conditions.own_family: lambda actor, membership: (
        is_own(actor.id, Referral.family_id) if actor.id else false()
    ),
}
SCOPE: Final = scope(Resource.REFERRAL, Referral, TWINS)

CARRIERS: Final = (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER)
MOST_SHOWN: Final = 300
MOST_BACK: Final = 10
#: What a partner did, or said.
HEARD: Final = (
    Status.RECEIVED, Status.FIRST_CONTACT, Status.TAKEN_OVER, Status.DECLINED_BY_PARTNER,
    Status.WAITING_LIST, Status.FEEDBACK,
)  # fmt: skip
#: A referral with all that its facts and its page need.
_WHOLE: Final = (
    joinedload(Referral.child),
    joinedload(Referral.family).selectinload(Family.carers),
    joinedload(Referral.neighbourhood),
    joinedload(Referral.partner),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which referrals a list shows: of one status, or the open, the closed or all of them."""

    status: Status | str = "open"
    partner_id: UUID | None = None
    mine: bool = False
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A referral in a list; `whom` names a child, or the adults of a family."""

    id: UUID
    whom: str
    partner: str
    kind: Kind
    status: Status
    owner: str
    since: datetime
    sent_on: date | None
    taken_over_by: str | None
    nudge: Nudge | None

    @property
    def waits(self) -> bool:
        """Tell whether a partner has to let something be heard."""
        return self.status in rules.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a referral begins: whom it is about, and out of what it grows."""

    family: Family | None = None
    child: Child | None = None
    signal: Signal | None = None
    trajectory: Trajectory | None = None

    @property
    def opens_family(self) -> bool:
        """Tell whether who may read where it begins may refer everybody in the family."""
        return self.signal is not None or self.trajectory is not None


def by_id(session: Session, referral_id: UUID) -> Referral:
    return session.get_one(Referral, referral_id, options=_WHOLE)


def listed(session: Session, actor: Actor, filters: Filters) -> list[Line]:
    """Return what this actor may read: first what takes too long, then the newest."""
    free = days_off(session, actor)
    late_first = case((_overdue(free), 0), else_=1)
    wanted = _lines(actor).order_by(late_first, Referral.created_at.desc(), Referral.id)
    if filters.overdue:
        wanted = wanted.where(_overdue(free))
    return _told(session, _narrowed(wanted, actor, filters), free)


def answered(session: Session, actor: Actor, since: datetime) -> list[Line]:
    """Return one's own referrals of which a partner let something be heard, the newest first."""
    heard = exists().where(
        ReferralStep.referral_id == Referral.id, ReferralStep.status.in_(HEARD),
        ReferralStep.created_at >= since,
    )  # fmt: skip
    mine = Referral.owner_id.in_(actor.carries_for)
    wanted = _lines(actor).where(mine, heard).order_by(Referral.sent_at.desc()).limit(MOST_BACK)
    return _told(session, wanted, days_off(session, actor))


def due(session: Session, actor: Actor) -> list[Line]:
    """Return the referrals of which too long nothing was heard, the oldest first."""
    free = days_off(session, actor)
    return _told(session, _lines(actor).where(_overdue(free)).order_by(Referral.sent_at), free)


def of_child(session: Session, actor: Actor, child: Child) -> list[Line]:
    """Return what this actor may read about a child, or about its whole family."""
    about = or_(
        Referral.child_id == child.id,
        and_(Referral.family_id == child.family_id, Referral.child_id.is_(None)),
    )
    wanted = _lines(actor).where(about).order_by(Referral.created_at.desc())
    return _told(session, wanted, days_off(session, actor))


def of_signal(session: Session, actor: Actor, signal: Signal) -> list[Line]:
    """Return what came of a signal, as far as this actor may read it."""
    came = Referral.signal_id == signal.id
    wanted = _lines(actor).where(came).order_by(Referral.created_at)
    return _told(session, wanted, days_off(session, actor))


def of_trajectory(session: Session, actor: Actor, trajectory: Trajectory) -> list[Line]:
    """Return what came of a support trajectory, as far as this actor may read it."""
    came = Referral.trajectory_id == trajectory.id
    wanted = _lines(actor).where(came).order_by(Referral.created_at)
    return _told(session, wanted, days_off(session, actor))


def begun(
    session: Session, actor: Actor, *, signal_id: UUID | None = None,
    trajectory_id: UUID | None = None, child_id: UUID | None = None,
    family_id: UUID | None = None,
) -> Source:  # fmt: skip
    """Return where a referral begins; what this actor may not see is as good as not there."""
    if signal_id:
        signal = signals.by_id(session, signal_id)
        demand(actor, Action.VIEW, Resource.SIGNAL, signal.facts)
        family = signal.child.family if signal.child else signal.family
        return Source(family=family, child=signal.child, signal=signal)
    if trajectory_id:
        trajectory = session.get_one(Trajectory, trajectory_id)
        demand(actor, Action.VIEW, Resource.SUPPORT, trajectory.facts)
        return Source(family=trajectory.family, trajectory=trajectory)
    if child_id:
        child = families.visible_child(session, actor, child_id)
        return Source(family=child.family, child=child)
    if family_id:
        wanted = select(Family).where(Family.id == family_id, families.in_reach(actor))
        return Source(family=session.scalars(wanted).one())
    return Source()


def origin(session: Session, actor: Actor, referral: Referral) -> Source:
    """Return the signal or trajectory out of which it grew, if this actor may read that."""
    signal = session.get(Signal, referral.signal_id) if referral.signal_id else None
    if signal and not permits(actor, Action.VIEW, Resource.SIGNAL, signal.facts):
        signal = None
    trajectory = session.get(Trajectory, referral.trajectory_id) if referral.trajectory_id else None
    if trajectory and not permits(actor, Action.VIEW, Resource.SUPPORT, trajectory.facts):
        trajectory = None
    return Source(signal=signal, trajectory=trajectory)


def children(session: Session, actor: Actor, origin: Source) -> list[tuple[UUID, str]]:
    """Return the children to choose from: of the family it begins with, or all in sight."""
    wanted = select(Child.id, Child.first_name, Child.surname, Child.born_on).where(
        Child.organisation_id == actor.organisation_id, usable()
    )
    if origin.family:
        wanted = wanted.where(Child.family_id == origin.family.id)
    if not origin.opens_family:
        wanted = wanted.where(families.CHILDREN.visible(actor, Action.VIEW))
    rows = session.execute(wanted.order_by(Child.name_key, Child.id))
    return [(id, f"{f'{first} {last}'.strip()} ({born.year})") for id, first, last, born in rows]


def steps(session: Session, referral_id: UUID) -> Sequence[ReferralStep]:
    return session.scalars(
        select(ReferralStep)
        .where(ReferralStep.referral_id == referral_id)
        .order_by(ReferralStep.created_at, ReferralStep.id)
    ).all()


def noted(session: Session, referral_id: UUID) -> Sequence[UUID]:
    """Return the steps that have a note."""
    return session.scalars(
        select(ReferralStep.id).where(
            ReferralStep.referral_id == referral_id, ReferralStep.note.is_not(None)
        )
    ).all()


def excused(session: Session, referral_id: UUID) -> bool:
    """Tell whether there is a reason why somebody was not asked; it stays shut."""
    told = select(Referral.id).where(
        Referral.id == referral_id, Referral.consent_reason.is_not(None)
    )
    return session.scalar(told) is not None


def tongue(session: Session, organisation_id: UUID) -> str:
    """Return the language in which partners of this organisation are written to."""
    country = session.scalar(
        select(Municipality.country)
        .join(Organisation, Organisation.municipality_id == Municipality.id)
        .where(Organisation.id == organisation_id)
    )
    return "de" if country is Country.GERMANY else "nl"


def link(session: Session, referral_id: UUID) -> ReferralLink | None:
    return session.scalar(select(ReferralLink).where(ReferralLink.referral_id == referral_id))


def custodians(session: Session, referral: Referral) -> list[str]:
    """Return by name who has custody of the child as far as we know, or the family's adults."""
    if referral.child is None:
        return [carer.name for carer in referral.family.carers]
    return [
        care.carer.name
        for care in referral.child.cares
        if care.has_custody is not False and care.ended_at is None
    ]


def colleagues(session: Session, referral: Referral) -> Sequence[User]:
    """Return who could carry or share this referral: never an adult of the family concerned."""
    return session.scalars(
        holding(referral.organisation_id, CARRIERS, referral.neighbourhood_id).where(
            User.id.not_in(referral.facts.family)
        )
    ).all()


def people(session: Session, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    """Return the names of these people."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_({i for i in ids if i})))
    return {row.id: row.name for row in rows}


def carrier(session: Session, referral: Referral) -> str:
    """Return the name of who carries it."""
    return session.get_one(User, referral.owner_id).name


def contact(session: Session, referral: Referral) -> tuple[Organisation, User]:
    """Return from whom a letter comes: the organisation, and who carries the referral."""
    house = session.get_one(
        Organisation, referral.organisation_id, options=[joinedload(Organisation.municipality)]
    )
    return house, session.get_one(User, referral.owner_id)


def house(session: Session, organisation_id: UUID) -> Organisation:
    return session.get_one(Organisation, organisation_id)


def ours(session: Session, actor: Actor) -> HelpSystem:
    """Return on which side of the border the organisation stands."""
    here = session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    return HelpSystem(here.help_system) if here else HelpSystem.YOUTH_HELP


def handovers(session: Session, actor: Actor, period: Period) -> list[Handover]:
    """Return what was handed over in a period, without any word about whom."""
    held = demand(actor, Action.LIST, Resource.INTERFACE)
    return handed_over(session, held.organisation_id, period) if held.organisation_id else []


def handed_over(session: Session, organisation_id: UUID, period: Period) -> list[Handover]:
    """Return the same for whoever hides what is small before anybody sees it."""
    rows = session.execute(
        select(Referral.id, Partner.help_system, Referral.sent_at)
        .join(Partner, Partner.id == Referral.partner_id)
        .where(
            Referral.organisation_id == organisation_id,
            Referral.kind.in_(rules.HANDED),
            Referral.sent_at >= clock.midnight(period.begins),
            Referral.sent_at < clock.midnight(period.ends + timedelta(days=1)),
        )
    ).all()
    steps: dict[UUID, list[tuple[Status, datetime]]] = {}
    for id, status, at in session.execute(
        select(ReferralStep.referral_id, ReferralStep.status, ReferralStep.created_at)
        .where(ReferralStep.referral_id.in_([row.id for row in rows]))
        .order_by(ReferralStep.created_at, ReferralStep.id)
    ):
        steps.setdefault(id, []).append((status, at))
    return [_handover(row.help_system, row.sent_at, steps.get(row.id, [])) for row in rows]


def _handover(
    system: HelpSystem, sent_at: datetime, steps: Sequence[tuple[Status, datetime]]
) -> Handover:
    statuses = {status for status, _at in steps}
    met = next((at for status, at in steps if status in rules.MET), None)
    return Handover(
        system, answered=not statuses.isdisjoint(HEARD),
        days=(clock.to_wall(met).date() - clock.to_wall(sent_at).date()).days if met else None,
        declined=not statuses.isdisjoint(rules.DECLINED), waited=Status.WAITING_LIST in statuses,
    )  # fmt: skip


@source
def contributions(session: Session) -> Iterator[Contribution]:
    """Yield what each referral adds to the counts."""
    referrals = session.scalars(select(Referral).where(Referral.sent_at.is_not(None))).all()
    yield from counted(session, referrals)


def counted(session: Session, referrals: Sequence[Referral]) -> Iterator[Contribution]:
    """Yield what each of these adds to the counts."""
    places = located(session, [one.neighbourhood_id for one in referrals])
    for one in referrals:
        yield contribution(one, places.get(one.neighbourhood_id))  # type: ignore[arg-type]


def contribution(referral: Referral, place: Place | None) -> Contribution:
    """A referral counts on the day on which it was sent."""
    if referral.sent_on is None:
        return facts.nothing()
    return facts.cells(Measure.REFERRALS, referral.organisation_id, referral.sent_on, place)


def _lines(actor: Actor) -> Any:
    return (
        select(
            Referral.id, Referral.family_id, Referral.kind, Referral.status, Referral.created_at,
            Referral.sent_at, Referral.asked_at, Referral.taken_over_by, Child.first_name,
            Child.surname, usable().label("named"),
            Partner.name.label("partner"), User.name.label("owner"),
        )
        .join(Partner, Partner.id == Referral.partner_id)
        .join(User, User.id == Referral.owner_id)
        .outerjoin(Child, Child.id == Referral.child_id)
        .where(SCOPE.visible(actor))
    )  # fmt: skip


def _narrowed(wanted: Any, actor: Actor, filters: Filters) -> Any:
    if isinstance(filters.status, Status):
        wanted = wanted.where(Referral.status == filters.status)
    elif filters.status in ("open", "closed"):
        closed = Referral.status == Status.CLOSED
        wanted = wanted.where(closed if filters.status == "closed" else ~closed)
    if filters.partner_id:
        wanted = wanted.where(Referral.partner_id == filters.partner_id)
    if filters.mine:
        wanted = wanted.where(Referral.owner_id.in_(actor.carries_for))
    return wanted


def days_off(session: Session, actor: Actor) -> frozenset[date]:
    """Return the days that are no working days where this actor works."""
    if actor.organisation_id is None:
        return frozenset()
    return holidays.off(session, actor.organisation_id, clock.today())


def nudged(session: Session, actor: Actor, referral: Referral) -> Nudge | None:
    """Tell what of one referral takes too long."""
    since = referral.asked_on if referral.kind in rules.HANDED else None
    return rules.nudge(referral.status, since, clock.today(), days_off(session, actor))


def _overdue(free: frozenset[date]) -> ColumnElement[bool]:
    """Hold for what `rules.nudge` says something of."""
    return or_(
        _waits(rules.UNANSWERED, rules.ANSWER_WITHIN, free),
        _waits(rules.UNCONTACTED, rules.CONTACT_WITHIN, free),
    )


def _waits(statuses: Sequence[Status], many: int, free: frozenset[date]) -> ColumnElement[bool]:
    following = over_since(many, clock.today(), free) + timedelta(days=1)
    return and_(
        Referral.status.in_(statuses), Referral.kind.in_(rules.HANDED),
        Referral.asked_at < clock.midnight(following),
    )  # fmt: skip


def _told(session: Session, wanted: Any, free: frozenset[date]) -> list[Line]:
    today = clock.today()
    rows = session.execute(wanted.limit(MOST_SHOWN)).all()
    adults = _adults(session, [row.family_id for row in rows if not (row.first_name and row.named)])
    lines = []
    for row in rows:
        sent_on = clock.to_wall(row.sent_at).date() if row.sent_at else None
        waits = row.asked_at and row.kind in rules.HANDED
        since = clock.to_wall(row.asked_at).date() if waits else None
        whom = f"{row.first_name} {row.surname}".strip() if row.first_name and row.named else ""
        line = Line(
            id=row.id, whom=whom or adults.get(row.family_id, ""), partner=row.partner,
            kind=row.kind, status=row.status, owner=row.owner, since=row.created_at,
            sent_on=sent_on, taken_over_by=row.taken_over_by,
            nudge=rules.nudge(row.status, since, today, free),
        )  # fmt: skip
        lines.append(line)
    return lines


def _adults(session: Session, family_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of the adults of each of these families."""
    names: dict[UUID, list[str]] = {}
    rows = session.execute(
        select(Carer.family_id, Carer.name)
        .where(Carer.family_id.in_(set(family_ids)))
        .order_by(Carer.created_at, Carer.id)
    )
    for family_id, name in rows:
        names.setdefault(family_id, []).append(name)
    return {family_id: ", ".join(known) for family_id, known in names.items()}
