"""Saying who cares for a child and what that opens; and shutting it, so that it is shut."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import GoneLink
from kinderwerk.accounts.service import links, signed_in
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.families import calendars
from kinderwerk.families import queries as families
from kinderwerk.families.custody import queries, ties
from kinderwerk.families.custody.rules import (
    INVITATION_LASTS,
    CaresAlready,
    CareWish,
    Decided,
    HasSignedIn,
    Newcomer,
    NoAddress,
    NoPortal,
    NothingHeld,
    OneselfOnly,
    StillShared,
)
from kinderwerk.families.models import Care, Carer, CareRequest, Child, Family
from kinderwerk.families.rules import Adult, Relation
from kinderwerk.messages import holding
from kinderwerk.messages.rules import Channel
from kinderwerk.messages.service import hold, let_go, tell
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work

LOCKED: Final[dict[str, Any]] = {"of": Care}


def add(
    session: Session, actor: Actor, child_id: UUID, newcomer: Newcomer, wish: CareWish,
    request_id: UUID | None = None,
) -> Care:  # fmt: skip
    """Let somebody care for a child too; with `request_id` because a carer asked for it."""
    with unit_of_work(session):
        child = families.locked_child(session, child_id)
        held = demand(actor, Action.CREATE, Resource.CARE, child.facts)
        newcomer.check()
        if wish.relation is Relation.SELF:
            raise OneselfOnly
        carer = _known(session, child, newcomer) or _new(session, child, newcomer.adult)
        care = Care(
            organisation_id=child.organisation_id, child=child, carer=carer,
            **_columns(wish.settled()),
        )  # fmt: skip
        session.add(care)
        session.flush()
        also = [
            child.id,
            carer.id,
            carer.family_id,
            *hold_shared(session, actor.using(held), child),
        ]
        if request_id:
            also.append(_answer(session, request_id, child, granted=True))
        audit.record(session, actor.using(held), "care.added", care.id, also=also)
    return care


def change(
    session: Session, actor: Actor, care_id: UUID, version: int | None, wish: CareWish,
    also: Collection[UUID] = (),
) -> Care:  # fmt: skip
    """Say anew what somebody is to a child. What is taken away is gone at once, everywhere.

    Without contact about this child there is none about those others of the same carer either.
    """
    with unit_of_work(session):
        care = _locked(session, care_id)
        held = demand(actor, Action.EDIT, Resource.CARE, care.facts)
        if Relation.SELF in (care.relation, wish.relation) and care.relation is not wish.relation:
            raise OneselfOnly
        stood = care.stands
        revise(care, version, **_columns(wish.settled()))
        _settle(session, actor.using(held), care, "care.changed", stood=stood)
        if not wish.contact_allowed:
            for other_id in sorted(also):
                _forbid(session, actor, care, other_id)
    return care


def _forbid(session: Session, actor: Actor, care: Care, other_id: UUID) -> None:
    """Allow no contact about a brother or sister, in the unit of work that decides so."""
    other = _locked(session, other_id)
    held = demand(actor, Action.EDIT, Resource.CARE, other.facts)
    if other.carer_id != care.carer_id:
        raise Withheld("a child of somebody else")
    if other.contact_allowed:
        stood = other.stands
        revise(other, None, contact_allowed=False, may_pick_up=False, portal_access=False)
        _settle(session, actor.using(held), other, "care.changed", stood=stood)


def end(session: Session, actor: Actor, care_id: UUID) -> Care:
    """Note that somebody does not care for a child any more; ending it again changes nothing."""
    with unit_of_work(session):
        care = _locked(session, care_id)
        held = demand(actor, Action.EDIT, Resource.CARE, care.facts)
        if care.ended_at is None:
            stood = care.stands
            revise(care, None, ended_at=clock.now())
            _settle(session, actor.using(held), care, "care.ended", stood=stood)
    return care


def begin_again(session: Session, actor: Actor, care_id: UUID) -> Care:
    """Note that somebody who did not care for a child any more does again."""
    with unit_of_work(session):
        care = _locked(session, care_id)
        held = demand(actor, Action.EDIT, Resource.CARE, care.facts)
        if care.ended_at is not None:
            revise(care, None, ended_at=None)
            _settle(session, actor.using(held), care, "care.begun_again", stood=care.stands)
    return care


def confirm_address(session: Session, actor: Actor, care_id: UUID, email: str) -> Care:
    """Say that this address is read by this carer alone; what was held goes out there."""
    with unit_of_work(session):
        care = _locked(session, care_id)
        held = demand(actor, Action.EDIT, Resource.CARE, care.facts)
        carer = care.carer
        freed = [one for one in carer.cares if one.held_at]
        if care not in freed:
            raise NothingHeld
        barred = {
            address
            for one in freed
            for address in _read_by(session, [other for other in one.child.cares if other.shut])
        }
        if email in barred:
            raise StillShared
        if barred & queries.addresses(session, carer):
            carer.user_id = None
        revise(carer, None, email=email, channel=Channel.MAIL, epoch=carer.epoch + 1)
        for one in freed:
            revise(one, None, held_at=None)
        let_go(session, carer.id, email, Channel.MAIL)
        if carer.user_id is None and care.stands:
            hand_invitation(session, care)
        also = [carer.id, *(one.id for one in freed)]
        audit.record(session, actor.using(held), "care.address_confirmed", care.id, also=also)
    return care


def invite(session: Session, actor: Actor, care_id: UUID) -> Care:
    """Mail a link that lets a carer see the family page."""
    with unit_of_work(session):
        care = _locked(session, care_id)
        held = demand(actor, Action.EDIT, Resource.CARE, care.facts)
        if not _opens(care):
            raise NoPortal
        if care.carer.email is None:
            raise NoAddress
        if care.carer.user_id:
            raise HasSignedIn
        hand_invitation(session, care)
        audit.record(session, actor.using(held), "care.invited", care.id)
    return care


def token(care: Care) -> str:
    """Return what proves that this carer read the mail in which they were invited."""
    if care.invited_until is None:
        raise GoneLink
    return signer.token(care.id, f"care {care.carer.key}", care.invited_until)


def invited(session: Session, care_id: UUID, proof: str) -> Care:
    """Return what an invitation is for, while it stands."""
    care = session.get(Care, care_id)
    until = care.invited_until if care else None
    fits = care and until and signer.fits(proof, care.id, f"care {care.carer.key}", until)
    if care is None or until is None or not fits or until <= clock.now() or not _opens(care):
        raise GoneLink
    return care


def accept(session: Session, care_id: UUID, proof: str, language: str) -> User:
    """Let whoever reads the mail sign in, from now on as this carer."""
    with unit_of_work(session):
        session.get(Care, care_id, with_for_update=LOCKED)
        care = invited(session, care_id, proof)
        carer = care.carer
        user = links.account_of(session, carer.email or "", language)
        if carer.user_id not in (None, user.id):
            raise GoneLink
        carer.user_id, user.last_signed_in_at = user.id, clock.now()
        care.invited_until = None
        also = [carer.id, user.id]
        audit.record(session, user.actor(), "care.accepted", care.id, also=also)
    return user


def ask(session: Session, actor: Actor, child_id: UUID, adult: Adult) -> CareRequest:
    """Ask as a carer that somebody else may care for the child too; a worker decides."""
    with unit_of_work(session):
        child = families.locked_child(session, child_id)
        demand(actor, Action.EDIT, Resource.CHILD, child.facts)
        mine = [one for one in child.cares if one.carer.user_id == actor.id and one.opens_portal]
        if not mine:
            raise Withheld("staff add whoever cares for a child themselves")
        wish = CareRequest(
            organisation_id=child.organisation_id, child=child, asked_by_id=mine[0].carer_id,
            name=adult.name, phone=adult.phone, email=adult.email, relation=adult.relation,
        )  # fmt: skip
        session.add(wish)
        audit.record(session, actor, "care.asked", wish.id, child=child.id)
    return wish


def decline(session: Session, actor: Actor, request_id: UUID) -> None:
    """Say no to what a carer asked."""
    with unit_of_work(session):
        wish = session.get_one(CareRequest, request_id, with_for_update=True)
        child = session.get_one(Child, wish.child_id)
        held = demand(actor, Action.CREATE, Resource.CARE, child.facts)
        _answer(session, request_id, child, granted=False)
        audit.record(session, actor.using(held), "care.declined", wish.id)


def read_court_note(session: Session, actor: Actor, care_id: UUID) -> str:
    """Open what a court said; the reading is on record first."""
    held = demand(actor, Action.VIEW, Resource.COURT_NOTE, queries.care(session, care_id).facts)
    opened = audit.disclose(
        session, actor.using(held), "court_note.read", care_id, Care, [care_id], "court_note"
    )
    return opened[care_id]["court_note"] or ""


def write_court_note(
    session: Session, actor: Actor, care_id: UUID, version: int | None, text: str
) -> None:
    """Keep what a court said; whoever saves second reads what stands there by now."""
    try:
        with unit_of_work(session):
            care = _locked(session, care_id)
            held = demand(actor, Action.EDIT, Resource.COURT_NOTE, care.facts)
            revise(care, version)
            seal(session, care, court_note=text or None)
            audit.record(session, actor.using(held), "court_note.written", care.id)
    except Stale as stale:
        stale.theirs["text"] = read_court_note(session, actor, care_id)
        raise


def _locked(session: Session, care_id: UUID) -> Care:
    """Lock the child first, whose other carers this may touch, and only then read."""
    child_id = session.get_one(Care, care_id).child_id
    families.locked_child(session, child_id)
    return session.get_one(Care, care_id, with_for_update=LOCKED, populate_existing=True)


def _columns(wish: CareWish) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in CareWish.__slots__}


def _known(session: Session, child: Child, newcomer: Newcomer) -> Carer | None:
    if newcomer.carer_id is None:
        return None
    able = queries.known(session, child)
    found = next((one for one in able if one.id == newcomer.carer_id), None)
    if found is None:
        raise CaresAlready
    return found


def _new(session: Session, child: Child, told: Adult) -> Carer:
    """Make a carer in a household of their own."""
    family = Family(organisation_id=child.organisation_id)
    carer = Carer(
        organisation_id=child.organisation_id, family=family, name=told.name, phone=told.phone,
        email=told.email, language=told.language,
    )  # fmt: skip
    session.add_all((family, carer))
    session.flush()
    return carer


def _settle(session: Session, actor: Actor, care: Care, deed: str, *, stood: bool) -> None:
    """Shut what was open and is not any more, in the unit of work that decides it."""
    also: list[UUID] = []
    if care.shut or (stood and not care.stands):
        also = shut(session, actor, care)
    also += hold_shared(session, actor, care.child)
    audit.record(session, actor, deed, care.id, also=also, child=care.child_id)


def shut(session: Session, actor: Actor, care: Care) -> list[UUID]:
    """End what this person has open, and hold what others would read along with them.

    Sessions, links to sign in, links in mails and other secrets: nothing of it opens anything any
    more. Messages about the child that wait at their address go nowhere. Returns what changed.
    """
    carer = care.carer
    theirs = queries.addresses(session, carer)
    if carer.user_id:
        signed_in.end_all(session, carer.user_id)
    links.void(session, theirs)
    carer.epoch += 1
    calendars.renew(session, actor, carer)
    care.invited_until = None
    holding.drop(session, carer.id, ties.of_child(session, care.child_id))
    return [carer.id, *_hold(session, actor, care.child, theirs)]


def hold_shared(session: Session, actor: Actor, child: Child) -> list[UUID]:
    """Hold what carers would read at an address of somebody who is to learn nothing."""
    barred = _read_by(session, [one for one in child.cares if one.shut])
    return _hold(session, actor, child, barred)


def _hold(session: Session, actor: Actor, child: Child, barred: Collection[str]) -> list[UUID]:
    held = [
        one
        for one in child.cares
        if one.stands and one.held_at is None and _shares(session, one, barred)
    ]
    for one in held:
        one.held_at = clock.now()
        one.carer.epoch += 1
        calendars.renew(session, actor, one.carer)
        hold(session, one.carer_id)
    return [id for one in held for id in (one.id, one.carer_id)]


def _shares(session: Session, care: Care, theirs: Collection[str]) -> bool:
    return bool(queries.addresses(session, care.carer) & set(theirs))


def _read_by(session: Session, cares: Collection[Care]) -> set[str]:
    return {address for one in cares for address in queries.addresses(session, one.carer)}


def _opens(care: Care) -> bool:
    of_age = care.relation is not Relation.SELF or care.child.of_age
    return care.stands and care.held_at is None and of_age


def hand_invitation(session: Session, care: Care) -> None:
    """Mail an invitation, in the unit of work of whoever asks."""
    care.invited_until = clock.now() + INVITATION_LASTS
    carer = care.carer
    tell(
        session, key=f"care:{care.id}:{care.invited_until.timestamp():.0f}",
        template="custody.invited", address=carer.email or "", language=carer.language,
        organisation_id=care.organisation_id, reader_id=carer.id, care=care.id,
    )  # fmt: skip


def _answer(session: Session, request_id: UUID, child: Child, *, granted: bool) -> UUID:
    wish = session.get_one(CareRequest, request_id, with_for_update=True)
    if wish.child_id != child.id or wish.decided_at is not None:
        raise Decided
    wish.decided_at, wish.granted = clock.now(), granted
    return wish.id
