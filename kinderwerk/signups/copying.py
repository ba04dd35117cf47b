"""Sign-ups in the copy that a family takes away."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.families.copies import Reader, Row, chapter, coded
from kinderwerk.signups.models import Absence, Signup, SignupStep
from kinderwerk.signups.rules import Standing

coded(standing=Standing)


@chapter("sign_ups")
def sign_ups(session: Session, reader: Reader) -> Iterable[Row]:
    """Yield each step of each sign-up; through whom is not said."""
    rows: Any = session.execute(
        select(
            SignupStep.at, SignupStep.standing, Signup.child_id, Activity.title,
            Occurrence.starts_at,
        )
        .join(Signup, Signup.id == SignupStep.signup_id)
        .join(Activity, Activity.id == Signup.activity_id)
        .outerjoin(Occurrence, Occurrence.id == Signup.occurrence_id)
        .where(Signup.child_id.in_(reader.children))
        .order_by(SignupStep.id)
    )  # fmt: skip
    for at, standing, child_id, title, starts_at in rows:
        yield {
            "child": reader.name(child_id), "activity": title,
            "date": starts_at.isoformat() if starts_at else None,
            "at": at.isoformat(timespec="seconds"), "standing": standing.value,
        }  # fmt: skip


@chapter("absences")
def absences(session: Session, reader: Reader) -> Iterable[Row]:
    rows = session.execute(
        select(Signup.child_id, Activity.title, Occurrence.starts_at)
        .join(Absence, Absence.signup_id == Signup.id)
        .join(Occurrence, Occurrence.id == Absence.occurrence_id)
        .join(Activity, Activity.id == Signup.activity_id)
        .where(Signup.child_id.in_(reader.children))
        .order_by(Occurrence.starts_at, Signup.child_id)
    )
    for child_id, title, starts_at in rows:
        yield {
            "child": reader.name(child_id), "activity": title, "date": starts_at.isoformat()
        }  # fmt: skip
