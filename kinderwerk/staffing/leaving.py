"""What happens with the shifts of somebody who works here no more: others can take them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Role
from kinderwerk.accounts.away import reached
from kinderwerk.accounts.models import Membership, User
from kinderwerk.accounts.queries import holding
from kinderwerk.activities.models import Occurrence, Shift
from kinderwerk.activities.queries import RUNNING
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages.service import tell
from kinderwerk.staffing import queries


def open_again(session: Session, actor: Actor, user_id: UUID, organisation_id: UUID) -> None:
    """Look for somebody else where a person stood who has no role left in which to stand there.

    In the unit of work in which their role ends; who coordinates and who is there too hear of it.
    """
    if _still_runs(session, user_id, organisation_id):
        return
    coming = (
        select(Shift)
        .join(Shift.occurrence)
        .where(
            Shift.user_id == user_id, Shift.organisation_id == organisation_id, ~Shift.off,
            Occurrence.starts_at > clock.now(), Occurrence.cancelled_at.is_(None),
        )
        .order_by(Occurrence.starts_at, Shift.id)
    )  # fmt: skip
    shifts = session.scalars(coming.with_for_update(of=Shift)).all()
    for shift in shifts:
        shift.user_id = None
        audit.record(session, actor, "shift.opened", shift.occurrence_id, also=[shift.id])
    session.flush()
    if shifts:
        dates = {one.occurrence_id for one in shifts}
        _tell(session, organisation_id, shifts[0], _team(session, organisation_id, dates))


def _still_runs(session: Session, user_id: UUID, organisation_id: UUID) -> bool:
    session.flush()
    held = select(Membership.id).where(
        Membership.user_id == user_id, Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None), Membership.role.in_(RUNNING),
    )  # fmt: skip
    return session.scalar(held.limit(1)) is not None


def _team(session: Session, organisation_id: UUID, dates: Collection[UUID]) -> list[User]:
    there = queries.on_duty(session, dates).values()
    ids = {one.user_id for people in there for one in people if one.user_id}
    leading = session.scalars(holding(organisation_id, [Role.COORDINATOR], None)).all()
    also = session.scalars(select(User).where(User.id.in_(ids)).order_by(User.name)).all()
    return list(reached(session, organisation_id, [*leading, *also]))


def _tell(session: Session, organisation_id: UUID, first: Shift, team: list[User]) -> None:
    for person in team:
        tell(
            session, key=f"shifts open:{first.id}:{person.id}", template="staffing.open",
            address=person.email, language=person.language, organisation_id=organisation_id,
        )  # fmt: skip
