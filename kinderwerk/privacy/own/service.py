"""Erasing by oneself: the same answer whatever else is known of a family."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.core.errors import Withheld
from kinderwerk.families import queries as families
from kinderwerk.families.copies import Copy, gather
from kinderwerk.families.models import Carer, Child
from kinderwerk.messages.service import tell
from kinderwerk.privacy import erasing, granting
from kinderwerk.privacy.models import Wish
from kinderwerk.privacy.own import queries
from kinderwerk.privacy.own.rules import NotSure
from kinderwerk.privacy.rules import ErasureReason
from kinderwerk.signups import service as signups
from kinderwerk.storage.erasing import ERASED, Kind
from kinderwerk.storage.work import revise, unit_of_work

DONE: Final = "privacy.erased"


def erase(
    session: Session, actor: Actor, organisation_id: UUID, child_id: UUID | None, *, sure: bool
) -> None:
    """Have one child forgotten, or oneself and all of one's own at an organisation, at once.

    A child for whom somebody else cares stays, without the tie to whoever asks. What the law has
    us keep is out of sight at once, and goes as soon as that is over.
    """
    if not sure:
        raise NotSure
    if actor.id is None:
        raise Withheld("only a person has a family")
    with unit_of_work(session):
        plan = queries.plan(session, actor, organisation_id, child_id)
        me = queries.carers(session, actor, organisation_id)
        user = families.user(session, actor.id)
        address, language = user.email, user.language
        asked = [child.id for child in plan.children]
        children = session.scalars(
            select(Child).where(Child.id.in_(asked)).order_by(Child.id).with_for_update(of=Child)
        ).all()
        for child in children:
            demand(actor, Action.EDIT, Resource.CHILD, child.facts)
        going = [child.id for child in plan.going]
        signups.leave(session, actor, going)
        wishes = [
            _wish(session, actor, child.family_id, organisation_id, child_id=child.id)
            for child in children
            if child.id in going
        ]
        _shut(session, actor, children, me)
        if plan.everything:
            wishes += [
                _wish(session, actor, one.family_id, organisation_id, carer_id=one.id) for one in me
            ]
        granting.grant(session, actor, wishes)
        if plan.account:
            _forget_account(session, actor, user, me)
        _tell(session, address, language)


def correct(
    session: Session, actor: Actor, organisation_id: UUID, version: int | None, name: str,
    language: str,
) -> None:  # fmt: skip
    """Put right what one organisation calls whoever asks; it changes nothing at another."""
    with unit_of_work(session):
        me = queries.me(session, actor, organisation_id)
        session.refresh(me, with_for_update={"of": Carer, "key_share": True})
        demand(actor, Action.EDIT, Resource.FAMILY, me.family.facts)
        revise(me, version, name=name, language=language)
        audit.record(session, actor, "carer.changed", me.id, changed=["name", "language"])


def copy(session: Session, actor: Actor, organisation_id: UUID) -> Copy:
    """Return what one organisation keeps of whoever asks; that they took it is on record."""
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.FAMILY)
        made = gather(session, actor, organisation_id)
        audit.record(session, actor, "family.exported", organisation_id)
    return made


def _wish(
    session: Session, actor: Actor, family_id: UUID, organisation_id: UUID,
    *, child_id: UUID | None = None, carer_id: UUID | None = None,
) -> Wish:  # fmt: skip
    wish = Wish(
        organisation_id=organisation_id, family_id=family_id, reason=ErasureReason.ASKED,
        asked_by_id=actor.id, child_id=child_id, carer_id=carer_id,
    )  # fmt: skip
    session.add(wish)
    session.flush()
    audit.record(session, actor, "family.erasure_asked", family_id, also=[wish.id])
    return wish


def _shut(session: Session, actor: Actor, children: Sequence[Child], me: Sequence[Carer]) -> None:
    """End the ties between these, so that nothing of it is seen from this moment on."""
    mine = {one.id for one in me}
    for child in children:
        for care in child.cares:
            if care.carer_id in mine:
                care.portal_access, care.ended_at = False, clock.now()
                audit.record(session, actor, "care.ended", care.id, also=[child.id])
    session.flush()


def _forget_account(session: Session, actor: Actor, user: User, me: Sequence[Carer]) -> None:
    """Forget who signed in; of a carer who is kept for now it is no longer known."""
    session.execute(
        update(Carer).where(Carer.id.in_([one.id for one in me])).values(user_id=None),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )
    erasing.erase(session, actor, None, Kind.ACCOUNT, [user.id])


def _tell(session: Session, address: str, language: str) -> None:
    """Say that it is done, and of whom to nobody; it belongs to no organisation."""
    key = f"erased:{ids.confidential()}"
    tell(session, key=key, template=DONE, address=address, language=language)
