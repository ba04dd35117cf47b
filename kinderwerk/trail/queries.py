"""Reading the trail: for those who watch over it, for oneself, and for a family."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, exists, false, func, or_, select
from sqlalchemy.orm import Session

from kinderwerk.access.conditions import (
    lasting,
    of_organisation,
    own_family,
    owner,
    past_the_line,
)
from kinderwerk.access.conditions import own as author
from kinderwerk.access.vocabulary import Actor, Facts, Resource, Role
from kinderwerk.accounts.away import reached, stood_in
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.accounts.queries import holding
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.families import queries as families
from kinderwerk.families.circle import is_own
from kinderwerk.families.models import Child
from kinderwerk.referrals.models import Referral
from kinderwerk.reporting_code.models import CodeCase
from kinderwerk.signals.models import Signal, SignalNote
from kinderwerk.storage.scoping import belonging, scope
from kinderwerk.support.models import Trajectory, TrajectoryNote
from kinderwerk.trail import rules
from kinderwerk.trail.models import BreakGlass, TrailFinding
from kinderwerk.trail.rules import VERBS, Deed, Looked
from kinderwerk.trail.words import FOR_FAMILIES, Kind

PAGE: Final = 30
#: As many entries at most go into what one family reads at a time.
MOST: Final = 2000
USUAL: Final = timedelta(days=90)
LONGEST: Final = timedelta(days=366)

ENTRIES = scope(
    Resource.TRAIL, AuditEntry, {of_organisation: belonging(AuditEntry.organisation_id)}
)
FINDINGS = scope(
    Resource.FINDING,
    TrailFinding,
    {
        of_organisation: belonging(TrailFinding.organisation_id),
        owner: lambda actor, membership: TrailFinding.person_id == actor.id,
        past_the_line: lambda actor, membership: exists().where(
            Membership.user_id == TrailFinding.person_id,
            Membership.organisation_id == TrailFinding.organisation_id,
            Membership.role == Role.PROTECTION_OFFICER,
            Membership.ended_at.is_(None),
        ),
    },
)
EMERGENCIES = scope(
    Resource.EMERGENCY,
    BreakGlass,
    {
        of_organisation: belonging(BreakGlass.organisation_id),
        author: lambda actor, membership: BreakGlass.user_id == actor.id,
        lasting: lambda actor, membership: BreakGlass.until > clock.now(),
        own_family: lambda actor, membership: (
            is_own(actor.id, BreakGlass.family_id) if actor.id else false()
        ),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    since: date | None = None
    until: date | None = None
    person_id: UUID | None = None
    subject_id: UUID | None = None
    kind: Kind | None = None


def entries(session: Session, actor: Actor, filters: Filters, number: int) -> Sequence[AuditEntry]:
    """Return a page of what was done in this actor's organisation; one more than fits."""
    wanted = select(AuditEntry).where(ENTRIES.visible(actor))
    return _page(session, wanted, filters, number)


def own(session: Session, actor: Actor, filters: Filters, number: int) -> Sequence[AuditEntry]:
    """Return a page of what was done in this person's own name."""
    return _page(
        session, select(AuditEntry).where(AuditEntry.actor_id == actor.id), filters, number
    )


def _page(
    session: Session, wanted: Select[Any], filters: Filters, number: int
) -> Sequence[AuditEntry]:
    wanted = wanted.where(*_period(filters.since, filters.until))
    if filters.person_id:
        wanted = wanted.where(AuditEntry.actor_id == filters.person_id)
    if filters.subject_id:
        named = cast(AuditEntry.details, String).contains(str(filters.subject_id))
        wanted = wanted.where(or_(AuditEntry.subject_id == filters.subject_id, named))
    if filters.kind:
        wanted = wanted.where(_of_kind(filters.kind))
    wanted = (
        wanted.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .offset((number - 1) * PAGE)
        .limit(PAGE + 1)
    )
    return session.scalars(wanted).all()


