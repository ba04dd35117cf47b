"""Telling families the day before what their children are expected at."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from kinderwerk.accounts.tokens import signer
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.families.models import Carer
from kinderwerk.families.reaching import tell_carer
from kinderwerk.signups import lines, queries
from kinderwerk.signups.models import Absence, Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.work import unit_of_work

#: From this hour on it is said what is on tomorrow; who signed up today knows.
HOUR: Final = time(16)


def tomorrow(session: Session) -> None:
    """Put a reminder in the outbox for each child expected tomorrow; again tells nobody twice."""
    wall = clock.to_wall(clock.now())
    if wall.time() < HOUR:
        return
    today, begins, ends = (clock.midnight(wall.date() + timedelta(days=n)) for n in range(3))
    dates = session.scalars(
        select(Occurrence.id)
        .where(
            Occurrence.starts_at >= begins,
            Occurrence.starts_at < ends,
            Occurrence.cancelled_at.is_(None),
        )
        .order_by(Occurrence.id)
    ).all()
    for occurrence_id in dates:
        with unit_of_work(session):
            _remind(session, session.get_one(Occurrence, occurrence_id), today)


def _remind(session: Session, date: Occurrence, today: datetime) -> None:
    for signup in _expected(session, date, today):
        carer = lines.reachable(signup)
        if carer and carer.reminders:
            tell_carer(
                session, carer, key=f"signup:{signup.id}:tomorrow:{date.id}",
                template="signup.tomorrow", about_id=date.id, needed=False, signup=signup.id,
                occurrence=date.id,
            )  # fmt: skip


def _expected(session: Session, date: Occurrence, today: datetime) -> Sequence[Signup]:
    away = exists().where(Absence.signup_id == Signup.id, Absence.occurrence_id == date.id)
    return (
        session.scalars(
            select(Signup)
            .where(
                Signup.activity_id == date.activity_id,
                or_(Signup.occurrence_id == date.id, Signup.occurrence_id.is_(None)),
                Signup.standing == Standing.PLACED,
                Signup.created_at < today,
                ~away,
            )
            .order_by(Signup.queue)
            .options(*queries.WHOLE)
        )
        .unique()
        .all()
    )


def token(signup: Signup, date: Occurrence, carer: Carer) -> str:
    """Return what proves that this carer read that the child is expected."""
    return signer.token(signup.id, _purpose(date.id, carer), date.ends_at)


def fits(proof: str, signup: Signup, date: Occurrence) -> bool:
    return clock.now() < date.ends_at and any(
        signer.fits(proof, signup.id, _purpose(date.id, carer), date.ends_at)
        for carer in lines.readers(signup)
    )


def _purpose(occurrence_id: UUID, carer: Carer) -> str:
    return f"tomorrow {occurrence_id} {carer.key}"
