"""What somebody carries, and handing it over before their role ends."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts import queries
from kinderwerk.accounts.carrying import Load, Move, loads
from kinderwerk.accounts.models import Membership, User
from kinderwerk.accounts.rules import StillCarrying
from kinderwerk.audit import service as audit
from kinderwerk.core.errors import Withheld
from kinderwerk.messages.service import tell


@dataclass(frozen=True, slots=True)
class Carried:
    """How many of one kind somebody carries, and which colleagues could: never which ones."""

    load: Load
    count: int
    colleagues: Sequence[User]


def burden(session: Session, held: Membership, *, everything: bool = False) -> list[Carried]:
    """Return what would be without anybody when this role ends, or every role they have there."""
    if held.organisation_id is None:
        return []
    there = held.organisation_id
    found = [
        (load, load.carried(session, held.user_id, there))
        for load in loads
        if everything or not _goes_on(session, held, load)
    ]
    return [
        Carried(load, count, _colleagues(session, held, load)) for load, count in found if count
    ]


def hand_over(
    session: Session, actor: Actor, held: Membership, heirs: Mapping[str, UUID], *,
    everything: bool = False,
) -> None:  # fmt: skip
    """Move everything to the colleagues chosen, in the unit of work in which the role ends."""
    moved: Counter[UUID] = Counter()
    for carried in burden(session, held, everything=everything):
        heir = heirs.get(carried.load.name)
        if heir not in {one.id for one in carried.colleagues} or held.organisation_id is None:
            raise StillCarrying
        move = Move(held.user_id, heir, held.organisation_id)
        moved.update(carried.load.hand_over(session, actor, move))
    if not moved:
        return
    for person in (*moved, held.user_id):
        _tell(session, held, session.get_one(User, person), moved[person] or moved.total())
    audit.record(session, actor, "member.handed_over", held.id, to=list(moved), count=moved.total())


def _goes_on(session: Session, leaving: Membership, load: Load) -> bool:
    """Tell whether another role of theirs lets them carry it all the same."""
    return any(
        held.role in load.roles and held.neighbourhood_id in (None, leaving.neighbourhood_id)
        for held in queries.others_of(session, leaving)
    )


def _colleagues(session: Session, held: Membership, load: Load) -> Sequence[User]:
    if held.organisation_id is None:
        raise Withheld("what is carried belongs to an organisation")
    able = queries.holding(held.organisation_id, tuple(load.roles), held.neighbourhood_id)
    return session.scalars(able.where(User.id != held.user_id)).all()


def _tell(session: Session, held: Membership, person: User, count: int) -> None:
    tell(
        session, key=f"handed over:{held.id}:{person.id}", template="accounts.handed_over",
        address=person.email, language=person.language, organisation_id=held.organisation_id,
        what="left" if person.id == held.user_id else "taken", count=count,
    )  # fmt: skip
