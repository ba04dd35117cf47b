"""Noticing what is worth a second look, and letting somebody look in an emergency."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.audit.service import Sealed
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.messages import service as messages
from kinderwerk.referrals.models import Referral
from kinderwerk.reporting_code.models import CodeCase
from kinderwerk.signals.models import SignalNote
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work
from kinderwerk.support.models import Trajectory, TrajectoryNote
from kinderwerk.trail import queries, rules
from kinderwerk.trail.models import BreakGlass, TrailFinding
from kinderwerk.trail.queries import Cases
from kinderwerk.trail.rules import AlreadySeen, Outcome, Plea

TIDIED: Final = "trail.findings_removed"


def review(session: Session, today: date) -> int:
    """Look through the last whole week of every organisation, once; return how much was found."""
    week = rules.monday(today) - timedelta(days=7)
    _tidy(session, today)
    return sum(_review(session, one, week) for one in queries.organisations(session))


def _tidy(session: Session, today: date) -> None:
    """Let go of what was found longer ago than the entries are kept from which it was made."""
    old = TrailFinding.week < today - rules.KEPT
    with unit_of_work(session):
        if session.scalar(select(TrailFinding.id).where(old).limit(1)) is None:
            return
        session.execute(delete(TrailFinding).where(old), execution_options={"audited": TIDIED})
        audit.record(session, SYSTEM, TIDIED, UUID(int=0))


def _review(session: Session, organisation_id: UUID, week: date) -> int:
    with unit_of_work(session):
        known = session.execute(
            select(TrailFinding.rule, TrailFinding.person_id).where(
                TrailFinding.organisation_id == organisation_id, TrailFinding.week == week
            )
        )
        there = {(rule, person_id) for rule, person_id in known}
        noticed = rules.notice(
            queries.week(session, organisation_id, week),
            queries.involved(session, organisation_id, week),
        )
        new = [one for one in noticed if (one.rule, one.actor_id) not in there]
        for one in new:
            found = TrailFinding(
                organisation_id=organisation_id, week=week, rule=one.rule,
                person_id=one.actor_id, times=one.times,
            )  # fmt: skip
            session.add(found)
            audit.record(session, SYSTEM, "trail.noticed", found.id, rule=one.rule.value)
        for person in queries.to_hear(session, organisation_id, {one.actor_id for one in new}):
            messages.tell(
                session, key=f"findings:{week}:{person.id}", template="findings_wait",
                address=person.email, language=person.language, organisation_id=organisation_id,
            )  # fmt: skip
    return len(new)


def settle(session: Session, actor: Actor, finding_id: UUID, outcome: Outcome) -> None:
    """Note that somebody looked at it, and what came of it."""
    with unit_of_work(session):
        found = session.get_one(TrailFinding, finding_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.FINDING, found.facts)
        if found.seen_at is not None:
            raise AlreadySeen
        found.seen_at, found.seen_by_id, found.outcome = clock.now(), actor.id, outcome
        audit.record(session, actor, "trail.looked_at", found.id, outcome=outcome.value)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a child and its family, opened for one reading."""

    cases: Cases
    notes: list[SignalNote]
    talks: list[TrajectoryNote]
    words: dict[UUID, dict[str, str | None]]


def break_glass(session: Session, actor: Actor, child_id: UUID, plea: Plea) -> BreakGlass:
    """Open what is known about a child for a while; whoever should know is told at once.

    It opens, and is told, alike whether anything is known or not: nobody learns from the way in.
    """
    rules.check_plea(plea)
    with unit_of_work(session):
        wanted = queries.wanted(session, child_id)
        demand(actor, Action.CREATE, Resource.EMERGENCY, wanted.facts)
        if actor.id is None:
            raise Withheld("somebody looks, in their own name")
        broken = BreakGlass(
            organisation_id=wanted.child.organisation_id, user_id=actor.id, child=wanted.child,
            family=wanted.child.family, need=plea.need, until=clock.now() + rules.LASTS,
        )  # fmt: skip
        seal(session, broken, reason=plea.reason)
        session.add(broken)
        session.flush()
        audit.record(
            session, actor, "emergency.opened", child_id, also=[broken.id],
            family=broken.family_id, need=plea.need.value, until=broken.until,
        )  # fmt: skip
        for person in queries.to_tell(session, broken, queries.cases(session, broken)):
            messages.tell(
                session, key=f"emergency:{broken.id}:{person.id}", template="emergency_looked",
                address=person.email, language=person.language,
                organisation_id=broken.organisation_id, break_glass_id=broken.id,
            )  # fmt: skip
    return broken


def known(session: Session, actor: Actor, broken: BreakGlass) -> Known:
    """Open the words about a child and its family; never who is the source of them.

    Of the reporting code nothing but that it runs, since when, and who carries it.
    """
    demand(actor, Action.VIEW, Resource.EMERGENCY, broken.facts)
    id, child_id = broken.id, broken.child_id
    found = queries.cases(session, broken)
    notes, talks = queries.notes(session, found)
    words = audit.disclose_together(
        session, actor, "emergency.read", child_id,
        Sealed(SignalNote, [one.id for one in notes], ["text"]),
        Sealed(Trajectory, [one.id for one in found.trajectories], ["question"]),
        Sealed(TrajectoryNote, [one.id for one in talks], ["text"]),
        Sealed(Referral, [one.id for one in found.referrals], ["note"]),
        Sealed(CodeCase, [one.id for one in found.codes], []),
    )  # fmt: skip
    broken = queries.glass(session, id)
    found = queries.cases(session, broken)
    return Known(found, *queries.notes(session, found), words)


def reasons(session: Session, actor: Actor) -> dict[UUID, str]:
    """Open why people looked in an emergency, for whoever watches over it."""
    demand(actor, Action.LIST, Resource.FINDING)
    ids = [one.id for one in queries.glasses(session, actor)]
    if not ids or actor.organisation_id is None:
        return {}
    words = audit.disclose(
        session, actor, "trail.read", actor.organisation_id, BreakGlass, ids, "reason"
    )
    return {id: each["reason"] or "" for id, each in words.items()}
