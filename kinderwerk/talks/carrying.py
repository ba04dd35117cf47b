"""Talks are never without two people: whoever leaves hands them to somebody who may have them."""

from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Role
from kinderwerk.accounts.carrying import Load, Move
from kinderwerk.accounts.rules import NobodyElse
from kinderwerk.audit import service as audit
from kinderwerk.core.words import N_
from kinderwerk.talks import queries
from kinderwerk.talks.models import Talk
from kinderwerk.talks.service import able


def carried(session: Session, user_id: UUID, organisation_id: UUID) -> int:
    theirs = queries.of_person(session, organisation_id, user_id).subquery()
    return session.scalar(select(func.count()).select_from(theirs)) or 0


def hand_over(session: Session, actor: Actor, move: Move) -> list[UUID]:
    heirs = []
    theirs = queries.of_person(session, move.organisation_id, move.leaving_id)
    for talk in session.scalars(theirs.with_for_update(of=Talk)).all():
        others = [one for one in able(session, talk) if one != move.leaving_id]
        if not others:
            raise NobodyElse
        heirs.append(move.heir_id if move.heir_id in others else others[0])
        if talk.keeper_id == move.leaving_id:
            talk.keeper_id = heirs[-1]
        else:
            talk.second_id = heirs[-1]
        audit.record(session, actor, "talk.handed_over", talk.id, keeper=heirs[-1])
    return heirs


LOAD: Final = Load(
    "talks",
    N_("Talks with children"),
    frozenset({*queries.ANSWERING, Role.CONFIDANT}),
    carried,
    hand_over,
)
