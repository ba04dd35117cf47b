"""Giving places, and taking them back."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import SignupKind, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families import queries as families
from kinderwerk.families.models import Child
from kinderwerk.signups import lines, queries
from kinderwerk.signups.hindrances import audience, candidate, clashes, elsewhere, window
from kinderwerk.signups.lines import Spot
from kinderwerk.signups.models import Cancellation, Signup
from kinderwerk.signups.rules import (
    MOST_AT_ONCE,
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
    seated,
)
from kinderwerk.storage.work import revise, unit_of_work


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
        live = queries.live_of(session, wish.child_ids)
        here = [one for one in live if one.activity_id == activity.id]
        there = {(one.child_id, one.occurrence_id): one for one in here}
        made = [one for one in here if wish.form_id and one.form_id == wish.form_id]
        if wish.careful and not made:
            _check_clashes(session, spots, children, live)
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
        signup, spot = lines.locked(session, signup_id)
        held = demand(actor, Action.EDIT, Resource.SIGNUP, signup.facts)
        if signup.standing is Standing.CANCELLED:
            return signup
        if held.role is Role.GUARDIAN and lines.is_over(session, spot):
            raise TooLateToCancel
        lines.release(session, actor.using(held), spot, [signup])
        if actor.id != signup.made_by_id or held.role is not Role.GUARDIAN:
            lines.inform(session, [signup], "cancelled")
        lines.hand_out(session, spot)
    return signup


def leave(session: Session, actor: Actor, child_ids: Collection[UUID]) -> None:
    """Take children out of every line that still goes on, in the unit of work that forgets them."""
    live = select(Signup.id).where(
        Signup.child_id.in_(child_ids), Signup.standing != Standing.CANCELLED
    )
    for signup_id in session.scalars(live.order_by(Signup.activity_id, Signup.occurrence_id)).all():
        signup, spot = lines.locked(session, signup_id)
        if signup.standing is not Standing.CANCELLED and not lines.is_over(session, spot):
            lines.release(session, actor, spot, [signup])
            lines.hand_out(session, spot)


def cancel_occurrence(
    session: Session, actor: Actor, occurrence_id: UUID, reason: str
) -> Cancellation:
    """Call one date off: who was signed up for it loses it, and every family is told why."""
    with unit_of_work(session):
        activity_id = session.scalars(
            select(Occurrence.activity_id).where(Occurrence.id == occurrence_id)
        ).one()
        (spot,) = lines.lock(session, activity_id, [occurrence_id])
        demand(actor, Action.EDIT, Resource.ACTIVITY, spot.activity.facts)
        called_off, told = _strike_out(session, actor, spot, occurrence_id, reason)
        lines.inform(session, told, "date_cancelled", cancellation=called_off.id)
    return called_off


def cancel_later(
    session: Session, actor: Actor, occurrence_id: UUID, reason: str
) -> list[Cancellation]:
    """Call a date off and all that come after it, but not the activity.

    Each family is told once, with those of the dates that it would have come to.
    """
    with unit_of_work(session):
        first = session.get_one(Occurrence, occurrence_id)
        activity_id, since = first.activity_id, first.starts_at
        dates = [one.id for one in queries.coming(session, activity_id) if one.starts_at > since]
        spots = lines.lock(session, activity_id, [occurrence_id, *dates])
        demand(actor, Action.EDIT, Resource.ACTIVITY, spots[0].activity.facts)
        by_date = {spot.occurrence_id: spot for spot in spots}
        struck = [
            _strike_out(session, actor, by_date[id], id, reason) for id in (occurrence_id, *dates)
        ]
        concerned = {one.id: one for _, told in struck for one in told}.values()
        lines.inform_once(session, concerned, struck[0][0].id, [occurrence_id, *dates])
    return [called_off for called_off, _ in struck]


def _strike_out(
    session: Session, actor: Actor, spot: Spot, occurrence_id: UUID, reason: str
) -> tuple[Cancellation, Sequence[Signup]]:
    """Call one date off, and return who has to hear of it; who came for it alone loses it."""
    called_off = _call_off(session, actor, spot, reason)
    per_day = spot.activity.signup is SignupKind.PER_DAY
    told = queries.live_in(session, spot.activity.id, occurrence_id if per_day else None)
    if per_day:
        lines.release(session, actor, spot, told)
    activities.cancel_occurrence(session, actor, occurrence_id, reason)
    return called_off, told


def cancel_activity(session: Session, actor: Actor, activity_id: UUID, reason: str) -> Cancellation:
    """Call a whole activity off: all its coming dates, and every sign-up for them."""
    with unit_of_work(session):
        dates = lines.lock(
            session, activity_id, [one.id for one in queries.coming(session, activity_id)]
        )
        whole = Spot(dates[0].activity)
        demand(actor, Action.EDIT, Resource.ACTIVITY, whole.activity.facts)
        called_off = _call_off(session, actor, whole, reason)
        for spot in {spot.occurrence_id: spot for spot in (whole, *dates)}.values():
            told = queries.live_in(session, activity_id, spot.occurrence_id)
            lines.inform(session, told, "activity_cancelled", cancellation=called_off.id)
            lines.release(session, actor, spot, told)
        _strike(session, actor, dates)
        revise(whole.activity, None, state=State.ENDED)
        audit.record(session, actor, "activity.cancelled", activity_id)
    return called_off


def _spots(session: Session, activity_id: UUID, occurrence_ids: Sequence[UUID]) -> list[Spot]:
    """Lock what is asked for and check that one can ask for it."""
    activity = lines.hold(session, activity_id)
    if not activity.signup.by_parents:
        raise NothingToSignUpFor
    if activity.state is not State.PUBLISHED:
        raise NotOpen
    if activity.signup is SignupKind.SERIES:
        return [Spot(activity)]
    if not occurrence_ids:
        raise NoDate
    return lines.dates(session, activity, occurrence_ids)


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


def _check_clashes(
    session: Session, spots: Sequence[Spot], children: Sequence[Child], live: Sequence[Signup]
) -> None:
    activity_id = spots[0].activity.id
    taken = elsewhere(session, activity_id, live)
    if taken:
        dates = [one.occurrence for one in spots if one.occurrence]
        for found in clashes(children, dates or queries.coming(session, activity_id), taken):
            raise found


def _join(
    session: Session, actor: Actor, spot: Spot, children: Sequence[Child], wish: SignUp, *,
    at_door: bool,
) -> list[Signup]:  # fmt: skip
    """Put children at the end of a line; places that are free go to its first, in turn."""
    if not children:
        return []
    known = queries.figures(session, spot.activity.id, spot.occurrence_id)
    _check_date(session, spot, known, children, at_door=at_door)
    standing = Standing.ENTERED if spot.activity.entering else Standing.WAITING
    new = [
        Signup(
            organisation_id=spot.activity.organisation_id, activity=spot.activity,
            occurrence=spot.occurrence, child=child, standing=standing, queue=number,
            made_by_id=actor.id, form_id=wish.form_id, together=wish.together,
        )
        for number, child in enumerate(children, known.last_number + 1)
    ]  # fmt: skip
    starts_at = lines.still_to_come(session, spot, known)
    before: Sequence[queries.Waiting] = ()
    if starts_at and known.waiting and not spot.full:
        before = queries.waiting(session, spot.activity.id, spot.occurrence_id)
    asking = len(before) + len(new)
    room = 0 if spot.full else free(spot.capacity, spot.holder.taken, asking)
    chosen = set(seated(room, lines.parties([*before, *new])))
    placed = [one for one in new if one.id in chosen]
    for signup in placed:
        signup.standing = Standing.PLACED
    session.add_all(new)
    for signup in new:
        audit.record(session, actor, "signup.made", signup.id, also=[spot.holder.id])
    lines.note(session, new, actor.id)
    spot.holder.taken += len(placed)
    spot.activity.entered += sum(one.standing is Standing.ENTERED for one in new)
    if not wish.quiet:
        lines.inform(session, placed, "confirmed")
        for later in (Standing.ENTERED, Standing.WAITING):
            lines.inform(session, [one for one in new if one.standing is later], later.value)
    if starts_at:
        lines.offer(session, spot, [one.id for one in before if one.id in chosen], starts_at)
    return new


def _check_date(
    session: Session, spot: Spot, known: queries.Figures, children: Iterable[Child], *,
    at_door: bool,
) -> None:  # fmt: skip
    if not at_door:
        window(spot.activity).check(clock.now())
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
    asked = audience(session, spot.activity, at_door=at_door)
    for child in children:
        asked.check(candidate(child), day)


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
