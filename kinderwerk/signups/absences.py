"""Not being there once, without losing the place in a series."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.signups import lines, queries, reminders
from kinderwerk.signups.models import Absence, Signup
from kinderwerk.signups.rules import NoPlaceThen, Over, Standing
from kinderwerk.storage.work import unit_of_work


@dataclass(frozen=True, slots=True)
class Expected:
    """A child and the date on which it is expected, unless it was signed off already."""

    signup: Signup
    date: Occurrence
    comes: bool


def stay_away(session: Session, actor: Actor, signup_id: UUID, occurrence_id: UUID) -> Signup:
    """Say that a child does not come on one date of a series; saying so twice changes nothing."""
    with unit_of_work(session):
        signup, known = _locked(session, actor, signup_id, occurrence_id)
        if known is None:
            _note(session, actor, signup, occurrence_id)
    return signup


def come_after_all(session: Session, actor: Actor, signup_id: UUID, occurrence_id: UUID) -> Signup:
    with unit_of_work(session):
        signup, known = _locked(session, actor, signup_id, occurrence_id)
        if known is not None:
            session.delete(known)
            audit.record(session, actor, "signup.back", signup.id, also=[known.id])
    return signup


def by_mail(session: Session, signup_id: UUID, occurrence_id: UUID, proof: str) -> Expected:
    """Return who is expected when, for whoever read the reminder and may still be reached."""
    signup = queries.by_id(session, signup_id)
    date = session.get_one(Occurrence, occurrence_id)
    if not reminders.fits(proof, signup, date):
        raise NoResultFound
    comes = signup.standing is Standing.PLACED and not _known(session, signup.id, date.id)
    return Expected(signup, date, comes=comes)


def miss_by_mail(session: Session, signup_id: UUID, occurrence_id: UUID, proof: str) -> None:
    """Say from a reminder that a child does not come; where each date counts, the place goes."""
    with unit_of_work(session):
        signup, spot = lines.locked(session, signup_id)
        expected = by_mail(session, signup_id, occurrence_id, proof)
        if not expected.comes:
            return
        if spot.occurrence:
            lines.release(session, SYSTEM, spot, [signup])
            lines.hand_out(session, spot)
        else:
            _note(session, SYSTEM, signup, occurrence_id)


def _note(session: Session, actor: Actor, signup: Signup, occurrence_id: UUID) -> None:
    absence = Absence(
        organisation_id=signup.organisation_id, signup_id=signup.id, occurrence_id=occurrence_id,
        by_id=actor.id,
    )  # fmt: skip
    session.add(absence)
    audit.record(session, actor, "signup.away", signup.id, also=[absence.id])


def _known(session: Session, signup_id: UUID, occurrence_id: UUID) -> Absence | None:
    return session.scalar(
        select(Absence).where(
            Absence.signup_id == signup_id, Absence.occurrence_id == occurrence_id
        )
    )


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
    return signup, _known(session, signup.id, occurrence_id)
