"""What a partner sees without the code: who sent something, and where it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.referrals import links, queries, rules
from kinderwerk.referrals.models import Referral, ReferralStep
from kinderwerk.referrals.rules import Kind, Outcome, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """A referral as its partner sees it: a reference, a sender, and nothing of the family."""

    reference: str
    house: Organisation
    person: User
    status: Status
    kind: Kind
    sent_on: date | None
    until: datetime
    taken_over_by: str | None
    watched_by: str | None
    outcome: Outcome | None
    has_code: bool

    @property
    def stopped(self) -> bool:
        return self.status in rules.STOPPED

    @property
    def answers(self) -> list[Status]:
        return rules.answers(self.status)


def standing(session: Session, link_id: UUID, proof: str) -> Standing:
    link = links.proved(session, link_id, proof)
    referral = session.get_one(Referral, link.referral_id)
    house, person = queries.contact(session, referral)
    return Standing(
        reference=link.reference, house=house, person=person, status=referral.status,
        kind=referral.kind, sent_on=referral.asked_on, until=link.expires_at,
        taken_over_by=referral.taken_over_by, watched_by=referral.watched_by,
        outcome=referral.outcome, has_code=bool(link.code_hash),
    )  # fmt: skip


def said_before(session: Session, referral: Referral, once: UUID | None) -> bool:
    """Tell whether the same form of the partner was written down already."""
    told = select(ReferralStep.id).where(
        ReferralStep.referral_id == referral.id, ReferralStep.once == once
    )
    return once is not None and session.scalar(told) is not None
