"""Reading what was brought in, and whether anybody did anything with it since."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.accounts.once import wait_in_turn
from kinderwerk.activities import queries as activities
from kinderwerk.core import clock
from kinderwerk.families.models import Care, Carer, Child, Family
from kinderwerk.imports.kinds import Called
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.rules import Sort
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.base import Base
from kinderwerk.storage.scoping import belonging, scope

SCOPE: Final = scope(
    Resource.IMPORT,
    BroughtIn,
    {
        conditions.of_organisation: belonging(BroughtIn.organisation_id),
        conditions.own: lambda actor, membership: BroughtIn.by_id == actor.id,
    },
)
#: What a row that was brought in consists of; whatever else points at it came since.
MADE: Final = frozenset({"family", "carer", "child", "care", "residence"})
POINTS_AT: Final = {"family_id": "families", "carer_id": "carers", "child_id": "children"}


def by_id(session: Session, id: UUID) -> BroughtIn:
    wanted = select(BroughtIn).where(
        BroughtIn.id == id, BroughtIn.until > clock.now(), BroughtIn.undone_at.is_(None)
    )
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


def own_drafts(session: Session, actor: Actor) -> Sequence[BroughtIn]:
    """Return of which tables and calendars this person made drafts; only that can be taken back."""
    ours = visible(session, actor)
    return [one for one in ours if one.sort is Sort.ACTIVITIES and one.by_id == actor.id]


def homes(session: Session, municipality_id: UUID | None) -> dict[str, UUID]:
    """Return the neighbourhoods of a municipality by name and by code."""
    found = session.execute(
        select(Neighbourhood.id, Neighbourhood.name, Neighbourhood.code)
        .where(Neighbourhood.municipality_id == municipality_id)
    )  # fmt: skip
    return {word: id for id, name, code in found for word in (code, name)}


def goals(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """Return the goals that drafts of this person's organisation can serve."""
    here = actor.organisation_id
    return [(one.id, one.title) for one in activities.goals(session, here)] if here else []


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
    session: Session, model: Any, ids: Collection[UUID], changed: ColumnElement[bool],
    besides: Collection[Any] = (),
) -> set[UUID]:  # fmt: skip
    """Return which of these rows somebody changed, or pointed at, since they were brought in.

    `besides` are the tables that hold parts of such a row.
    """
    theirs = model.id.in_(ids)
    found = set(session.scalars(select(model.id).where(theirs, or_(model.version > 1, changed))))
    found |= set(ids) - set(session.scalars(select(model.id).where(theirs)))
    return found | pointed_at(session, model, ids, besides)


def pointed_at(
    session: Session, model: Any, ids: Collection[UUID], besides: Collection[Any] = ()
) -> set[UUID]:
    """Return at which of these rows another one points."""
    parts = {one.__table__ for one in besides}
    found: set[UUID] = set()
    for table in Base.metadata.sorted_tables:
        for column in table.c if table not in parts else ():
            if any(key.column is model.__table__.c.id for key in column.foreign_keys):
                found |= set(session.scalars(select(column).where(column.in_(ids)).distinct()))
    return found


def called(session: Session, model: Any, ids: Collection[UUID], page: str) -> list[Called]:
    wanted = select(model.id, model.name).where(model.id.in_(ids)).order_by(model.name, model.id)
    return [Called(id, name, page) for id, name in session.execute(wanted)]


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
