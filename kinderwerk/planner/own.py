"""One's own sessions in one's own calendar, under an address that nobody guesses.

It tells when and where somebody works, and nothing about children; a visit to a family only that
it is one. It ends with the last role in the organisation.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from icalendar import Event, vText
from sqlalchemy import exists, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Membership, User
from kinderwerk.accounts.rules import Tried
from kinderwerk.accounts.service.attempts import attempt
from kinderwerk.accounts.tokens import signer
from kinderwerk.activities import feeds
from kinderwerk.activities.feeds import AHEAD
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.queries import RUNNING
from kinderwerk.activities.rules import State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.planner.models import WorkKey
from kinderwerk.staffing.queries import stands
from kinderwerk.storage.work import unit_of_work

PURPOSE: Final = "work"


def token(key: WorkKey) -> str:
    return signer.token(key.id, PURPOSE, key.created_at)


def opened(session: Session, key_id: UUID, told: str, place: str) -> WorkKey:
    """Return the key that this address opens while its owner works there; else there is none."""
    key = session.get(WorkKey, key_id)
    if key is None or not signer.fits(told, key.id, PURPOSE, key.created_at):
        attempt(session, Tried.CALENDAR, str(key_id), place)
        raise NoResultFound
    works = exists().where(
        Membership.user_id == key.user_id, Membership.organisation_id == key.organisation_id,
        Membership.role.in_(RUNNING), Membership.ended_at.is_(None),
    )  # fmt: skip
    if not session.scalar(select(works)):
        raise NoResultFound
    return key


def mine(session: Session, actor: Actor) -> WorkKey | None:
    return session.scalar(
        select(WorkKey).where(
            WorkKey.user_id == actor.id, WorkKey.organisation_id == actor.organisation_id
        )
    )


def renew(session: Session, actor: Actor) -> None:
    """Make the first key, or one in place of it: what opened until now stops at once."""
    if actor.id is None or actor.organisation_id is None:
        raise Withheld("whoever works here has a calendar")
    with unit_of_work(session):
        demand(actor, Action.EDIT, Resource.WORK_CALENDAR)
        old = mine(session, actor)
        if old:
            session.delete(old)
            session.flush()
        key = WorkKey(organisation_id=actor.organisation_id, user_id=actor.id)
        session.add(key)
        audit.record(session, actor, "work.renewed", key.id, also=[old.id] if old else [])


def stop(session: Session, actor: Actor) -> None:
    with unit_of_work(session):
        demand(actor, Action.EDIT, Resource.WORK_CALENDAR)
        key = mine(session, actor)
        if key:
            audit.record(session, actor, "work.stopped", key.id)
            session.delete(key)


def language(session: Session, key: WorkKey) -> str:
    return session.get_one(User, key.user_id).language


def dates(session: Session, key: WorkKey) -> Sequence[Occurrence]:
    """Return when the owner of a key is there."""
    here, ahead = Occurrence.organisation_id == key.organisation_id, clock.now() + AHEAD
    return feeds.dates(session, here, stands(key.user_id), Occurrence.starts_at < ahead)


def write(name: str, found: Iterable[Occurrence], site: str, visits: dict[str, str]) -> bytes:
    """Write dates as iCalendar; `visits` says what a visit is called, whoever it is to."""
    return feeds.bound(name, (_told(one, site, visits) for one in found))


def _told(one: Occurrence, site: str, visits: dict[str, str]) -> Event:
    draft = one.activity.state is State.DRAFT
    made = feeds.event(one.activity, one, f"{site}/sessions/{one.id}", tentative=draft)
    called = visits.get(one.activity.format)
    if called:
        made["summary"] = vText(called)
    return made
