"""Giving places, taking them back, and moving up who waits: one line per activity or date.

Whoever changes a line locks its activity first and then its dates in the order of their ids, so
that two at once wait for each other in turn and never in a circle.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource, Role
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import SignupKind, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families import queries as families
from kinderwerk.families.models import Carer, Child
from kinderwerk.families.rules import age_on
from kinderwerk.messages.service import tell
from kinderwerk.signups import queries
from kinderwerk.signups.models import Cancellation, Signup, SignupStep
from kinderwerk.signups.rules import (
    MOST_AT_ONCE,
    Ages,
    AlreadySignedUp,
    Date,
    NoChild,
    NoDate,
    NothingToSignUpFor,
    NotOpen,
    OfAnotherOrganisation,
    Over,
    SignUp,
    Standing,
    TooLateToCancel,
    TooManyAtOnce,
    free,
)
from kinderwerk.storage.work import revise, unit_of_work

#: A lock that lets others go on referring to the row.
LOCKED: Final = {"key_share": True}


@dataclass(frozen=True, slots=True)
class Spot:
    """What a line is for: an activity as a whole, or one date of it; locked."""

    activity: Activity
    occurrence: Occurrence | None = None

    @property
    def holder(self) -> Activity | Occurrence:
        return self.occurrence or self.activity

    @property
    def occurrence_id(self) -> UUID | None:
        return self.occurrence.id if self.occurrence else None

    @property
    def capacity(self) -> int | None:
        own = self.holder.capacity
        return self.activity.capacity if own is None else own


def sign_up(session: Session, actor: Actor, wish: SignUp) -> list[Signup]:
    """Give every child a place or a place in the line, for each date asked for: all or nothing.

    A form that was sent twice gets what it got the first time.
    """
    with unit_of_work(session):
        spots = _spots(session, wish.activity_id, wish.occurrence_ids)
        activity = spots[0].activity
        held = demand(actor, Action.CREATE, Resource.SIGNUP, activity.facts)
        at_door = wish.at_door and held.role is not Role.GUARDIAN
        children = _children(session, actor, wish, activity.organisation_id)
        there = queries.live_of(session, activity.id, wish.child_ids)
        made = [one for one in there.values() if wish.form_id and one.form_id == wish.form_id]
        for spot in spots:
            _check_new(spot, children, there, wish)
            joining = [one for one in children if (one.id, spot.occurrence_id) not in there]
            made += _join(session, actor.using(held), spot, joining, wish, at_door=at_door)
    return made


def cancel(session: Session, actor: Actor, signup_id: UUID) -> Signup:
    """Give up a place or leave the line; whoever waits first moves up at once.

    What was cancelled already stays so.
    """
    with unit_of_work(session):
        signup, spot = _locked(session, signup_id)
        held = demand(actor, Action.EDIT, Resource.SIGNUP, signup.facts)
        if signup.standing is Standing.CANCELLED:
            return signup
        if held.role is Role.GUARDIAN and _is_over(session, spot):
            raise TooLateToCancel
        _release(session, actor.using(held), spot, [signup])
        if actor.id != signup.made_by_id or held.role is not Role.GUARDIAN:
            _tell(session, [signup], "cancelled")
        _move_up(session, spot)
    return signup


def leave(session: Session, actor: Actor, child_ids: Collection[UUID]) -> None:
    """Take children out of every line that still goes on, in the unit of work that forgets them."""
    live = select(Signup.id).where(
        Signup.child_id.in_(child_ids), Signup.standing != Standing.CANCELLED
    )
    for signup_id in session.scalars(live.order_by(Signup.activity_id, Signup.occurrence_id)).all():
        signup, spot = _locked(session, signup_id)
        if signup.standing is not Standing.CANCELLED and not _is_over(session, spot):
            _release(session, actor, spot, [signup])
            _move_up(session, spot)


def cancel_occurrence(
    session: Session, actor: Actor, occurrence_id: UUID, reason: str
) -> Cancellation:
    """Call one date off: who was signed up for it loses it, and every family is told why."""
    with unit_of_work(session):
        activity_id = session.scalars(
            select(Occurrence.activity_id).where(Occurrence.id == occurrence_id)
        ).one()
        (spot,) = _lock(session, activity_id, [occurrence_id])
        demand(actor, Action.EDIT, Resource.ACTIVITY, spot.activity.facts)
        called_off = _call_off(session, actor, spot, reason)
        per_day = spot.activity.signup is SignupKind.PER_DAY
        told = queries.live_in(session, activity_id, occurrence_id if per_day else None)
        _tell(session, told, "date_cancelled", of=called_off)
        if per_day:
            _release(session, actor, spot, told)
        activities.cancel_occurrence(session, actor, occurrence_id, reason)
    return called_off


def cancel_activity(session: Session, actor: Actor, activity_id: UUID, reason: str) -> Cancellation:
    """Call a whole activity off: all its coming dates, and every sign-up for them."""
    with unit_of_work(session):
        dates = _lock(
            session, activity_id, [one.id for one in queries.coming(session, activity_id)]
        )
        whole = Spot(dates[0].activity)
        demand(actor, Action.EDIT, Resource.ACTIVITY, whole.activity.facts)
        called_off = _call_off(session, actor, whole, reason)
        for spot in {spot.occurrence_id: spot for spot in (whole, *dates)}.values():
            told = queries.live_in(session, activity_id, spot.occurrence_id)
            _tell(session, told, "activity_cancelled", of=called_off)
            _release(session, actor, spot, told)
        _strike(session, actor, dates)
        revise(whole.activity, None, state=State.ENDED)
        audit.record(session, actor, "activity.cancelled", activity_id)
    return called_off


def move_up(session: Session, activity_id: UUID) -> None:
    """Give the places that came free, or were added, to those who wait; none free, none moved."""
    with unit_of_work(session):
        dates = [one.id for one in queries.coming(session, activity_id)]
        activity = session.get_one(Activity, activity_id, with_for_update=LOCKED)
        if activity.signup is not SignupKind.PER_DAY:
            _move_up(session, Spot(activity))
            return
        for spot in _lock(session, activity_id, dates):
            _move_up(session, spot)


def _spots(session: Session, activity_id: UUID, occurrence_ids: Sequence[UUID]) -> list[Spot]:
    """Lock what is asked for and check that one can ask for it."""
    activity = session.get_one(Activity, activity_id, with_for_update=LOCKED)
    if activity.signup not in (SignupKind.SERIES, SignupKind.PER_DAY):
        raise NothingToSignUpFor
    if activity.state is not State.PUBLISHED:
        raise NotOpen
    if activity.signup is SignupKind.SERIES:
        return [Spot(activity)]
    if not occurrence_ids:
        raise NoDate
    return _dates(session, activity, occurrence_ids)


def _lock(session: Session, activity_id: UUID, occurrence_ids: Sequence[UUID]) -> list[Spot]:
    activity = session.get_one(Activity, activity_id, with_for_update=LOCKED)
    return _dates(session, activity, occurrence_ids) if occurrence_ids else [Spot(activity)]


def _dates(session: Session, activity: Activity, ids: Sequence[UUID]) -> list[Spot]:
    wanted = set(ids)
    found = session.scalars(
        select(Occurrence)
        .where(Occurrence.id.in_(wanted), Occurrence.activity_id == activity.id)
        .order_by(Occurrence.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(wanted):
        raise Withheld("a date of another activity")
    return [Spot(activity, occurrence) for occurrence in found]


def _children(
    session: Session, actor: Actor, wish: SignUp, organisation_id: UUID
) -> Sequence[Child]:
    """Return the children of the wish, each of them one that this person may decide about."""
    if not wish.child_ids:
        raise NoChild
    if len(set(wish.child_ids)) * max(1, len(set(wish.occurrence_ids))) > MOST_AT_ONCE:
        raise TooManyAtOnce
    found = {one.id: one for one in families.some(session, wish.child_ids)}
    children = [found[id] for id in dict.fromkeys(wish.child_ids) if id in found]
    if len(children) != len(set(wish.child_ids)):
        raise Withheld("a child that is not there")
    for child in children:
        demand(actor, Action.EDIT, Resource.CHILD, child.facts)
        if child.organisation_id != organisation_id:
            raise OfAnotherOrganisation(name=child.first_name)
    return children


def _check_new(
    spot: Spot, children: Sequence[Child], there: dict[tuple[UUID, UUID | None], Signup],
    wish: SignUp,
) -> None:  # fmt: skip
    for child in children:
        known = there.get((child.id, spot.occurrence_id))
        if known and (wish.form_id is None or known.form_id != wish.form_id):
            raise AlreadySignedUp(name=child.first_name)


def _join(
    session: Session, actor: Actor, spot: Spot, children: Sequence[Child], wish: SignUp, *,
    at_door: bool,
) -> list[Signup]:  # fmt: skip
    """Put children at the end of a line, and let in as many of its first as there is room."""
    if not children:
        return []
    known = queries.figures(session, spot.activity.id, spot.occurrence_id)
    _check_date(spot, known, children, at_door=at_door)
    room = free(spot.capacity, spot.holder.taken, known.waiting + len(children))
    moved = queries.first_waiting(
        session, spot.activity.id, spot.occurrence_id, min(room, known.waiting)
    )
    new = [
        Signup(
            organisation_id=spot.activity.organisation_id, activity=spot.activity,
            occurrence=spot.occurrence, child=child, standing=Standing.WAITING, queue=number,
            made_by_id=actor.id, form_id=wish.form_id,
        )
        for number, child in enumerate(children, known.last_number + 1)
    ]  # fmt: skip
    placed = new[: max(0, room - len(moved))]
    for signup in placed:
        signup.standing = Standing.PLACED
    session.add_all(new)
    session.flush()
    for signup in new:
        audit.record(session, actor, "signup.made", signup.id, also=[spot.holder.id])
    _note(session, new, actor.id)
    spot.holder.taken += len(placed)
    _tell(session, placed, "confirmed")
    _tell(session, new[len(placed) :], "waiting")
    _let_in(session, spot, moved)
    return new


def _check_date(
    spot: Spot, known: queries.Figures, children: Iterable[Child], *, at_door: bool
) -> None:
    one = spot.occurrence
    series = known.running if at_door else known.next_start
    starts_at = one.starts_at if one else series
    if starts_at is None:
        raise Over
    day = clock.to_wall(starts_at).date()
    if one:
        date = Date(
            day=day, starts_at=starts_at, ends_at=one.ends_at, goes_on=one.cancelled_at is None
        )
        date.check(clock.now(), at_door=at_door)
    ages = Ages(youngest=spot.activity.age_from, oldest=spot.activity.age_to)
    for child in children:
        ages.check(child.first_name, age_on(child.born_on, day))


def _locked(session: Session, signup_id: UUID) -> tuple[Signup, Spot]:
    """Lock the line in which a sign-up stands, and only then read it."""
    line = select(Signup.activity_id, Signup.occurrence_id).where(Signup.id == signup_id)
    activity_id, occurrence_id = session.execute(line).one()
    (spot,) = _lock(session, activity_id, [occurrence_id] if occurrence_id else [])
    signup = session.get_one(Signup, signup_id, options=queries.WHOLE, populate_existing=True)
    return signup, spot


def _is_over(session: Session, spot: Spot) -> bool:
    if spot.occurrence:
        return spot.occurrence.ends_at <= clock.now()
    return queries.figures(session, spot.activity.id, None).running is None


def _release(session: Session, actor: Actor, spot: Spot, signups: Sequence[Signup]) -> None:
    """Take these out of the line, and out of their places."""
    spot.holder.taken -= sum(one.standing is Standing.PLACED for one in signups)
    for signup in signups:
        signup.standing = Standing.CANCELLED
        audit.record(session, actor, "signup.cancelled", signup.id, also=[spot.holder.id])
    _note(session, signups, actor.id)


def _move_up(session: Session, spot: Spot) -> None:
    """Let in the first who wait, as far as there is room and the date is still to come."""
    if _is_over(session, spot):
        return
    known = queries.figures(session, spot.activity.id, spot.occurrence_id)
    room = free(spot.capacity, spot.holder.taken, known.waiting)
    first = queries.first_waiting(session, spot.activity.id, spot.occurrence_id, room)
    _let_in(session, spot, first)


def _let_in(session: Session, spot: Spot, signups: Sequence[Signup]) -> None:
    spot.holder.taken += len(signups)
    for signup in signups:
        signup.standing = Standing.PLACED
        audit.record(session, SYSTEM, "signup.moved_up", signup.id, also=[spot.holder.id])
    _note(session, signups, None)
    _tell(session, signups, "moved_up")


def _call_off(session: Session, actor: Actor, spot: Spot, reason: str) -> Cancellation:
    called_off = Cancellation(
        organisation_id=spot.activity.organisation_id, activity_id=spot.activity.id,
        occurrence_id=spot.occurrence_id, reason=reason, by_id=actor.id,
    )  # fmt: skip
    session.add(called_off)
    audit.record(session, actor, "activity.called_off", called_off.id, of=spot.holder.id)
    return called_off


def _strike(session: Session, actor: Actor, spots: Iterable[Spot]) -> None:
    """Mark dates as called off."""
    for spot in spots:
        if spot.occurrence and spot.occurrence.cancelled_at is None:
            spot.occurrence.cancelled_at = clock.now()
            audit.record(session, actor, "occurrence.cancelled", spot.occurrence.id)


def _note(session: Session, signups: Iterable[Signup], by_id: UUID | None) -> None:
    """Add to the history of each what it became."""
    session.add_all(
        SignupStep(
            organisation_id=signup.organisation_id, signup_id=signup.id,
            standing=signup.standing, by_id=by_id,
        )
        for signup in signups
    )  # fmt: skip


def _tell(
    session: Session, signups: Iterable[Signup], event: str, of: Cancellation | None = None
) -> None:
    """Put a message about each sign-up in the outbox, for the carer who has to know."""
    for signup in signups:
        carer = reachable(signup)
        if carer and carer.email:
            about = f"{event}:{of.id}" if of else event
            subjects: dict[str, Any] = {"cancellation": of.id} if of else {}
            tell(
                session, key=f"signup:{signup.id}:{about}", template=f"signup.{event}",
                address=carer.email, language=carer.language,
                organisation_id=signup.organisation_id, signup=signup.id,
                **subjects,
            )  # fmt: skip


def reachable(signup: Signup) -> Carer | None:
    """Return whom to tell: who made it if they may still be reached, else the first who may."""
    open_to_contact = sorted(
        (
            care.carer
            for care in signup.child.cares
            if care.contact_allowed and care.ended_at is None and care.carer.email
        ),
        key=lambda carer: (carer.user_id != signup.made_by_id, carer.created_at, carer.id),
    )
    return next(iter(open_to_contact), None)
