"""Reading consultations. What is sealed stays shut here; `service.read` opens it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kinderwerk.access import conditions
from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.accounts.models import Membership, User
from kinderwerk.core import clock
from kinderwerk.learning.consulting.models import (
    Consultation,
    ConsultationSeat,
    Contribution,
    PhaseMinutes,
)
from kinderwerk.learning.consulting.rules import USUAL, Part, Phase, Standing
from kinderwerk.signals import queries as signals
from kinderwerk.signals.models import Signal
from kinderwerk.storage.scoping import belonging, scope

MOST: Final = 200
#: For how long what was finished stays on the list that shows first.
AHEAD: Final = timedelta(days=7)
SITTERS: Final = (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER)
CONSULTATIONS: Final = scope(
    Resource.CONSULTATION,
    Consultation,
    {
        conditions.of_organisation: belonging(Consultation.organisation_id),
        conditions.reader: lambda actor, membership: exists().where(
            ConsultationSeat.consultation_id == Consultation.id,
            ConsultationSeat.user_id == actor.id,
        ),
    },
)
OVER: Final = (Standing.FINISHED, Standing.CANCELLED)


def by_id(session: Session, consultation_id: UUID) -> Consultation:
    return session.get_one(Consultation, consultation_id)


def visible(session: Session, actor: Actor, *, over: bool = False) -> Sequence[Consultation]:
    """Return those to which somebody was invited: what comes next first, or what was last."""
    standing = Consultation.standing.in_(OVER)
    first = Consultation.held_at.desc() if over else Consultation.held_at
    return session.scalars(
        select(Consultation)
        .where(CONSULTATIONS.visible(actor), standing if over else ~standing)
        .order_by(first, Consultation.id)
        .limit(MOST)
    ).all()


def coming(session: Session, actor: Actor) -> Sequence[Consultation]:
    """Return what is under way, and what is held within a week."""
    until = clock.midnight(clock.today() + AHEAD)
    return session.scalars(
        select(Consultation)
        .where(
            CONSULTATIONS.visible(actor), Consultation.standing.not_in(OVER),
            Consultation.held_at < until,
        )
        .order_by(Consultation.held_at)
        .limit(MOST)
    ).all()  # fmt: skip


def steps(session: Session, actor: Actor) -> Sequence[Consultation]:
    """Return those of which this person promised a first step and has not ticked it."""
    mine = exists().where(
        ConsultationSeat.consultation_id == Consultation.id,
        ConsultationSeat.user_id == actor.id, ConsultationSeat.part == Part.BRINGER,
    )  # fmt: skip
    return session.scalars(
        select(Consultation)
        .where(
            CONSULTATIONS.visible(actor), mine, Consultation.standing == Standing.FINISHED,
            Consultation.first_step_on.is_not(None), Consultation.first_step_done_on.is_(None),
        )
        .order_by(Consultation.first_step_on)
        .limit(MOST)
    ).all()  # fmt: skip


def said(session: Session, consultation_id: UUID) -> Sequence[Contribution]:
    return session.scalars(
        select(Contribution)
        .where(Contribution.consultation_id == consultation_id)
        .order_by(Contribution.created_at, Contribution.id)
    ).all()


def people(session: Session, ids: Collection[UUID]) -> Mapping[UUID, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def colleagues(session: Session, organisation_id: UUID) -> Sequence[User]:
    """Return who can sit in: whoever works with families there, wherever that is."""
    works = exists().where(
        Membership.user_id == User.id, Membership.organisation_id == organisation_id,
        Membership.role.in_(SITTERS), Membership.ended_at.is_(None),
    )  # fmt: skip
    return session.scalars(select(User).where(works).order_by(User.name, User.id)).all()


def minutes(session: Session, organisation_id: UUID | None) -> Mapping[Phase, int]:
    """Return how long each phase takes there."""
    own = session.execute(
        select(PhaseMinutes.phase, PhaseMinutes.minutes).where(
            PhaseMinutes.organisation_id == organisation_id
        )
    )
    return {**USUAL, **{row.phase: row.minutes for row in own}}


def signal_of(session: Session, actor: Actor, signal_id: UUID | None) -> Signal | None:
    """Return the signal if this person may read it; of another one nothing is told."""
    if signal_id is None:
        return None
    found = session.get(Signal, signal_id, options=signals.WHOLE)
    if found is None or not permits(actor, Action.VIEW, Resource.SIGNAL, found.facts):
        return None
    return found


def of_signal(session: Session, actor: Actor, signal_id: UUID) -> Sequence[Consultation]:
    return session.scalars(
        select(Consultation)
        .where(CONSULTATIONS.visible(actor), Consultation.signal_id == signal_id)
        .order_by(Consultation.held_at)
    ).all()


def held(
    session: Session, organisation_ids: Collection[UUID], first: date, last: date
) -> int:  # fmt: skip
    """Count the consultations that were finished between two days, both included."""
    return session.scalar(
        select(func.count(Consultation.id)).where(
            Consultation.organisation_id.in_(organisation_ids),
            Consultation.standing == Standing.FINISHED,
            Consultation.held_at >= clock.midnight(first),
            Consultation.held_at < clock.midnight(last + timedelta(days=1)),
        )
    ) or 0  # fmt: skip
