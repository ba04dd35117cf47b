"""Taking away what is to be forgotten: from everywhere, in one transaction, and on the list."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts import erasure as accounts
from kinderwerk.activities import erasure as activities
from kinderwerk.audit import service as audit
from kinderwerk.confided import erasure as confided
from kinderwerk.core.retention import Line
from kinderwerk.door import erasure as door
from kinderwerk.draws import erasure as draws
from kinderwerk.families import erasure as families
from kinderwerk.families.merged import ids_of
from kinderwerk.ideas import erasure as ideas
from kinderwerk.kiosk import erasure as kiosk
from kinderwerk.learning.consulting import erasure as consulting
from kinderwerk.logbook import erasure as logbook
from kinderwerk.notes import erasure as notes
from kinderwerk.offline import erasure as offline
from kinderwerk.papers import erasure as papers
from kinderwerk.privacy.models import Wish
from kinderwerk.referrals import erasure as referrals
from kinderwerk.registers import erasure as registers
from kinderwerk.reporting_code import erasure as code
from kinderwerk.safety import erasure as safety
from kinderwerk.signals import erasure as signals
from kinderwerk.signups import erasure as signups
from kinderwerk.storage.erasing import ERASED, Kind, enlist
from kinderwerk.storage.work import unit_of_work
from kinderwerk.stories import erasure as stories
from kinderwerk.support import erasure as support
from kinderwerk.talks import erasure as talks
from kinderwerk.team import erasure as team

Forget = Callable[[Session, Actor, Collection[UUID]], None]


def erase(
    session: Session, actor: Actor, organisation_id: UUID | None, kind: Kind,
    ids: Collection[UUID], line: Line | None = None,
) -> None:  # fmt: skip
    """Take subjects away with all that hangs on them; what reports count of them stays counted."""
    if not ids:
        return
    with unit_of_work(session):
        if kind is Kind.CHILD:
            ids = list(ids_of(session, ids))
        enlist(session, organisation_id, kind, ids, line)
        papers.forget_of(session, organisation_id)
        audit.record(
            session, actor, ERASED, organisation_id or next(iter(ids)), kind=kind, n=len(ids),
            line=line,
        )  # fmt: skip
        if kind is Kind.FAMILY:
            children = list(ids_of(session, families.children_of(session, ids)))
            enlist(session, organisation_id, Kind.CHILD, children, line)
            _children(session, actor, children)
        FORGET[kind](session, actor, ids)


def _children(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    offline.forget_children(session, ids)
    registers.forget_children(session, actor, ids)
    notes.forget_children(session, ids)
    stories.forget_children(session, ids)
    safety.forget_children(session, ids)
    with draws.unlinked(session, children=ids):
        signups.forget_children(session, actor, ids)
    families.forget_children(session, ids)


def _carers(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    confided.forget_carers(session, ids)
    support.forget_carers(session, ids)
    families.forget_carers(session, ids)


def _families(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    door.forget_families(session, ids)
    families.forget_families(session, ids)


def _signals(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    referrals.let_go_of_signals(session, ids)
    code.let_go_of_signals(session, ids)
    consulting.let_go_of_signals(session, ids)
    signals.forget(session, ids)


def _support(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    referrals.let_go_of_support(session, ids)
    confided.forget(session, ids)
    support.forget(session, ids)


def _referrals(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    confided.forget(session, ids)
    referrals.forget(session, ids)


def _signups(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    with draws.unlinked(session, signups=ids):
        signups.forget(session, ids)


def _consents(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    families.forget_consents(session, ids)


def _photos(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    logbook.let_go_of_photos(session, ids)
    ideas.let_go_of_pictures(session, ids)
    activities.forget_photos(session, ids)


def _care_notes(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    notes.forget(session, ids)


def _incidents(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    safety.forget(session, ids)


def _code_cases(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    code.forget(session, ids)


def _talks(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    talks.forget(session, ids)


def _staff_records(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    team.forget(session, ids)


def _accounts(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    signups.let_go_of_makers(session, ids)
    papers.forget_asked_by(session, ids)
    session.execute(
        update(Wish).where(Wish.asked_by_id.in_(ids)).values(asked_by_id=None),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )
    offline.forget_people(session, ids)
    kiosk.forget_people(session, ids)
    talks.forget_people(session, ids)
    accounts.forget(session, actor, ids)


FORGET: Final[Mapping[Kind, Forget]] = MappingProxyType(
    {
        Kind.SIGNUP: _signups,
        Kind.CHILD: _children,
        Kind.FAMILY: _families,
        Kind.CARER: _carers,
        Kind.CONSENT: _consents,
        Kind.SIGNAL: _signals,
        Kind.SUPPORT: _support,
        Kind.REFERRAL: _referrals,
        Kind.ACCOUNT: _accounts,
        Kind.PHOTO: _photos,
        Kind.CARE_NOTE: _care_notes,
        Kind.INCIDENT: _incidents,
        Kind.STAFF_RECORD: _staff_records,
        Kind.CODE_CASE: _code_cases,
        Kind.TALK: _talks,
    }
)
