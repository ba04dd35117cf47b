"""Who is away today, and whom one reaches in their place: computed each time, by the day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, null, select, union_all
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Away, Membership, User
from kinderwerk.accounts.rules import STANDING_IN
from kinderwerk.core import clock


def days(
    session: Session, organisation_id: UUID | None, first: date, last: date
) -> Mapping[UUID, Sequence[tuple[date, date]]]:
    """Return who is away in these days, and from when until when."""
    found: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    rows = select(Away.user_id, Away.first_day, Away.last_day).where(
        Away.organisation_id == organisation_id, Away.first_day <= last, Away.last_day >= first
    )
    for user_id, since, until in session.execute(rows.order_by(Away.first_day, Away.id)):
        found[user_id].append((since, until))
    return found


def deputies(session: Session, organisation_id: UUID | None) -> dict[UUID, UUID | None]:
    """Return who is away today, with who stands in and is there themselves; None: nobody.

    Whose account is locked is away too, and nobody stands in unless somebody says so.
    """
    today = clock.today()
    said = select(Away.user_id, Away.deputy_id, works().label("works")).where(
        Away.organisation_id == organisation_id,
        Away.first_day <= today, Away.last_day >= today,
    )  # fmt: skip
    shut = (
        select(Membership.user_id, null().label("deputy_id"), false().label("works"))
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id, Membership.ended_at.is_(None),
            User.locked_at.is_not(None),
        )
    )  # fmt: skip
    rows: Sequence[Any] = session.execute(union_all(said, shut)).all()
    gone = {row.user_id for row in rows}
    found: dict[UUID, UUID | None] = dict.fromkeys(gone)
    for row in rows:
        if row.works and row.deputy_id not in gone:
            found[row.user_id] = row.deputy_id
    return found


def stood_in(
    session: Session, organisation_id: UUID, first: date, last: date
) -> dict[UUID, set[UUID]]:
    """Return who stood in for whom on any of these days."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = select(Away.user_id, Away.deputy_id).where(
        Away.organisation_id == organisation_id, Away.first_day <= last, Away.last_day >= first
    )
    for user_id, deputy_id in session.execute(rows):
        if deputy_id:
            found[user_id].add(deputy_id)
    return found


def reached(
    session: Session, organisation_id: UUID | None, people: Iterable[User]
) -> Sequence[User]:
    """Return who hears of something today: whoever stands in, where somebody is away.

    Where nobody stands in, the mail waits for the one who is away: somebody else is told of that.
    """
    wanted = {one.id: one for one in people}
    instead = deputies(session, organisation_id) if wanted else {}
    ids = [instead.get(id) or id for id in wanted]
    others = session.scalars(select(User).where(User.id.in_(set(ids) - set(wanted))))
    known = wanted | {one.id: one for one in others}
    return [known[id] for id in dict.fromkeys(ids)]


def present(
    session: Session, organisation_id: UUID | None, people: Sequence[User]
) -> Sequence[User]:
    """Return who of these is there today, or has somebody who stands in."""
    instead = deputies(session, organisation_id) if people else {}
    return [one for one in people if instead.get(one.id, one.id)]


def works() -> ColumnElement[bool]:
    """Hold where who stands in still may."""
    return exists().where(
        Membership.user_id == Away.deputy_id, Membership.organisation_id == Away.organisation_id,
        Membership.ended_at.is_(None), Membership.role.in_(STANDING_IN), Membership.checked,
    ).correlate(Away)  # fmt: skip
