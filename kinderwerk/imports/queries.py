"""Reading what was brought in, and whether anybody did anything with it since."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.accounts.once import wait_in_turn
from kinderwerk.core import clock
from kinderwerk.families.models import Care, Carer, Child, Family
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.rules import Sort
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.base import Base
from kinderwerk.storage.scoping import belonging, scope

SCOPE: Final = scope(
    Resource.IMPORT,
    BroughtIn,
    {conditions.of_organisation: belonging(BroughtIn.organisation_id)},
)
#: What a row that was brought in consists of; whatever else points at it came since.
MADE: Final = frozenset({"family", "carer", "child", "care", "residence"})
POINTS_AT: Final = {"family_id": "families", "carer_id": "carers", "child_id": "children"}


def by_id(session: Session, id: UUID) -> BroughtIn:
    wanted = select(BroughtIn).where(BroughtIn.id == id, BroughtIn.until > clock.now())
    return session.scalars(wanted.options(joinedload(BroughtIn.by))).one()


def sent_before(session: Session, by_id: UUID, sort: Sort, once: UUID) -> BroughtIn | None:
    """Return what this person brought in with the same form; a second one waits for the first."""
    wait_in_turn(session, by_id)
    mine = (BroughtIn.by_id == by_id, BroughtIn.sort == sort, BroughtIn.once == once)
    return session.scalar(select(BroughtIn).where(*mine))


def visible(session: Session, actor: Actor) -> Sequence[BroughtIn]:
    return session.scalars(
        select(BroughtIn)
        .where(SCOPE.visible(actor), BroughtIn.until > clock.now())
        .options(joinedload(BroughtIn.by))
        .order_by(BroughtIn.created_at.desc(), BroughtIn.id)
    ).all()


def homes(session: Session, municipality_id: UUID | None) -> dict[str, UUID]:
    """Return the neighbourhoods of a municipality by name and by code."""
    found = session.execute(
        select(Neighbourhood.id, Neighbourhood.name, Neighbourhood.code)
        .where(Neighbourhood.municipality_id == municipality_id)
    )  # fmt: skip
    return {word: id for id, name, code in found for word in (code, name)}


def touched(session: Session, family_ids: Collection[UUID]) -> set[UUID]:
    """Return the families that somebody changed or used since they were brought in."""
    home = {
        "families": {id: id for id in family_ids},
        "carers": _of(session, Carer.id, Carer.family_id, family_ids),
        "children": _of(session, Child.id, Child.family_id, family_ids),
    }
    found = set(family_ids) - set(
        session.scalars(select(Family.id).where(Family.id.in_(family_ids)))
    )
    for kind, changed in (
        (Carer, or_(Carer.version > 1, Carer.user_id.is_not(None))), (Child, Child.version > 1),
    ):  # fmt: skip
        theirs = select(kind.family_id).where(kind.family_id.in_(family_ids), changed)
        found |= set(session.scalars(theirs))
    cares = select(Child.family_id).join(Care, Care.child_id == Child.id)
    found |= set(
        session.scalars(
            cares.where(
                Child.family_id.in_(family_ids),
                or_(Care.version > 1, Care.carer_id.not_in(home["carers"])),
            )
        )
    )
    for table in Base.metadata.sorted_tables:
        for name, among in POINTS_AT.items():
            if table.name not in MADE and name in table.c:
                used = select(table.c[name]).where(table.c[name].in_(home[among])).distinct()
                found |= {home[among][id] for id in session.scalars(used)}
    residence = Base.metadata.tables["residence"]
    moved = (
        select(residence.c.child_id).where(residence.c.child_id.in_(home["children"]))
        .group_by(residence.c.child_id).having(func.count() > 1)
    )  # fmt: skip
    return found | {home["children"][id] for id in session.scalars(moved)}


def used(
    session: Session, model: Any, ids: Collection[UUID], changed: ColumnElement[bool]
) -> set[UUID]:
    """Return which of these rows somebody changed, or pointed at, since they were brought in."""
    theirs = model.id.in_(ids)
    found = set(session.scalars(select(model.id).where(theirs, or_(model.version > 1, changed))))
    found |= set(ids) - set(session.scalars(select(model.id).where(theirs)))
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if any(key.column is model.__table__.c.id for key in column.foreign_keys):
                pointed_at = select(column).where(column.in_(ids)).distinct()
                found |= set(session.scalars(pointed_at))
    return found


def remove(session: Session, model: Any, ids: Sequence[UUID], deed: str) -> Sequence[UUID]:
    session.execute(
        delete(model).where(model.id.in_(ids)),
        execution_options={"audited": deed, "synchronize_session": False},
    )
    return ids


def _of(
    session: Session, id: object, family_id: object, family_ids: Collection[UUID]
) -> dict[UUID, UUID]:
    found = session.execute(select(id, family_id).where(family_id.in_(family_ids)))  # type: ignore[attr-defined,call-overload]
    return {row[0]: row[1] for row in found}
