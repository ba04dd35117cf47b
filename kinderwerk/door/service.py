"""Letting a child in: added, signed up and marked in one unit of work, or nothing of it."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import SignupKind
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.door.rules import EARLY, Arrival, Born, NobodyAnswers, read_birth
from kinderwerk.families import queries as families
from kinderwerk.families import service as family_service
from kinderwerk.families.models import Child
from kinderwerk.families.rules import Adult, LooksLikeAnother, Particulars
from kinderwerk.registers import queries as registers
from kinderwerk.registers import service as register_service
from kinderwerk.registers.rules import Presence
from kinderwerk.signups import queries as signups
from kinderwerk.signups import service as signup_service
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.work import unit_of_work


def let_in(session: Session, actor: Actor, occurrence_id: UUID, arrival: Arrival) -> Child:
    """Write a child down that nobody knew, and let it take part today."""
    born = read_birth(arrival.born, clock.today())
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.CHILD)
        if not arrival.really and families.alike(
            session, actor, arrival.first_name, arrival.surname, born.on, about=born.about
        ):
            raise LooksLikeAnother
        child = _child(session, actor, arrival, born)
        if born.about:
            child.born_about = True
            audit.record(session, actor, "child.age_told", child.id)
        _take_part(session, actor, occurrence_id, child, arrival.form_id)
    return child


def let_known_in(session: Session, actor: Actor, occurrence_id: UUID, child_id: UUID) -> Child:
    """Let a child take part today that is known already."""
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.CHILD)
        child = families.child(session, child_id)
        demand(actor, Action.EDIT, Resource.CHILD, child.facts)
        _take_part(session, actor, occurrence_id, child, None)
    return child


def _child(session: Session, actor: Actor, arrival: Arrival, born: Born) -> Child:
    told = Particulars(
        first_name=arrival.first_name, surname=arrival.surname, born_on=born.on,
        emergency_name=arrival.parent, emergency_phone=arrival.phone,
        goes_home_alone=arrival.goes_home_alone, picked_up_by=arrival.picked_up_by,
    )  # fmt: skip
    if arrival.sibling_id:
        return family_service.add_sibling(
            session, actor, told, arrival.sibling_id, agreed=arrival.agreed
        )
    if not arrival.phone:
        raise NobodyAnswers
    adult = Adult(name=arrival.parent, phone=arrival.phone)
    return family_service.add_child_of_family(
        session, actor, told, None, adult, agreed=arrival.agreed, really=True
    )


def _take_part(
    session: Session, actor: Actor, occurrence_id: UUID, child: Child, form_id: UUID | None
) -> None:
    """Sign a child up unless it is, and mark it as there once the session is about to begin."""
    date = session.get_one(Occurrence, occurrence_id)
    activity = date.activity
    per_day = activity.signup is SignupKind.PER_DAY
    there = {
        one.occurrence_id
        for one in signups.live_of(session, [child.id])
        if one.activity_id == activity.id
    }
    if activity.signup.by_parents and (occurrence_id if per_day else None) not in there:
        wish = SignUp(
            activity_id=activity.id, child_ids=(child.id,), form_id=form_id, at_door=True,
            occurrence_ids=(occurrence_id,) if per_day else (),
        )  # fmt: skip
        signup_service.sign_up(session, actor, wish)
    if _running(session, date):
        register_service.mark(session, actor, occurrence_id, {child.id: Presence.PRESENT})
    else:
        demand(actor, Action.EDIT, Resource.REGISTER, date.facts)


def _running(session: Session, date: Occurrence) -> bool:
    register = registers.register(session, date.id)
    closed = register is not None and register.closed_at is not None
    begun = date.starts_at - EARLY <= clock.now() and clock.now() <= date.ends_at + EARLY
    return begun and not closed and date.cancelled_at is None
