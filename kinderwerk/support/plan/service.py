"""Agreeing, settling what was agreed, and hearing from the family whether it helped."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.audit.service import Sealed
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work
from kinderwerk.support import queries as trajectories
from kinderwerk.support.models import Aim, Trajectory
from kinderwerk.support.plan import queries, rules
from kinderwerk.support.plan.agreeing import agree
from kinderwerk.support.plan.models import Agreed, Answer
from kinderwerk.support.plan.rules import Doing, Judged, Plan, Promise, Settled
from kinderwerk.support.service import OpenAim, OpenAnswer, OpenStep, running, steps_of


@dataclass(frozen=True, slots=True)
class Own:
    """What a carer reads who is named: their own words, and what was agreed; no notes of talks."""

    trajectory: Trajectory
    question: str
    aims: list[OpenAim]
    steps: list[OpenStep]
    answer: OpenAnswer | None


def add(session: Session, actor: Actor, trajectory: Trajectory, wish: Promise) -> None:
    """Write down something that was agreed; the same form sent twice is one agreement."""
    rules.check_promise(wish, clock.today())
    with unit_of_work(session):
        trajectory = running(session, actor, trajectory.id)
        if actor.id is None or sent_before(session, Agreed, actor.id, wish.once):
            return
        known = {one.id for one in queries.courses(session, trajectory.organisation_id)}
        if wish.activity_id and wish.activity_id not in known:
            raise Withheld("no course of this organisation")
        agreement = agree(session, trajectory, actor.id, wish)
        audit.record(session, actor, "support.agreed", trajectory.id, also=[agreement.id])


def settle(
    session: Session, actor: Actor, trajectory: Trajectory, agreement_id: UUID, settled: Settled
) -> None:
    """Say what became of something that was agreed."""
    with unit_of_work(session):
        trajectory = running(session, actor, trajectory.id)
        _settle(session, actor, trajectory.id, agreement_id, settled)


def settle_own(
    session: Session, actor: Actor, plan: Plan, agreement_id: UUID, settled: Settled
) -> None:
    """Say as a carer what became of what one would do oneself."""
    with unit_of_work(session):
        held = _locked(session, actor, plan.id)
        agreement = queries.agreement(session, plan.id, agreement_id)
        if agreement.doing is Doing.WORKER:
            raise Withheld("what the worker does is settled by the worker")
        _settle(session, held, plan.id, agreement_id, settled)


def answer(session: Session, actor: Actor, plan: Plan, judged: Judged) -> None:
    """Say as a carer whether it helped; saying it again takes the place of what was said."""
    with unit_of_work(session):
        held = _locked(session, actor, plan.id)
        carer = queries.carer_of(session, actor, plan.id)
        if carer is None:
            raise Withheld("nobody who is named")
        said = session.scalar(
            select(Answer)
            .where(Answer.trajectory_id == plan.id, Answer.carer_id == carer.id)
            .with_for_update()
        )
        said = said or Answer(
            organisation_id=carer.organisation_id, trajectory_id=plan.id, carer_id=carer.id,
            helped=judged.helped, answered_on=clock.today(),
        )  # fmt: skip
        said.helped, said.answered_on = judged.helped, clock.today()
        seal(session, said, words=judged.words or None)
        session.add(said)
        audit.record(session, held, "plan.answered", plan.id, also=[said.id])


def read_own(session: Session, actor: Actor, plan: Plan) -> Own:
    """Open a plan for a carer who is named on it; the reading is on record first."""
    held = demand(actor, Action.VIEW, Resource.PLAN, plan.facts)
    carer = queries.carer_of(session, actor, plan.id)
    trajectory = session.get_one(Trajectory, plan.id)
    said = [one for one in queries.answers(session, plan.id) if carer and one.carer_id == carer.id]
    words = audit.disclose_together(
        session, actor.using(held), "plan.read", plan.id,
        Sealed(Trajectory, [plan.id], ["question"]),
        Sealed(Aim, [one.id for one in trajectories.aims(session, trajectory)], ["text"]),
        Sealed(Agreed, [one.id for one in queries.agreements(session, plan.id)], ["text"]),
        Sealed(Answer, [one.id for one in said], ["words"]),
    )  # fmt: skip
    trajectory = session.get_one(Trajectory, plan.id)
    return Own(
        trajectory,
        words[plan.id]["question"] or "",
        [
            OpenAim(aim, words[aim.id]["text"] or "")
            for aim in trajectories.aims(session, trajectory)
            if aim.id in words
        ],
        steps_of(session, plan.id, words),
        next((OpenAnswer(one, words[one.id]["words"]) for one in said), None),
    )


def _settle(
    session: Session, actor: Actor, trajectory_id: UUID, agreement_id: UUID, settled: Settled
) -> None:
    agreement = queries.agreement(session, trajectory_id, agreement_id, lock=True)
    agreement.settled = settled
    agreement.settled_on = None if settled is Settled.OPEN else clock.today()
    audit.record(
        session, actor, "support.settled", trajectory_id, also=[agreement.id], what=settled.value
    )


def _locked(session: Session, actor: Actor, trajectory_id: UUID) -> Actor:
    """Lock the trajectory, and only then ask whether this carer is still named on it."""
    session.get_one(Trajectory, trajectory_id, with_for_update=True)
    plan = queries.by_id(session, trajectory_id)
    return actor.using(demand(actor, Action.EDIT, Resource.PLAN, plan.facts))
