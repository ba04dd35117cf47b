"""Reading who is named on a record.

Other packages need two of these: `named`, for whom the record may be told to, and `lets`, for
whether somebody who signs in may see it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from kinderwerk.confided.models import Confided
from kinderwerk.confided.rules import Kind, Way
from kinderwerk.confided.standing import known_at, may_be_named, sees, stands
from kinderwerk.families.custody.ties import tied
from kinderwerk.families.models import Care, Carer, Child, Family

_TIES: Final = (
    selectinload(Carer.cares)
    .joinedload(Care.child)
    .options(lazyload(Child.cares), lazyload(Child.residences))
)
_WHOLE: Final[Any] = (
    joinedload(Confided.carer).options(_TIES),
    joinedload(Confided.family)
    .selectinload(Family.children)
    .options(lazyload(Child.cares), lazyload(Child.residences)),
)


@dataclass(frozen=True, slots=True)
class Named:
    """A carer who is named on a record; `stands` while the way to reach them is safe."""

    id: UUID
    carer: Carer
    way: Way
    address: str
    confirmed_by_id: UUID
    confirmed_on: date
    stands: bool
    sees: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An adult around a family who could be named, and where they could be reached."""

    carer: Carer
    mail: str
    phone: str


def noted(session: Session, kind: Kind, record_id: UUID) -> list[Named]:
    """Return everybody who was named, also those of whom it has to be asked again."""
    here = Confided.record_id == record_id
    return [_told(row) for row in _rows(session, Confided.kind == kind, here)]


def named(session: Session, kind: Kind, record_id: UUID) -> list[Named]:
    """Return the carers who are named on a record, each with a way that is safe today."""
    return [one for one in noted(session, kind, record_id) if one.stands]


def lets(session: Session, user_id: UUID | None, kind: Kind, record_id: UUID) -> bool:
    """Tell whether this person is named on a record and may see it on their own page."""
    return user_id is not None and user_id in seeing(session, kind, record_id)


def seeing(session: Session, kind: Kind, record_id: UUID) -> frozenset[UUID]:
    """Return who signs in as one of those whom a record lets see it."""
    told = noted(session, kind, record_id)
    return frozenset(one.carer.user_id for one in told if one.sees and one.carer.user_id)


def open_to(session: Session, user_id: UUID | None, kind: Kind) -> list[UUID]:
    """Return the records that this person is named on and may see."""
    if user_id is None:
        return []
    mine = Confided.carer_id.in_(select(Carer.id).where(Carer.user_id == user_id))
    return [row.record_id for row in _rows(session, Confided.kind == kind, mine) if sees(row)]


def candidates(session: Session, family_id: UUID) -> list[Candidate]:
    """Return the adults around a family who could be named on what concerns it."""
    family = session.get_one(Family, family_id)
    return [
        Candidate(one, known_at(one, Way.MAIL), known_at(one, Way.PHONE))
        for one in around(session, family_id)
        if may_be_named(one, family)
    ]


def around(session: Session, family_id: UUID) -> Sequence[Carer]:
    """Return every adult of a family, and who else cares for one of its children."""
    of_child = select(Care.carer_id).join(Care.child).where(Child.family_id == family_id)
    return (
        session.scalars(
            select(Carer)
            .where(or_(Carer.family_id == family_id, Carer.id.in_(of_child)))
            .options(_TIES)
            .order_by(Carer.name, Carer.id)
        )
        .unique()
        .all()
    )


@tied
def of_child(session: Session, child_id: UUID) -> Iterable[UUID]:
    """Return the namings around the family of a child: what was told of them is held with it."""
    around_it = Confided.family_id == Child.family_id
    return session.scalars(select(Confided.id).join(Child, around_it).where(Child.id == child_id))


def one(session: Session, naming_id: UUID) -> Confided | None:
    found = _rows(session, Confided.id == naming_id)
    return found[0] if found else None


def _rows(session: Session, *where: Any) -> Sequence[Confided]:
    wanted = select(Confided).where(*where).options(*_WHOLE)
    return session.scalars(wanted.order_by(Confided.created_at, Confided.id)).unique().all()


def _told(row: Confided) -> Named:
    return Named(
        row.id, row.carer, row.way, row.address, row.confirmed_by_id, row.confirmed_on,
        stands(row), sees(row),
    )  # fmt: skip
