"""Places that came free and are offered: yes, no, and what happens when nobody answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand, permits
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.accounts.tokens import signer
from kinderwerk.activities.rules import SignupKind
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families.models import Carer
from kinderwerk.signups import lines, queries
from kinderwerk.signups.lines import Spot
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import MISSED_AT_MOST, OFFER_HOURS, OfferOver, OutOfHours, Standing
from kinderwerk.storage.work import unit_of_work


@dataclass(frozen=True, slots=True)
class Offer:
    """Places offered to a family at one moment, as far as somebody has a say in them."""

    id: UUID
    signups: Sequence[Signup]

    @property
    def open(self) -> list[Signup]:
        return [one for one in self.signups if one.standing is Standing.OFFERED]

    @property
    def accepted(self) -> list[Signup]:
        return [one for one in self.signups if one.standing is Standing.PLACED]


def keep_for(session: Session, actor: Actor, hours: int) -> Organisation:
    """Say how long places of the own organisation are kept that are offered from now on."""
    if hours not in OFFER_HOURS:
        raise OutOfHours(least=min(OFFER_HOURS), most=max(OFFER_HOURS))
    with unit_of_work(session):
        here = session.get_one(Organisation, actor.organisation_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ORGANISATION, here.facts)
        if here.offer_hours != hours:
            here.offer_hours = hours
            audit.record(session, actor, "organisation.changed", here.id, offer_hours=hours)
    return here


def of_mine(session: Session, actor: Actor, offer_id: UUID) -> Offer:
    """Return an offer with those of its sign-ups that this person may change."""
    signups = queries.offered(session, offer_id)
    return _some(offer_id, [one for one in signups if _may(actor, one)])


def by_mail(session: Session, offer_id: UUID, proof: str) -> Offer:
    """Return the offer to which a link in a mail leads, while its reader may still be reached."""
    signups = queries.offered(session, offer_id)
    return _some(offer_id, [one for one in signups if _fits(proof, one)])


def token(signup: Signup, carer: Carer) -> str:
    """Return what proves that this carer read the mail in which a place was offered."""
    offer_id, until = _terms(signup)
    return signer.token(offer_id, f"offer {carer.key}", until)


def answer(session: Session, actor: Actor, offer_id: UUID, taken: Collection[UUID]) -> Offer:
    """Take the places of these sign-ups and leave the rest; giving the same answer twice is fine.

    Until a place went to somebody else, an answer that comes late is still good.
    """
    with unit_of_work(session):
        spot = _locked(session, offer_id)
        offer = of_mine(session, actor, offer_id)
        held = demand(actor, Action.EDIT, Resource.SIGNUP, offer.signups[0].facts)
        _settle(session, actor.using(held), spot, offer, taken)
    return offer


def answer_by_mail(session: Session, offer_id: UUID, proof: str, taken: Collection[UUID]) -> Offer:
    """Do the same for whoever reads the mail about it, without signing in."""
    with unit_of_work(session):
        spot = _locked(session, offer_id)
        offer = by_mail(session, offer_id, proof)
        _settle(session, SYSTEM, spot, offer, taken)
    return offer


def over(session: Session, offer_id: UUID) -> None:
    """Pass places on about which nobody said anything in time."""
    with unit_of_work(session):
        if not queries.offered(session, offer_id):
            return
        spot = _locked(session, offer_id)
        missed = [one for one in queries.offered(session, offer_id) if _is_late(one)]
        if not missed:
            return
        spot.holder.taken -= len(missed)
        last = queries.figures(session, spot.activity.id, spot.occurrence_id).last_number
        for number, signup in enumerate(missed, last + 1):
            again = signup.missed < MISSED_AT_MOST
            signup.missed += 1
            signup.standing = Standing.WAITING if again else Standing.CANCELLED
            signup.queue = number
            audit.record(session, SYSTEM, "signup.missed", signup.id, also=[spot.holder.id])
        lines.note(session, missed, None)
        session.flush()
        lines.inform(session, missed, "missed", offer=offer_id)
        lines.hand_out(session, spot)


def hand_out(session: Session, activity_id: UUID) -> None:
    """Offer the places that were added to an activity; none free, none offered."""
    with unit_of_work(session):
        dates = [one.id for one in queries.coming(session, activity_id)]
        activity = lines.hold(session, activity_id)
        if activity.signup is not SignupKind.PER_DAY:
            lines.hand_out(session, Spot(activity))
            return
        for spot in lines.lock(session, activity_id, dates):
            lines.hand_out(session, spot)


def _locked(session: Session, offer_id: UUID) -> Spot:
    line = select(Signup.activity_id, Signup.occurrence_id).where(Signup.offer_id == offer_id)
    activity_id, occurrence_id = session.execute(line.limit(1)).one()
    (spot,) = lines.lock(session, activity_id, [occurrence_id] if occurrence_id else [])
    return spot


def _is_late(signup: Signup) -> bool:
    return signup.standing is Standing.OFFERED and _terms(signup)[1] <= clock.now()


def _some(offer_id: UUID, signups: Sequence[Signup]) -> Offer:
    if not signups:
        raise NoResultFound
    return Offer(offer_id, signups)


def _may(actor: Actor, signup: Signup) -> bool:
    return permits(actor, Action.EDIT, Resource.SIGNUP, signup.facts)


def _fits(proof: str, signup: Signup) -> bool:
    offer_id, until = _terms(signup)
    return any(
        signer.fits(proof, offer_id, f"offer {carer.key}", until) for carer in lines.readers(signup)
    )


def _terms(signup: Signup) -> tuple[UUID, datetime]:
    """Return which offer it is, and until when it stands."""
    if signup.offer_id is None or signup.offered_until is None:
        raise NoResultFound
    return signup.offer_id, signup.offered_until


def _settle(
    session: Session, actor: Actor, spot: Spot, offer: Offer, taken: Collection[UUID]
) -> None:
    wanted = [one for one in offer.signups if one.id in taken]
    if any(not one.standing.holds for one in wanted):
        raise OfferOver
    accepted = [one for one in wanted if one.standing is Standing.OFFERED]
    refused = [one for one in offer.open if one.id not in taken]
    for signup in accepted:
        signup.standing = Standing.PLACED
        audit.record(session, actor, "signup.accepted", signup.id)
    lines.note(session, accepted, actor.id)
    lines.inform(session, accepted, "confirmed")
    lines.release(session, actor, spot, refused)
    lines.hand_out(session, spot)
