"""Doing what somebody asked to have forgotten: all of it, unless the law has us keep it for now."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families.models import Care, Carer, Child, Family
from kinderwerk.privacy import due, erasing
from kinderwerk.privacy.models import Wish
from kinderwerk.storage.erasing import Kind

MODELS: Final[Mapping[Kind, type[Any]]] = {
    Kind.FAMILY: Family, Kind.CHILD: Child, Kind.CARER: Carer,
}  # fmt: skip


def grant(session: Session, actor: Actor, wishes: Iterable[Wish]) -> None:
    """Grant wishes as far as may be, in the unit of work of whoever calls this; the rest wait."""
    open_here = list(wishes)
    kept = {here: _kept(session, here) for here in {one.organisation_id for one in open_here}}
    for wish in open_here:
        here = wish.organisation_id
        held = {wish.family_id, wish.child_id} & kept[here]
        if held or _on_record(session, wish.carer_id):
            continue
        kind, subject_id = _subject(wish)
        if session.get(MODELS[kind], subject_id, with_for_update=True):
            erasing.erase(session, actor, here, kind, [subject_id])
        if kind is not Kind.FAMILY and _empty(session, wish.family_id):
            erasing.erase(session, actor, here, Kind.FAMILY, [wish.family_id])
        wish.done_at = clock.now()
        audit.record(session, actor, "family.erased", wish.family_id, also=[wish.id])


def _subject(wish: Wish) -> tuple[Kind, UUID]:
    if wish.child_id:
        return Kind.CHILD, wish.child_id
    return (Kind.CARER, wish.carer_id) if wish.carer_id else (Kind.FAMILY, wish.family_id)


def _kept(session: Session, organisation_id: UUID) -> set[UUID | None]:
    return {
        *due.in_trouble(session, organisation_id),
        *due.holds(session, organisation_id, clock.today()),
    }


def _on_record(session: Session, carer_id: UUID | None) -> bool:
    """Tell whether it is kept for a child that this adult may not come near it."""
    return bool(
        session.scalar(
            select(exists().where(Care.carer_id == carer_id, Care.contact_allowed.is_(False)))
        )
    )


def _empty(session: Session, family_id: UUID) -> bool:
    there = exists().where(Carer.family_id == family_id) | exists().where(
        Child.family_id == family_id
    )
    return not session.scalar(select(there))
