"""One line for an activity, or for one date of it: who has a place, and who waits for one.

Whoever changes a line locks its activity first and then its dates in the order of their ids, so
that two at once wait for each other in turn and never in a circle. All of this happens in the
unit of work of whoever calls it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access.vocabulary import SYSTEM, Actor
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.core.errors import Withheld
from kinderwerk.families.custody import hearing
from kinderwerk.families.custody.ties import tied
from kinderwerk.families.models import Carer
from kinderwerk.families.reaching import tell_carer
from kinderwerk.messages.models import Message
from kinderwerk.messages.service import ask_for
from kinderwerk.signups import queries
from kinderwerk.signups.models import Signup, SignupStep
from kinderwerk.signups.rules import Standing, answer_by, free, seated

#: Asked first in every sign-up, so it is written once; its lock lets others refer to the row.
_HELD: Final = (
    select(Activity)
    .where(Activity.id == bindparam("id"))
    .options(joinedload(Activity.staff))
    .with_for_update(key_share=True, of=Activity)
    .execution_options(populate_existing=True)
)
#: Work that is due when nobody answered an offer.
OFFER_OVER: Final = "signups.offer_over"
#: What a family can do without: it saw on the page what it did.
WELCOME: Final = frozenset({"confirmed", "waiting"})


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
        """How many can come, beside those places that are kept apart from a draw."""
        own = self.holder.capacity
        whole = self.activity.capacity if own is None else own
        return None if whole is None else whole - self.activity.kept

    @property
    def full(self) -> bool:
        """Tell whether there is nothing to give: no place, or none before the draw."""
        none_left = self.capacity is not None and self.holder.taken >= self.capacity
        return none_left or self.activity.undrawn


def hold(session: Session, activity_id: UUID) -> Activity:
    """Lock an activity, and return it as it is now."""
    return session.scalars(_HELD, {"id": activity_id}).unique().one()


def lock(session: Session, activity_id: UUID, occurrence_ids: Sequence[UUID]) -> list[Spot]:
    activity = hold(session, activity_id)
    return dates(session, activity, occurrence_ids) if occurrence_ids else [Spot(activity)]


def dates(session: Session, activity: Activity, asked: Sequence[UUID]) -> list[Spot]:
    wanted = set(asked)
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


def locked(session: Session, signup_id: UUID) -> tuple[Signup, Spot]:
    """Lock the line in which a sign-up stands, and only then read it."""
    line = select(Signup.activity_id, Signup.occurrence_id).where(Signup.id == signup_id)
    activity_id, occurrence_id = session.execute(line).one()
    (spot,) = lock(session, activity_id, [occurrence_id] if occurrence_id else [])
    signup = session.get_one(Signup, signup_id, options=queries.WHOLE, populate_existing=True)
    return signup, spot


def is_over(session: Session, spot: Spot) -> bool:
    if spot.occurrence:
        return spot.occurrence.ends_at <= clock.now()
    return queries.figures(session, spot.activity.id, None).running is None


def release(session: Session, actor: Actor, spot: Spot, signups: Sequence[Signup]) -> None:
    """Take these out of the line, and out of their places."""
    spot.holder.taken -= sum(one.standing.holds for one in signups)
    spot.activity.entered -= sum(one.standing is Standing.ENTERED for one in signups)
    spot.activity.reserved_taken -= sum(one.reserved for one in signups)
    for signup in signups:
        signup.standing, signup.reserved = Standing.CANCELLED, False
        audit.record(session, actor, "signup.cancelled", signup.id, also=[spot.holder.id])
    note(session, signups, actor.id)


def hand_out(session: Session, spot: Spot) -> None:
    """Offer the places that are free to those who wait first, while it is still to come."""
    starts_at = still_to_come(session, spot)
    if starts_at is None or spot.full:
        return
    waiting = queries.waiting(session, spot.activity.id, spot.occurrence_id)
    room = free(spot.capacity, spot.holder.taken, len(waiting))
    offer(session, spot, seated(room, parties(waiting)), starts_at)


def parties(waiting: Iterable[queries.Waiting | Signup]) -> list[tuple[UUID, ...]]:
    """Return the ids of sign-ups in turn, those in one tuple that asked for places together."""
    together: dict[UUID, tuple[UUID, ...]] = {}
    for one in waiting:
        party = one.form_id if one.together and one.form_id else one.id
        together[party] = (*together.get(party, ()), one.id)
    return list(together.values())


def offer(session: Session, spot: Spot, chosen: Sequence[UUID], starts_at: datetime) -> None:
    """Keep a place for each of these until their families answer, or until it is too late."""
    if not chosen:
        return
    lasts = timedelta(hours=queries.offer_hours(session, spot.activity.organisation_id))
    until = answer_by(clock.to_wall(clock.now()), clock.to_wall(starts_at), lasts).astimezone(UTC)
    signups = queries.some(session, chosen)
    spot.holder.taken += len(signups)
    for own in _by_reader(signups):
        offer_id, carer = ids.confidential(), reachable(own[0])
        for signup in own:
            signup.standing = Standing.OFFERED
            signup.offer_id, signup.offered_until = offer_id, until
            audit.record(session, SYSTEM, "signup.offered", signup.id, also=[spot.holder.id])
        ask_for(session, OFFER_OVER, offer_id, until)
        if carer:
            tell_carer(
                session, carer, key=f"offer:{offer_id}", template="signup.offered",
                about_id=spot.holder.id, offer=offer_id,
            )  # fmt: skip
    note(session, signups, None)


def _by_reader(signups: Iterable[Signup]) -> Iterable[list[Signup]]:
    """Put those together about which one carer is told; who has nobody to tell stays alone."""
    told: dict[UUID, list[Signup]] = {}
    for one in signups:
        carer = reachable(one)
        told.setdefault(carer.id if carer else one.id, []).append(one)
    return told.values()


def still_to_come(
    session: Session, spot: Spot, known: queries.Figures | None = None
) -> datetime | None:
    """Return when it begins, or the next time of a series; nothing once it has begun.

    `known` spares a statement where the figures of the line were read under the same lock.
    """
    if spot.occurrence:
        goes_on = spot.occurrence.cancelled_at is None
        starts_at = spot.occurrence.starts_at
        return starts_at if goes_on and starts_at > clock.now() else None
    return (known or queries.figures(session, spot.activity.id, None)).next_start


def note(session: Session, signups: Iterable[Signup], by_id: UUID | None) -> None:
    """Add to the history of each what it became."""
    session.add_all(
        SignupStep(
            organisation_id=signup.organisation_id, signup_id=signup.id,
            standing=signup.standing, by_id=by_id,
        )
        for signup in signups
    )  # fmt: skip


def inform(session: Session, signups: Iterable[Signup], event: str, **subjects: Any) -> None:
    """Put a message about each sign-up in the outbox, for the carer who has to know."""
    about = ":".join([event, *map(str, subjects.values())])
    for signup in signups:
        carer = reachable(signup)
        if carer:
            tell_carer(
                session, carer, key=f"signup:{signup.id}:{about}", template=f"signup.{event}",
                about_id=signup.occurrence_id or signup.activity_id, needed=event not in WELCOME,
                signup=signup.id, **subjects,
            )  # fmt: skip


def inform_once(
    session: Session, signups: Iterable[Signup], cancellation: UUID, dates: Sequence[UUID]
) -> None:
    """Put one message to each carer in the outbox, about all of these dates that concern them."""
    theirs: dict[UUID, tuple[Carer, list[Signup]]] = {}
    for signup in signups:
        carer = reachable(signup)
        if carer:
            theirs.setdefault(carer.id, (carer, []))[1].append(signup)
    for carer, some in theirs.values():
        own = {one.occurrence_id for one in some}
        tell_carer(
            session, carer, key=f"signup:{cancellation}:{carer.id}",
            template="signup.dates_cancelled", about_id=some[0].activity_id,
            signup=some[0].id, cancellation=cancellation,
            dates=" ".join(str(id) for id in dates if own & {id, None}),
        )  # fmt: skip


def readers(signup: Signup) -> list[Carer]:
    """Return the carers who may be told about this child, and for whom there is a way."""
    return hearing.readers(signup.child)


def reader(signup: Signup, message: Message) -> Carer | None:
    """Return to whom of them a message goes, if they may still be told and read there."""
    return hearing.reader(signup.child, message)


def reachable(signup: Signup) -> Carer | None:
    """Return whom to tell: who made it if they may still be reached, else the first who may."""
    return hearing.reachable(signup.child, signup.made_by_id)


@tied
def of_child(session: Session, child_id: UUID) -> Iterable[UUID]:
    return session.scalars(select(Signup.id).where(Signup.child_id == child_id)).all()
