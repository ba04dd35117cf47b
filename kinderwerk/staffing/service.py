"""Opening shifts, taking them and giving them back; two people at once never get the same one."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities import queries as activities
from kinderwerk.activities.duties import Duty
from kinderwerk.activities.models import Occurrence, Shift
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.staffing import queries, rules
from kinderwerk.staffing.rules import Person, Post
from kinderwerk.storage.work import unit_of_work


def post(session: Session, actor: Actor, occurrence_id: UUID, wish: Post) -> None:
    """Put somebody on a date, or open places for whoever wants them."""
    rules.check(wish)
    with unit_of_work(session):
        date = _planned(session, actor, occurrence_id)
        if wish.user_id is None:
            made = [_add(session, date, wish, None) for _ in range(wish.places)]
        else:
            _check_person(session, date, wish.user_id)
            made = [_add(session, date, wish, wish.user_id)]
        audit.record(
            session, actor, "shift.opened" if wish.user_id is None else "shift.given", date.id,
            also=[one.id for one in made],
        )  # fmt: skip


def leave_out(session: Session, actor: Actor, occurrence_id: UUID, user_id: UUID) -> None:
    """Say that somebody is not there on this date; whoever is always there stays so otherwise."""
    with unit_of_work(session):
        date = _planned(session, actor, occurrence_id)
        if user_id not in date.on_duty:
            return
        touched = _away(session, date, user_id)
        audit.record(session, actor, "shift.left_out", date.id, also=touched)


def back_again(session: Session, actor: Actor, occurrence_id: UUID, user_id: UUID) -> None:
    """Say that somebody who was left out is there after all."""
    with unit_of_work(session):
        date = _planned(session, actor, occurrence_id)
        said = _said(date, user_id)
        if said is None or not said.off:
            return
        session.delete(said)
        audit.record(session, actor, "shift.back_again", date.id, also=[said.id])


def close(session: Session, actor: Actor, shift_id: UUID) -> None:
    """Take an open shift away again."""
    with unit_of_work(session):
        shift = _locked(session, shift_id)
        demand(actor, Action.EDIT, Resource.ROSTER, shift.facts)
        if shift.user_id:
            raise rules.Taken
        session.delete(shift)
        audit.record(session, actor, "shift.closed", shift.occurrence_id, also=[shift.id])


def take(session: Session, actor: Actor, shift_id: UUID) -> None:
    """Take an open shift; the first one gets it."""
    with unit_of_work(session):
        date = _date(session, queries.date_id(session, shift_id))
        shift = _locked(session, shift_id)
        demand(actor, Action.CREATE, Resource.SHIFT, shift.facts)
        if actor.id is None:
            raise Withheld("only people take shifts")
        rules.check_coming(date.starts_at, clock.now(), off=date.cancelled_at is not None)
        if shift.user_id == actor.id:
            return
        if shift.user_id:
            raise rules.Taken
        if actor.id in date.on_duty:
            raise rules.YouAreThere
        _check_not_alone(session, actor, date)
        if said := _said(date, actor.id):
            session.delete(said)
            session.flush()
        shift.user_id = actor.id
        also = [shift.id, *([said.id] if said else [])]
        audit.record(session, actor, "shift.taken", date.id, also=also)


def give_back(session: Session, actor: Actor, occurrence_id: UUID) -> None:
    """Say that one cannot come; somebody else can take the place."""
    with unit_of_work(session):
        date = _date(session, occurrence_id)
        if actor.id is None or actor.id not in date.on_duty:
            raise rules.NotThere
        demand(actor, Action.EDIT, Resource.SHIFT, date.facts)
        now = clock.now()
        rules.check_coming(date.starts_at, now, off=date.cancelled_at is not None)
        hours = queries.give_back_hours(session, date.organisation_id)
        rules.check_in_time(date.starts_at, now, hours)
        me = _person(session, date, actor.id)
        touched = _away(session, date, actor.id)
        again = Post(duty=me.planned, starts=me.starts, ends=me.ends)
        touched.append(_add(session, date, again, None).id)
        audit.record(session, actor, "shift.given_back", date.id, also=touched)


def _planned(session: Session, actor: Actor, occurrence_id: UUID) -> Occurrence:
    date = _date(session, occurrence_id)
    demand(actor, Action.EDIT, Resource.ROSTER, date.facts)
    return date


def _date(session: Session, occurrence_id: UUID) -> Occurrence:
    """Lock a date, so that whoever else changes who is there waits; sign-ups do not."""
    mine = {"of": Occurrence, "key_share": True}
    session.get_one(Occurrence, occurrence_id, with_for_update=mine)
    return queries.date_of(session, occurrence_id)


def _locked(session: Session, shift_id: UUID) -> Shift:
    return session.scalars(select(Shift).where(Shift.id == shift_id).with_for_update()).one()


def _said(date: Occurrence, user_id: UUID) -> Shift | None:
    return next((one for one in date.shifts if one.user_id == user_id), None)


def _person(session: Session, date: Occurrence, user_id: UUID) -> Person:
    there = queries.on_duty(session, [date.id])[date.id]
    return next(one for one in there if one.user_id == user_id)


def _add(session: Session, date: Occurrence, wish: Post, user_id: UUID | None) -> Shift:
    shift = Shift(
        organisation_id=date.organisation_id, occurrence=date, user_id=user_id, duty=wish.duty,
        starts=wish.starts, ends=wish.ends,
    )  # fmt: skip
    session.add(shift)
    session.flush()
    return shift


def _away(session: Session, date: Occurrence, user_id: UUID) -> list[UUID]:
    """Write down that somebody is not there, and return what it touched."""
    said = _said(date, user_id)
    usually = user_id in {one.user_id for one in date.activity.staff}
    if said and not usually:
        session.delete(said)
    elif said:
        said.off = True
    else:
        said = Shift(
            organisation_id=date.organisation_id, occurrence=date, user_id=user_id,
            duty=Duty.HELPS, off=True,
        )  # fmt: skip
        session.add(said)
    session.flush()
    return [said.id]


def _check_person(session: Session, date: Occurrence, user_id: UUID) -> None:
    if user_id in date.on_duty:
        raise rules.ThereAlready
    if user_id not in {id for id, _ in activities.colleagues(session, date.organisation_id)}:
        raise rules.UnknownPerson
    if said := _said(date, user_id):
        session.delete(said)
        session.flush()


def _check_not_alone(session: Session, actor: Actor, date: Occurrence) -> None:
    """Whoever comes along without a certificate comes beside somebody who has one."""
    if actor.membership and actor.membership.checked:
        return
    if not any(one.counts for one in queries.on_duty(session, [date.id]).get(date.id, ())):
        raise rules.NotAlone
