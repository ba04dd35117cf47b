"""Reading cases. What is sealed stays shut here; `service.read` opens it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource, Role
from kinderwerk.accounts.models import Municipality, Organisation, User
from kinderwerk.accounts.queries import holding
from kinderwerk.accounts.shares import reads
from kinderwerk.core import clock
from kinderwerk.families.circle import is_own
from kinderwerk.families.models import Child, Family
from kinderwerk.holidays import queries as holidays
from kinderwerk.reporting_code import deadlines, protocol
from kinderwerk.reporting_code.deadlines import Due
from kinderwerk.reporting_code.models import (
    CodeCase,
    CodeChild,
    CodeDecision,
    CodeEntry,
    CodeSecond,
    CodeShare,
    CodeWeighing,
)
from kinderwerk.reporting_code.protocol import Protocol
from kinderwerk.reporting_code.rules import DECIDES, MEETS, About, Need, Status
from kinderwerk.reporting_code.weighing import End, Question, Reply, standing
from kinderwerk.signals.models import Signal, SignalNote
from kinderwerk.signals.queries import SCOPE as SIGNALS
from kinderwerk.signals.rules import FACTS
from kinderwerk.storage.scoping import Twins, scope, within


def _own_family(actor: Actor, membership: Membership) -> ColumnElement[bool]:
    return is_own(actor.id, CodeCase.family_id) if actor.id else false()


TWINS: Final[Twins] = {
    conditions.same_organisation: within(CodeCase.organisation_id, CodeCase.neighbourhood_id),
    conditions.owner: lambda actor, membership: CodeCase.owner_id == actor.id,
    conditions.reader: reads(CodeShare, CodeShare.case_id == CodeCase.id),
    conditions.own_family: _own_family,
}
SCOPE: Final = scope(Resource.CODE_CASE, CodeCase, TWINS)

CARRIERS: Final = (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER)
MOST: Final = 300
Names = Mapping[UUID, str]
_FAMILY: Final = joinedload(CodeCase.family)
_WHOLE: Final = (
    _FAMILY.selectinload(Family.carers),
    _FAMILY.selectinload(Family.children),
    joinedload(CodeCase.neighbourhood),
    selectinload(CodeCase.children).joinedload(CodeChild.child),
)
_IN_A_LIST: Final = (
    _FAMILY.selectinload(Family.carers),
    _FAMILY.selectinload(Family.children),
    lazyload(CodeCase.shares),
)


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a case, without its words."""

    entries: Sequence[CodeEntry]
    answers: Sequence[CodeWeighing]
    decisions: Sequence[CodeDecision]
    seconds: Sequence[CodeSecond]
    facts: int

    @property
    def writers(self) -> set[UUID]:
        """Return who did something in it."""
        return {
            *(one.by_id for one in self.entries), *(one.by_id for one in self.answers),
            *(one.decider_id for one in self.decisions), *(one.by_id for one in self.seconds),
        }  # fmt: skip

    @property
    def given(self) -> list[tuple[Question, Reply]]:
        return [(one.question, one.reply) for one in self.answers]

    @property
    def decided(self) -> dict[About, CodeDecision]:
        """Return the newest decision about each."""
        return {one.about: one for one in self.decisions}

    @property
    def agreed(self) -> frozenset[UUID]:
        """Return the decisions with which a second person agreed in the end."""
        newest = {one.decision_id: one.agrees for one in self.seconds}
        return frozenset(id for id, agrees in newest.items() if agrees)

    @property
    def met(self) -> frozenset[Need]:
        done = {MEETS[one.kind] for one in self.entries if one.kind in MEETS}
        done |= {
            DECIDES[about]
            for about, one in self.decided.items()
            if not one.second or one.id in self.agreed
        }
        if self.facts:
            done.add(Need.FACT)
        if standing(self.given).end not in (None, End.ADVICE):
            done.add(Need.WEIGHING)
        return frozenset(done)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A case in which something waits, for a first page; its `id` is that of the case."""

    case: CodeCase
    due: Due

    @property
    def id(self) -> UUID:
        return self.case.id


def by_id(session: Session, case_id: UUID) -> CodeCase:
    return session.get_one(CodeCase, case_id, options=_WHOLE)


def signal_by_id(session: Session, actor: Actor, signal_id: UUID) -> Signal | None:
    """Return the signal from which a case may begin, if this actor may work on it."""
    return session.scalar(
        select(Signal).where(Signal.id == signal_id, SIGNALS.visible(actor, Action.EDIT))
    )


def listed(session: Session, actor: Actor, *, closed: bool = False) -> Sequence[CodeCase]:
    status = Status.CLOSED if closed else Status.OPEN
    return session.scalars(
        select(CodeCase)
        .where(SCOPE.visible(actor), CodeCase.status == status)
        .options(*_IN_A_LIST)
        .order_by(CodeCase.review_on, CodeCase.created_at.desc())
        .limit(MOST)
    ).all()


def of_signal(session: Session, actor: Actor, signal_id: UUID) -> CodeCase | None:
    """Return the newest case about a signal that this actor may read."""
    return session.scalars(
        select(CodeCase)
        .where(CodeCase.signal_id == signal_id, SCOPE.visible(actor))
        .options(*_WHOLE)
        .order_by(CodeCase.status.desc(), CodeCase.created_at.desc())
        .limit(1)
    ).first()


def of_family(session: Session, actor: Actor, family_id: UUID) -> CodeCase | None:
    """Return the newest case that runs about a family, if this actor may write in it."""
    return session.scalars(
        select(CodeCase)
        .where(
            CodeCase.family_id == family_id, CodeCase.status == Status.OPEN,
            SCOPE.visible(actor, Action.EDIT),
        )
        .order_by(CodeCase.created_at.desc())
        .limit(1)
    ).first()  # fmt: skip


def runs(session: Session, signal_id: UUID) -> bool:
    wanted = exists().where(CodeCase.signal_id == signal_id, CodeCase.status == Status.OPEN)
    return bool(session.scalar(select(wanted)))


def written(session: Session, case: CodeCase) -> Written:
    return _written(session, [case])[case.id]


def _written(session: Session, cases: Sequence[CodeCase]) -> dict[UUID, Written]:
    """Return what stands in each of these, in five statements however many they are."""
    ids = [case.id for case in cases]
    found: dict[UUID, tuple[list[CodeEntry], list[CodeWeighing], list[CodeDecision]]] = {
        id: ([], [], []) for id in ids
    }
    for entry in session.scalars(
        select(CodeEntry)
        .where(CodeEntry.case_id.in_(ids))
        .order_by(CodeEntry.day, CodeEntry.created_at)
    ):
        found[entry.case_id][0].append(entry)
    for answer in session.scalars(
        select(CodeWeighing).where(CodeWeighing.case_id.in_(ids)).order_by(CodeWeighing.place)
    ):
        found[answer.case_id][1].append(answer)
    for decision in session.scalars(
        select(CodeDecision).where(CodeDecision.case_id.in_(ids)).order_by(CodeDecision.place)
    ):
        found[decision.case_id][2].append(decision)
    seconds = session.scalars(
        select(CodeSecond).where(CodeSecond.case_id.in_(ids)).order_by(CodeSecond.created_at)
    ).all()
    with_facts = session.scalars(
        select(SignalNote.signal_id).where(
            SignalNote.signal_id.in_([case.signal_id for case in cases if case.signal_id]),
            SignalNote.kind.in_(FACTS),
        )
    ).all()
    return {
        case.id: Written(
            *found[case.id], [one for one in seconds if one.case_id == case.id],
            with_facts.count(case.signal_id) if case.signal_id else 0,
        )
        for case in cases
    }  # fmt: skip


def notes(session: Session, case: CodeCase) -> Sequence[SignalNote]:
    """Return what the signal holds that the case is about."""
    return session.scalars(
        select(SignalNote)
        .where(SignalNote.signal_id == case.signal_id)
        .order_by(SignalNote.created_at, SignalNote.kind.not_in(FACTS), SignalNote.id)
    ).all()


def protocol_of(case: CodeCase) -> Protocol:
    return protocol.protocol(case.protocol, case.protocol_version)


def due_of(session: Session, case: CodeCase, stands: Written) -> list[Due]:
    """Return each step of a case, whether it is done, and by when it should be."""
    free = holidays.off(session, case.organisation_id, case.begun_on)
    return _due(case, stands, free)


def _due(case: CodeCase, stands: Written, free: frozenset[date]) -> list[Due]:
    decided = stands.decided.get(About.REPORT)
    wanted = [clock.to_wall(one.created_at).date() for one in stands.answers[-1:]]
    reports = standing(stands.given).end is End.REPORT
    if decided:
        reports, wanted = decided.yes, [clock.to_wall(decided.created_at).date()]
    return deadlines.due(
        protocol_of(case), case.begun_on, stands.met, free,
        report_since=wanted[0] if reports and wanted and not case.reported_on else None,
    )  # fmt: skip


def waiting(session: Session, actor: Actor, day: date) -> list[Overdue]:
    """Return the running cases in which something is to be done by that day: the oldest first."""
    if actor.organisation_id is None:
        return []
    cases = session.scalars(
        select(CodeCase)
        .where(SCOPE.visible(actor), CodeCase.status == Status.OPEN)
        .options(*_IN_A_LIST)
        .limit(MOST)
    ).all()
    return _waiting(session, actor.organisation_id, cases, day)


def waiting_in(session: Session, organisation_id: UUID, day: date) -> list[Overdue]:
    """Return the same for a whole organisation: for the worker that reminds."""
    cases = session.scalars(
        select(CodeCase)
        .where(CodeCase.organisation_id == organisation_id, CodeCase.status == Status.OPEN)
        .options(*_WHOLE)
    ).all()
    return _waiting(session, organisation_id, cases, day)


def _waiting(
    session: Session, organisation_id: UUID, cases: Sequence[CodeCase], day: date
) -> list[Overdue]:
    if not cases:
        return []
    free = holidays.off(session, organisation_id, day)
    stands = _written(session, cases)
    found = []
    for case in cases:
        steps = [one for one in _due(case, stands[case.id], free) if not one.done]
        if case.review_on:
            steps.append(deadlines.review(case.review_on))
        first = min(steps, key=lambda one: one.by, default=None)
        if first and first.by <= day:
            found.append(Overdue(case, first))
    return sorted(found, key=lambda one: one.due.by)


def running_in(session: Session) -> Sequence[UUID]:
    """Return the organisations in which a case runs."""
    return session.scalars(
        select(CodeCase.organisation_id).where(CodeCase.status == Status.OPEN).distinct()
    ).all()


def colleagues(session: Session, case: CodeCase) -> Sequence[User]:
    """Return who could carry or share this case: never an adult of the family concerned."""
    return session.scalars(
        holding(case.organisation_id, CARRIERS, case.neighbourhood_id).where(
            User.id.not_in(case.facts.family)
        )
    ).all()


def officers(session: Session, case: CodeCase) -> Sequence[User]:
    return session.scalars(
        holding(
            case.organisation_id, [Role.PROTECTION_OFFICER], case.neighbourhood_id
        ).where(User.id.not_in(case.facts.family))
    ).all()  # fmt: skip


def people(session: Session, ids: Iterable[UUID | None]) -> Names:
    rows = session.execute(select(User.id, User.name).where(User.id.in_({i for i in ids if i})))
    return {row.id: row.name for row in rows}


def names_of(session: Session, family_id: UUID) -> list[str]:
    """Return the names by which this family is known."""
    family = session.get_one(
        Family, family_id,
        options=(selectinload(Family.carers), selectinload(Family.children)),
    )  # fmt: skip
    told = [f"{child.first_name} {child.surname}" for child in family.children]
    return [*told, *(carer.name for carer in family.carers)]


def children_of(session: Session, family_id: UUID) -> Sequence[Child]:
    return session.scalars(
        select(Child).where(Child.family_id == family_id).order_by(Child.born_on.desc())
    ).all()


def house(session: Session, organisation_id: UUID) -> Organisation:
    return session.get_one(Organisation, organisation_id)


def in_force(session: Session, organisation_id: UUID) -> Protocol:
    """Return the protocol by which a case begins there today."""
    country = session.scalars(
        select(Municipality.country)
        .join(Organisation, Organisation.municipality_id == Municipality.id)
        .where(Organisation.id == organisation_id)
    ).one()
    return protocol.newest(country)
