"""Opening a tablet for children, hearing what it tells, and closing it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.rules import Tried
from kinderwerk.accounts.service.attempts import attempt
from kinderwerk.activities.models import Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.ideas.votes import service as votes
from kinderwerk.ideas.votes.rules import Ballot
from kinderwerk.kiosk import queries, rules
from kinderwerk.kiosk.models import Heard, Kiosk
from kinderwerk.kiosk.rules import CODE_LASTS, Outcome, Told
from kinderwerk.measuring import service as measuring
from kinderwerk.measuring.rules import MoreThanThereWere
from kinderwerk.registers import queries as registers
from kinderwerk.storage import reach
from kinderwerk.storage.work import unit_of_work

EVERYBODY: Final = "everybody"
#: A question, or a vote: a new one, or (none) the one that goes on.
Asks = UUID | Ballot | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What a tablet holds from now on, or the code by which another one gets it: said once."""

    id: UUID
    secret: str


def open_here(session: Session, actor: Actor, occurrence_id: UUID, asks: Asks) -> Opened:
    """Let the device that asks put a question to children."""
    key = secrets.token_urlsafe(32)
    with unit_of_work(session):
        kiosk = _opened(session, actor, occurrence_id, asks)
        kiosk.key_hash = queries.disguised("key", key)
    return Opened(kiosk.id, key)


def open_elsewhere(session: Session, actor: Actor, occurrence_id: UUID, asks: Asks) -> Opened:
    """Make a code by which another device puts a question to children; nobody signs in there."""
    code = rules.fresh_code()
    with unit_of_work(session):
        kiosk = _opened(session, actor, occurrence_id, asks)
        kiosk.code_hash = queries.disguised("code", code)
        kiosk.code_until = clock.now() + CODE_LASTS
    return Opened(kiosk.id, code)


def _opened(session: Session, actor: Actor, occurrence_id: UUID, asks: Asks) -> Kiosk:
    date = registers.locked(session, occurrence_id)
    held = demand(actor, Action.EDIT, Resource.REGISTER, date.facts)
    day = registers.day_of(date)
    if date.cancelled_at or date.starts_at > clock.now() or day != clock.today():
        raise rules.NotToday
    if actor.id is None or held.id is None:
        raise Withheld("somebody who works here opens it")
    kiosk = Kiosk(
        organisation_id=date.organisation_id, occurrence_id=date.id,
        user_id=actor.id, membership_id=held.id, until=clock.midnight(day + timedelta(days=1)),
    )  # fmt: skip
    if isinstance(asks, UUID):
        kiosk.question_id = _may_be_asked(session, date, asks)
    else:
        kiosk.vote_id = votes.opened(session, actor, date, asks).id
    session.add(kiosk)
    session.flush()
    audit.record(session, actor, "kiosk.opened", kiosk.id, about=date.id)
    return kiosk


def _may_be_asked(session: Session, date: Occurrence, question_id: UUID) -> UUID:
    if question_id not in {one.id for one in queries.may_be_asked(session, date)}:
        raise rules.NotForTablets
    return question_id


def take_up(session: Session, typed: str, place: str) -> str:
    """Give the key to the device on which the code was typed. It works once."""
    attempt(session, Tried.KIOSK, EVERYBODY, place)
    key = secrets.token_urlsafe(32)
    with unit_of_work(session):
        found = queries.by_code(session, rules.plain(typed))
        kiosk = queries.locked(session, found.id) if found else None
        if kiosk is None or not kiosk.code_hash or not kiosk.is_open:
            raise rules.WrongCode
        date = registers.occurrence(session, kiosk.occurrence_id)
        demand(kiosk.actor, Action.EDIT, Resource.REGISTER, date.facts)
        kiosk.code_hash = kiosk.code_until = None
        kiosk.key_hash = queries.disguised("key", key)
        audit.record(session, kiosk.actor, "kiosk.taken_up", kiosk.id)
    return key


def hear(session: Session, kiosk_id: UUID, told: Told) -> Outcome:
    """Count an answer once, however often it is told, and never more than there were children."""
    try:
        _count(session, kiosk_id, told)
    except MoreThanThereWere:
        return Outcome.WAITS
    except (Refusal, Withheld):
        return Outcome.REFUSED
    return Outcome.COUNTED


def _count(session: Session, kiosk_id: UUID, told: Told) -> None:
    with unit_of_work(session):
        kiosk = queries.locked(session, kiosk_id)
        if kiosk.is_over:
            raise Withheld("the day is past")
        if session.get(Heard, (kiosk_id, told.once)):
            return
        session.add(Heard(kiosk_id=kiosk_id, once=told.once, organisation_id=kiosk.organisation_id))
        if kiosk.vote_id:
            votes.take(session, kiosk.actor, kiosk.vote_id, told.steps)
        elif kiosk.question_id:
            measuring.answer(
                session, kiosk.actor, kiosk.occurrence_id, kiosk.question_id, told.step,
                remember=False,
            )  # fmt: skip


def close(session: Session, actor: Actor, kiosk_id: UUID) -> None:
    with unit_of_work(session):
        kiosk = queries.locked(session, kiosk_id)
        date = registers.occurrence(session, kiosk.occurrence_id)
        demand(actor, Action.EDIT, Resource.REGISTER, date.facts)
        if kiosk.ended_at is None:
            kiosk.ended_at, kiosk.code_hash, kiosk.code_until = clock.now(), None, None
            audit.record(session, actor, "kiosk.closed", kiosk.id)


def reach_of(kiosk: Kiosk) -> reach.Reach:
    """Return what a tablet reaches: the organisation of its session."""
    return reach.Reach(str(kiosk.organisation_id), str(kiosk.user_id))
