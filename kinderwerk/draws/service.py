"""Holding a draw: its seed, its list, who gets a place, and the places that are kept apart.

Each step is a unit of work that locks the activity first, as whatever changes its line does. It
looks again how things stand, so that doing it twice, at once, or after a crash changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import ByDraw, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.draws import queries, rules
from kinderwerk.draws.models import Draw, Ticket
from kinderwerk.draws.rules import Outcome, Party
from kinderwerk.messages.service import ask_for
from kinderwerk.signups import lines
from kinderwerk.signups.lines import Spot
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing, free
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work

#: Work that is due when sign-up for a draw closes, and when the draw is made.
CLOSE: Final = "draws.close"
HOLD: Final = "draws.hold"
#: So long the closed list is published before the seed is opened: anybody can keep a copy.
LIST_STANDS: Final = timedelta(minutes=15)


def prepare(session: Session, activity_id: UUID) -> None:
    """Make the seed once sign-up is open, and publish its hash; see to it that the list closes."""
    with unit_of_work(session):
        spot = _ahead(session, activity_id)
        if spot:
            draw = _begun(session, spot.activity)
            if draw.closed_at is None:
                ask_for(session, CLOSE, activity_id, queries.closes_at(spot.activity))


def close(
    session: Session, activity_id: UUID, numbers: Callable[[int], list[str]] = rules.new_numbers
) -> None:
    """Give out the tickets and fix their list; none where there is room for all."""
    with unit_of_work(session):
        spot = _ahead(session, activity_id)
        if spot is None or spot.activity.draw is None:
            return
        if clock.now() < spot.activity.draw.closes_at:
            ask_for(session, CLOSE, activity_id, spot.activity.draw.closes_at)
            return
        draw = _begun(session, spot.activity)
        if draw.closed_at is None:
            _close(session, spot, spot.activity.draw, draw, numbers)
            ask_for(session, HOLD, activity_id, clock.now() + LIST_STANDS)


def hold(session: Session, activity_id: UUID) -> None:
    """Draw, give the places, and tell every family."""
    with unit_of_work(session):
        spot = _ahead(session, activity_id)
        draw = queries.of_activity(session, activity_id)
        if spot is None or draw is None or draw.closed_at is None:
            return
        there = queries.entered(session, activity_id)
        tickets = queries.tickets(session, draw.id)
        seed, salt = _opened(session, draw)
        _check_promised(draw, tickets, seed, salt)
        room = free(spot.capacity, spot.holder.taken, len(there))
        outcome = rules.draw(seed, [one.number for one in tickets], _parties(there, tickets), room)
        _note(draw, tickets, seed, outcome)
        _give(session, spot, there, outcome, drawn=bool(tickets))
        audit.record(session, SYSTEM, "draw.held", draw.id, also=[activity_id])


def reserve(session: Session, actor: Actor, signup_id: UUID) -> Signup:
    """Give a place that is kept apart from the draw; the reason is nobody's business."""
    with unit_of_work(session):
        signup, spot = lines.locked(session, signup_id)
        held = demand(actor, Action.EDIT, Resource.SIGNUP, signup.facts)
        if signup.reserved:
            return signup
        if signup.standing not in (Standing.ENTERED, Standing.WAITING):
            raise rules.HasPlace(name=signup.child.first_name)
        if not spot.activity.kept or lines.is_over(session, spot):
            raise rules.NoPlaceKept
        spot.activity.entered -= signup.standing is Standing.ENTERED
        spot.activity.reserved_taken += 1
        spot.holder.taken += 1
        signup.standing, signup.reserved = Standing.PLACED, True
        audit.record(
            session, actor.using(held), "signup.reserved", signup.id, also=[spot.holder.id]
        )
        lines.note(session, [signup], actor.id)
        lines.inform(session, [signup], "confirmed")
    return signup


def let_go(session: Session, actor: Actor, activity_id: UUID) -> None:
    """Offer what is still kept apart to those who wait."""
    with unit_of_work(session):
        (spot,) = lines.lock(session, activity_id, [])
        held = demand(actor, Action.EDIT, Resource.ACTIVITY, spot.activity.facts)
        if spot.activity.undrawn:
            raise rules.NotDrawnYet
        if spot.activity.kept:
            spot.activity.draw_reserved = spot.activity.reserved_taken
            audit.record(session, actor.using(held), "draw.let_go", activity_id)
            lines.hand_out(session, spot)


def _ahead(session: Session, activity_id: UUID) -> Spot | None:
    """Lock the line of an activity that is still to be drawn."""
    (spot,) = lines.lock(session, activity_id, [])
    return spot if spot.activity.undrawn and spot.activity.state is State.PUBLISHED else None


