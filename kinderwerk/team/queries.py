"""Reading who works here, and how it stands with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access.vocabulary import Actor, Facts, Role
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.core import clock
from kinderwerk.team import rules
from kinderwerk.team.models import StaffRecord
from kinderwerk.team.rules import Ending, Kind, Screening, State, Step, Training, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody at work here, with what is kept of them, if anything is yet."""

    id: UUID  # of a role they have
    organisation_id: UUID
    user_id: UUID
    name: str
    role: Role
    screening: Screening
    record: StaffRecord | None

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, owner_id=self.user_id)

    @property
    def kind(self) -> Kind:
        usual = Kind.VOLUNTEER if self.role is Role.VOLUNTEER else Kind.STAFF
        return self.record.kind if self.record else usual

    @property
    def state(self) -> State:
        if self.record is None:
            return State.MISSING
        return rules.state(self.record.word, self.record.issued_on, self.screening, clock.today())

    @property
    def renew_on(self) -> date | None:
        known = self.record
        if known is None or known.word is not Word.SEEN or known.issued_on is None:
            return None
        return rules.renew_on(known.issued_on, self.screening)

    @property
    def trainings(self) -> Sequence[Training]:
        return [
            Training(
                kind=one["kind"], on=date.fromisoformat(one["on"]),
                until=date.fromisoformat(one["until"]) if one["until"] else None,
            )
            for one in (self.record.trainings if self.record else ())
        ]  # fmt: skip

    @property
    def ending(self) -> Sequence[Ending]:
        contract = self.record.contract_ends_on if self.record else None
        return rules.ending(self.trainings, contract, clock.today())

    @property
    def steps(self) -> Mapping[Step, bool]:
        """Return what a newcomer goes through, and what of it is done."""
        one = self.record
        return {
            Step.INTAKE: bool(one and one.intake_on),
            Step.REFERENCES: bool(one and one.references_on),
            Step.CERTIFICATE: bool(one and rules.counts(one.word)),
            Step.CODE: bool(one and one.code_signed_on),
            Step.CONFIDANT: bool(one and one.confidant_known),
            Step.TRAINING: bool(one and one.trainings),
        }

    @property
    def to_do(self) -> Sequence[Step]:
        return [step for step, done in self.steps.items() if not done]


def colleague(session: Session, membership_id: UUID) -> Colleague:
    held = session.get_one(
        Membership, membership_id,
        options=[joinedload(Membership.user), joinedload(Membership.organisation)],
    )  # fmt: skip
    return _colleague(held, record(session, held.organisation_id, held.user_id))


def record(
    session: Session, organisation_id: UUID | None, user_id: UUID, *, lock: bool = False
) -> StaffRecord | None:
    wanted = select(StaffRecord).where(
        StaffRecord.organisation_id == organisation_id, StaffRecord.user_id == user_id
    )
    return session.scalar(wanted.with_for_update() if lock else wanted)


def _colleague(held: Membership, known: StaffRecord | None) -> Colleague:
    here = held.organisation
    return Colleague(
        id=held.id, organisation_id=here.id if here else held.municipality_id,
        user_id=held.user_id, name=held.user.name, role=held.role,
        screening=Screening(here.screening) if here else Screening.NL_VOG, record=known,
    )  # fmt: skip


def everybody(session: Session, organisation_id: UUID | None) -> list[Colleague]:
    """Return who works here, each once, by name."""
    rows = session.execute(
        select(Membership, StaffRecord)
        .join(Membership.user)
        .outerjoin(
            StaffRecord,
            and_(
                StaffRecord.user_id == Membership.user_id,
                StaffRecord.organisation_id == Membership.organisation_id,
            ),
        )
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .order_by(func.lower(User.name), Membership.created_at, Membership.id)
        .options(joinedload(Membership.user), joinedload(Membership.organisation))
    )
    first: dict[UUID, Colleague] = {}
    for held, known in rows:
        first.setdefault(held.user_id, _colleague(held, known))
    return list(first.values())


def to_see_to(session: Session, actor: Actor) -> list[Colleague]:
    """Return whose certificate somebody has to see or renew, and of whom something else ends."""
    pressing = (State.MISSING, State.REQUESTED, State.RENEW_SOON, State.OVERDUE)
    people = everybody(session, actor.organisation_id)
    return [one for one in people if one.state in pressing or one.ending]


def organisation(session: Session, organisation_id: UUID) -> Organisation:
    return session.get_one(Organisation, organisation_id)


def trainings(session: Session, organisation_id: UUID) -> Sequence[str]:
    """Return what people can learn here; nothing: the usual."""
    here = session.get(Organisation, organisation_id)
    return here.training_kinds if here else ()


def seer(session: Session, one: Colleague) -> str:
    """Return who saw the certificate."""
    by = one.record.seen_by_id if one.record else None
    return (session.scalar(select(User.name).where(User.id == by)) or "") if by else ""


def refused(session: Session, one: Colleague) -> bool:
    """Tell whether something sealed is kept of what came out."""
    known = one.record
    wanted = select(StaffRecord.outcome.is_not(None)).where(
        StaffRecord.id == (known.id if known else None)
    )
    return bool(session.scalar(wanted))
