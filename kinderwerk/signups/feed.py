"""Where the children of one carer are expected, for the calendar that the carer subscribes to.

What they wait for is not in it: it would fill a day that may stay empty. A place that is offered
is tentative. A date on which no child comes is not there; one that was called off says so, also
after the sign-ups for it have gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, contains_eager

from kinderwerk.activities.feeds import dates
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.families.models import CalendarKey, Child
from kinderwerk.families.queries import cared_for_by
from kinderwerk.signups.models import Absence, Cancellation, Signup, SignupStep
from kinderwerk.signups.rules import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A date, and which children are expected then; tentative while all places are only offered."""

    date: Occurrence
    children: tuple[str, ...]
    tentative: bool


def of(session: Session, key: CalendarKey) -> list[Expected]:
    """Return what stands in a carer's calendar; who sees no child any more has none."""
    user_id = key.carer.user_id
    if user_id is None:
        raise NoResultFound
    mine = cared_for_by(user_id), Child.organisation_id == key.organisation_id
    if session.scalar(select(Child.id).where(*mine).limit(1)) is None:
        raise NoResultFound
    signups = session.scalars(
        select(Signup)
        .join(Signup.child)
        .options(contains_eager(Signup.child))
        .where(*mine, or_(Signup.standing.in_((Standing.PLACED, Standing.OFFERED)), _called_off()))
        .order_by(Child.born_on, Child.id)
    ).all()
    found = session.execute(
        select(Absence.signup_id, Absence.occurrence_id).where(
            Absence.signup_id.in_([one.id for one in signups])
        )
    )
    away = {(signup_id, occurrence_id) for signup_id, occurrence_id in found}
    return [
        Expected(
            date=date,
            children=tuple(dict.fromkeys(one.child.first_name for one in coming)),
            tentative=all(one.standing is Standing.OFFERED for one in coming),
        )
        for date in dates(session, Activity.id.in_({one.activity_id for one in signups}))
        if (coming := _coming(signups, date, away))
    ]


def _coming(
    signups: Iterable[Signup], date: Occurrence, away: set[tuple[UUID, UUID]]
) -> list[Signup]:
    return [
        one
        for one in signups
        if one.activity_id == date.activity_id
        and one.occurrence_id in (None, date.id)
        and one.created_at < date.ends_at
        and (one.id, date.id) not in away
    ]


def _called_off() -> ColumnElement[bool]:
    """Hold for sign-ups that had a place until their activity, or their date of it, was off."""
    lost = exists().where(
        SignupStep.signup_id == Signup.id,
        SignupStep.standing == Standing.CANCELLED,
        SignupStep.at >= Cancellation.created_at,
    )
    had = exists().where(SignupStep.signup_id == Signup.id, SignupStep.standing == Standing.PLACED)
    off = exists().where(
        Cancellation.activity_id == Signup.activity_id,
        or_(
            Cancellation.occurrence_id.is_(None),
            Cancellation.occurrence_id == Signup.occurrence_id,
        ),
        lost,
    )
    return and_(Signup.standing == Standing.CANCELLED, had, off)