def _begun(session: Session, activity: Activity) -> Draw:
    """Return the draw, made now if it is not there: its seed is sealed, the hash is for all."""
    there = queries.of_activity(session, activity.id)
    if there:
        return there
    seed = rules.new_seed()
    draw = Draw(
        organisation_id=activity.organisation_id, activity_id=activity.id,
        seed_hash=rules.digest(seed),
    )  # fmt: skip
    seal(session, draw, secret=seed, salt=rules.new_seed())
    session.add(draw)
    audit.record(session, SYSTEM, "draw.prepared", draw.id, of=activity.id)
    session.flush()
    return draw


def _close(
    session: Session, spot: Spot, wanted: ByDraw, draw: Draw, numbers: Callable[[int], list[str]]
) -> None:
    found = queries.entrants(session, spot.activity, wanted)
    draw.places = (spot.capacity or 0) - spot.holder.taken
    parties = []
    if sum(len(children) for children in found.values()) > draw.places:
        many = {id: rules.tickets_of(wanted, children) for id, children in found.items()}
        left = iter(numbers(sum(many.values())))
        parties = [
            Party(id=id, size=len(found[id]), tickets=tuple(islice(left, n)))
            for id, n in many.items()
        ]
    session.add_all(
        Ticket(draw_id=draw.id, number=number, organisation_id=draw.organisation_id, party=one.id)
        for one in parties
        for number in one.tickets
    )
    _secret, salt = _opened(session, draw)
    draw.closed_at = clock.now()
    draw.list_hash = rules.list_hash(number for one in parties for number in one.tickets)
    draw.holders_hash = rules.holders_hash(salt, [one.tickets for one in parties])
    audit.record(session, SYSTEM, "draw.closed", draw.id, of=spot.activity.id)


def _opened(session: Session, draw: Draw) -> tuple[str, str]:
    """Return the seed and the salt; that they were opened is on record."""
    sealed = "secret", "salt"
    words = audit.disclose(session, SYSTEM, "draw.opened", draw.id, Draw, [draw.id], *sealed)
    seed, salt = (words[draw.id][name] or "" for name in sealed)
    return seed, salt


def _check_promised(draw: Draw, tickets: Sequence[Ticket], seed: str, salt: str) -> None:
    """Refuse to draw with anything else than what was published before."""
    hands = _hands(tickets)
    kept = (
        rules.digest(seed) == draw.seed_hash
        and rules.list_hash(one.number for one in tickets) == draw.list_hash
        and (
            any(one.party is None for one in tickets)  # somebody was erased meanwhile
            or rules.holders_hash(salt, hands.values()) == draw.holders_hash
        )
    )
    if not kept:
        raise ValueError("this is not what was promised before the draw")


def _hands(tickets: Iterable[Ticket]) -> dict[UUID, list[str]]:
    held: dict[UUID, list[str]] = {}
    for ticket in tickets:
        if ticket.party:
            held.setdefault(ticket.party, []).append(ticket.number)
    return held


def _parties(there: Iterable[Signup], tickets: Iterable[Ticket]) -> list[Party]:
    held = _hands(tickets)
    sizes: dict[UUID, int] = {}
    for signup in there:
        sizes[party_of(signup)] = sizes.get(party_of(signup), 0) + 1
    return [Party(id=id, size=size, tickets=tuple(held.get(id, ()))) for id, size in sizes.items()]


def party_of(signup: Signup) -> UUID:
    return signup.form_id if signup.together and signup.form_id else signup.id


def _note(draw: Draw, tickets: Iterable[Ticket], seed: str, outcome: Outcome) -> None:
    ranks = {number: rank for rank, number in enumerate(outcome.order, 1)}
    for ticket in tickets:
        ticket.rank = ranks[ticket.number]
    draw.seed, draw.line = seed, outcome.line


def _give(
    session: Session, spot: Spot, there: Sequence[Signup], outcome: Outcome, *, drawn: bool
) -> None:
    """Place the winners; the others wait in the order drawn, before whoever came later."""
    turn = {id: number for number, id in enumerate(outcome.waiting)}
    placed = [one for one in there if not drawn or party_of(one) in outcome.placed]
    waiting = sorted(
        (one for one in there if one not in placed),
        key=lambda one: (turn[party_of(one)], one.queue),
    )
    for signup in placed:
        signup.standing = Standing.PLACED
    for behind, signup in enumerate(reversed(waiting)):
        signup.standing, signup.queue = Standing.WAITING, -behind
    spot.holder.taken += len(placed)
    spot.activity.entered, spot.activity.drawn_at = 0, clock.now()
    for signup in there:
        audit.record(session, SYSTEM, "signup.drawn", signup.id, also=[spot.holder.id])
    session.flush()
    lines.note(session, there, None)
    lines.inform(session, placed, "confirmed")
    lines.inform(session, waiting, "not_drawn")
    lines.hand_out(session, spot)
