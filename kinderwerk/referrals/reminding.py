"""Asking a partner again, and telling the protection officer when that did not help either."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask_babel import force_locale, gettext
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts import shares
from kinderwerk.accounts.away import reached
from kinderwerk.accounts.models import User
from kinderwerk.accounts.queries import holding
from kinderwerk.accounts.shares import LetIn
from kinderwerk.audit import service as audit
from kinderwerk.confided import service as confided
from kinderwerk.confided.rules import Kind
from kinderwerk.core import clock
from kinderwerk.holidays import queries as holidays
from kinderwerk.messages.service import tell
from kinderwerk.referrals import links, queries, rules
from kinderwerk.referrals.models import Referral, ReferralShare, ReferralStep
from kinderwerk.referrals.rules import Status
from kinderwerk.storage.work import unit_of_work

#: So long after somebody took over the family is asked whether it helps.
ASK_AFTER: Final = timedelta(days=42)


def remind(session: Session) -> None:
    """Remind every partner that is due, each in a unit of its own; twice run, it does it once."""
    waiting = select(Referral.id).where(
        Referral.status.in_(rules.UNCONTACTED), Referral.kind.in_(rules.HANDED),
        Referral.asked_at.is_not(None), Referral.reminded < len(rules.REMIND_AFTER),
    )  # fmt: skip
    found = session.scalars(waiting.order_by(Referral.id)).all()
    session.rollback()
    for referral_id in found:
        with unit_of_work(session):
            _remind(session, referral_id)


def ask_whether_it_helped(session: Session) -> None:
    """Ask who is named on a referral, some weeks after somebody took it over; once."""
    today = clock.today()
    taken = exists().where(
        ReferralStep.referral_id == Referral.id, ReferralStep.status == Status.TAKEN_OVER,
        ReferralStep.created_at < clock.midnight(today - ASK_AFTER),
        ReferralStep.created_at >= clock.midnight(today - 2 * ASK_AFTER),
    )  # fmt: skip
    for referral_id in session.scalars(
        select(Referral.id).where(taken, Referral.helped.is_(None)).order_by(Referral.id)
    ).all():
        with unit_of_work(session):
            confided.tell_named(session, Kind.REFERRAL, referral_id, f"{referral_id}:helped")


def _remind(session: Session, referral_id: UUID) -> None:
    referral = session.get(Referral, referral_id, with_for_update=True)
    if referral is None or referral.asked_on is None:
        return
    today = clock.today()
    free = holidays.off(session, referral.organisation_id, today)
    due = rules.reminders(referral.asked_on, today, free)
    nudged = rules.nudge(referral.status, referral.asked_on, today, free)
    if due <= referral.reminded or nudged is None:
        return
    referral.reminded = due
    audit.record(session, SYSTEM, "referral.reminded", referral.id, times=due)
    links.renew(session, SYSTEM, referral)
    if due == len(rules.REMIND_AFTER):
        _escalate(session, referral)


def _escalate(session: Session, referral: Referral) -> None:
    """Let the protection officers in, so that somebody else sees to it as well."""
    with force_locale(queries.tongue(session, referral.organisation_id)):
        why = gettext("The partner lets nothing be heard, though it was asked twice.")
    for officer in _officers(session, referral):
        if officer.id not in {referral.owner_id, *referral.facts.readers}:
            wish = LetIn(user_id=officer.id, reason=why, until=clock.today() + shares.USUAL)
            shares.let_in(session, referral, ReferralShare, wish, referral.owner_id)
    for person in reached(session, referral.organisation_id, _officers(session, referral)):
        tell(
            session, key=f"referral silent:{referral.id}:{referral.asked_on}:{person.id}",
            template="referral_silent", address=person.email, language=person.language,
            organisation_id=referral.organisation_id, referral_id=referral.id,
        )  # fmt: skip
    audit.record(session, SYSTEM, "referral.silent", referral.id)


def _officers(session: Session, referral: Referral) -> Sequence[User]:
    able = holding(
        referral.organisation_id, [Role.PROTECTION_OFFICER], referral.neighbourhood_id
    ).where(User.id.not_in(referral.facts.family))
    return session.scalars(able).all()
