"""Not being there once, without losing the place in a series."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.signups import lines
from kinderwerk.signups.models import Absence, Signup
from kinderwerk.signups.rules import NoPlaceThen, Over, Standing
from kinderwerk.storage.work import unit_of_work


def stay_away(session: Session, actor: Actor, signup_id: UUID, occurrence_id: UUID) -> Signup:
    """Say that a child does not come on one date of a series; saying so twice changes nothing."""
    with unit_of_work(session):
        signup, known = _locked(session, actor, signup_id, occurrence_id)
        if known is None:
            absence = Absence(
                organisation_id=signup.organisation_id, signup_id=signup.id,
                occurrence_id=occurrence_id, by_id=actor.id,
            )  # fmt: skip
            session.add(absence)
            audit.record(session, actor, "signup.away", signup.id, also=[absence.id])
    return signup


def come_after_all(session: Session, actor: Actor, signup_id: UUID, occurrence_id: UUID) -> Signup:
    with unit_of_work(session):
        signup, known = _locked(session, actor, signup_id, occurrence_id)
        if known is not None:
            session.delete(known)
            audit.record(session, actor, "signup.back", signup.id, also=[known.id])
    return signup


def _locked(
    session: Session, actor: Actor, signup_id: UUID, occurrence_id: UUID
) -> tuple[Signup, Absence | None]:
    signup, spot = lines.locked(session, signup_id)
    demand(actor, Action.EDIT, Resource.SIGNUP, signup.facts)
    date = session.get_one(Occurrence, occurrence_id)
    if date.activity_id != signup.activity_id:
        raise Withheld("a date of another activity")
    if spot.occurrence or signup.standing is not Standing.PLACED or date.cancelled_at:
        raise NoPlaceThen
    if date.ends_at <= clock.now():
        raise Over
    known = select(Absence).where(
        Absence.signup_id == signup.id, Absence.occurrence_id == occurrence_id
    )
    return signup, session.scalar(known)