def _period(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    first = [AuditEntry.at >= clock.midnight(since)] if since else []
    last = [AuditEntry.at < clock.midnight(until + timedelta(days=1))] if until else []
    return [*first, *last]


def _of_kind(kind: Kind) -> ColumnElement[bool]:
    """The twin of `rules.kind`."""
    in_emergency = AuditEntry.deed.startswith("emergency.", autoescape=True)
    if kind is Kind.EMERGENCY:
        return in_emergency
    known = {each: _ends_in(verbs) for each, verbs in VERBS.items()}
    done = known[kind] if kind in known else ~or_(*known.values())
    return done & ~in_emergency


def _ends_in(verbs: frozenset[str]) -> ColumnElement[bool]:
    return or_(*(AuditEntry.deed.endswith(f".{verb}", autoescape=True) for verb in sorted(verbs)))


def names(session: Session, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    known = select(User.id, User.name).where(User.id.in_([id for id in ids if id]))
    return {id: name for id, name in session.execute(known)}


def staff(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """Return who works or worked in this organisation."""
    wanted = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == actor.organisation_id)
        .distinct()
        .order_by(User.name)
    )
    return [(id, name) for id, name in session.execute(wanted)]


def finding(session: Session, finding_id: UUID) -> TrailFinding:
    return session.get_one(TrailFinding, finding_id)


def to_look_at(session: Session, actor: Actor) -> int:
    """Count what nobody has looked at yet."""
    new = select(func.count()).where(FINDINGS.visible(actor), TrailFinding.seen_at.is_(None))
    return session.scalar(new) or 0


def findings(session: Session, actor: Actor) -> Sequence[TrailFinding]:
    """Return what nobody has looked at yet, then the newest that somebody has."""
    return session.scalars(
        select(TrailFinding)
        .where(FINDINGS.visible(actor))
        .order_by(
            TrailFinding.seen_at.is_not(None), TrailFinding.week.desc(), TrailFinding.rule,
            TrailFinding.id,
        )
        .limit(PAGE)
    ).all()  # fmt: skip


def organisations(session: Session) -> Sequence[UUID]:
    return session.scalars(select(Organisation.id).order_by(Organisation.id)).all()


def week(session: Session, organisation_id: UUID, begins: date) -> Iterator[Deed]:
    """Yield what people did in an organisation in the week that begins on that Monday."""
    rows = session.execute(
        select(
            AuditEntry.at, AuditEntry.actor_id, AuditEntry.role, AuditEntry.deed,
            AuditEntry.subject_id,
        )
        .where(
            AuditEntry.organisation_id == organisation_id,
            AuditEntry.actor_id.is_not(None),
            *_period(begins, begins + timedelta(days=6)),
        )
        .execution_options(yield_per=1000)
    )  # fmt: skip
    for row in rows:
        yield Deed(row.at, row.actor_id, row.role, row.deed, row.subject_id)


def involved(session: Session, organisation_id: UUID, begins: date) -> dict[UUID, frozenset[UUID]]:
    """Return who wrote, carries or shares each case, or stood in for its owner in that week."""
    instead = stood_in(session, organisation_id, begins, begins + timedelta(days=6))
    found: dict[UUID, frozenset[UUID]] = {}
    kinds: tuple[Any, ...] = (Signal, Trajectory, Referral, CodeCase)
    for model in kinds:
        wanted = select(model).where(model.organisation_id == organisation_id)
        for case in session.scalars(wanted):
            people = {case.author_id, case.owner_id, *(share.user_id for share in case.shares)}
            people |= instead.get(case.owner_id, set())
            found[case.id] = frozenset(person for person in people if person)
    return found


@dataclass(frozen=True, slots=True)
class Period:
    since: date
    until: date

    @classmethod
    def asked(cls, since: date | None, until: date | None) -> "Period":
        """Return the days asked for, at most a year; three months when nothing was."""
        last = min(until or clock.today(), clock.today())
        first = since if since and since <= last else last - USUAL
        return cls(max(first, last - LONGEST), last)


def of_family(session: Session, actor: Actor, period: Period) -> list[Looked]:
    """Return who looked at what about the children of this parent, never of a confidential case.

    Only children whom the parent sees on the family page; and only who works there: what the
    parents did themselves they know.
    """
    children = families.mine(session, actor)
    if not children:
        return []
    ids = {id for child in children for id in (child.id, child.family_id)}
    places = {child.organisation_id for child in children}
    named = cast(AuditEntry.details, String)
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.deed, Organisation.name)
        .join(Organisation, Organisation.id == AuditEntry.organisation_id)
        .where(
            AuditEntry.organisation_id.in_(places),
            AuditEntry.membership_id.is_not(None),
            or_(*(AuditEntry.deed.startswith(f"{noun}.") for noun in FOR_FAMILIES)),
            or_(AuditEntry.subject_id.in_(ids), *(named.contains(str(id)) for id in ids)),
            *_period(period.since, period.until),
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST)
    )
    return rules.folded(
        Looked(
            day=clock.to_wall(at).date(), organisation=place, kind=rules.kind(deed),
            about=rules.about(deed),
        )
        for at, deed, place in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A child of whom somebody needs to know what is known."""

    child: Child

    @property
    def id(self) -> UUID:
        return self.child.id

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.child.organisation_id,
            neighbourhood_id=self.child.neighbourhood_id,
            family=self.child.family.circle,
        )


def wanted(session: Session, child_id: UUID) -> Wanted:
    return Wanted(families.child(session, child_id))


def glass(session: Session, glass_id: UUID) -> BreakGlass:
    return session.get_one(BreakGlass, glass_id)


def glasses(session: Session, actor: Actor, most: int = 20) -> Sequence[BreakGlass]:
    """Return whoever looked in an emergency here, but for one's own family, the newest first."""
    if actor.id is None:
        return []
    return session.scalars(
        select(BreakGlass)
        .where(
            BreakGlass.organisation_id == actor.organisation_id,
            BreakGlass.user_id.not_in(actor.carries_for),
            ~is_own(actor.id, BreakGlass.family_id),
        )
        .order_by(BreakGlass.created_at.desc(), BreakGlass.id)
        .limit(most)
    ).all()


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases about a child or its family, whoever carries them."""

    signals: Sequence[Signal]
    trajectories: Sequence[Trajectory]
    referrals: Sequence[Referral]
    codes: Sequence[CodeCase]

    @property
    def every(self) -> list[Any]:
        return [*self.signals, *self.trajectories, *self.referrals, *self.codes]

    @property
    def owners(self) -> set[UUID]:
        return {case.owner_id for case in self.every if case.owner_id}

    @property
    def ids(self) -> list[UUID]:
        return [case.id for case in self.every]


def cases(session: Session, broken: BreakGlass) -> Cases:
    def all_of(model: Any, *about: Any) -> Sequence[Any]:
        here = model.organisation_id == broken.organisation_id
        return session.scalars(select(model).where(here, or_(*about)).order_by(model.id)).all()

    siblings = select(Child.id).where(Child.family_id == broken.family_id)
    return Cases(
        all_of(
            Signal, Signal.family_id == broken.family_id, Signal.child_id.in_(siblings)
        ),
        all_of(Trajectory, Trajectory.family_id == broken.family_id),
        all_of(Referral, Referral.family_id == broken.family_id),
        all_of(CodeCase, CodeCase.family_id == broken.family_id),
    )  # fmt: skip


def notes(session: Session, found: Cases) -> tuple[list[SignalNote], list[TrajectoryNote]]:
    of_signals = select(SignalNote).where(
        SignalNote.signal_id.in_([one.id for one in found.signals])
    )
    of_talks = select(TrajectoryNote).where(
        TrajectoryNote.trajectory_id.in_([one.id for one in found.trajectories])
    )
    return (
        list(session.scalars(of_signals.order_by(SignalNote.created_at))),
        list(session.scalars(of_talks.order_by(TrajectoryNote.created_at))),
    )


def to_hear(session: Session, organisation_id: UUID, about: set[UUID]) -> Sequence[User]:
    """Return who looks today at what was noticed about these people, and never about themselves."""
    protecting, guarding = (
        session.scalars(holding(organisation_id, [role], None)).all()
        for role in (Role.PROTECTION_OFFICER, Role.PRIVACY_OFFICER)
    )
    of_others = about - {one.id for one in protecting}
    watching = [*guarding, *(protecting if of_others else ())]
    instead = reached(session, organisation_id, watching)
    return [one for one in instead if about - {one.id}]


def to_tell(session: Session, broken: BreakGlass, found: Cases) -> Sequence[User]:
    """Return who carries one of the cases, who watches over all, and who stands in for them."""
    watching = holding(
        broken.organisation_id, [Role.PRIVACY_OFFICER, Role.PROTECTION_OFFICER],
        broken.child.neighbourhood_id,
    )  # fmt: skip
    people = {one.id: one for one in session.scalars(watching)}
    carrying = select(User).where(User.id.in_(found.owners))
    people |= {one.id: one for one in session.scalars(carrying)}
    instead = reached(session, broken.organisation_id, people.values())
    people |= {one.id: one for one in instead}
    told = [person for id, person in people.items() if id != broken.user_id]
    return told or _leading(session, broken)


def _leading(session: Session, broken: BreakGlass) -> Sequence[User]:
    """Return who is told where nobody watches over what is read: that it happened, and no more."""
    leading = holding(broken.organisation_id, [Role.COORDINATOR], broken.child.neighbourhood_id)
    return session.scalars(leading.where(User.id != broken.user_id)).all()
