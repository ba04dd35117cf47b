"""Forgetting sign-ups."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Activity
from kinderwerk.signups import service
from kinderwerk.signups.models import Absence, Signup, SignupStep
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.erasing import ERASED, remove


def without_place(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return sign-ups that have no place, with the last day of the activity."""
    rows = session.execute(
        select(Signup.id, Activity.ends_on)
        .join(Activity, Activity.id == Signup.activity_id)
        .where(Signup.organisation_id == organisation_id, Signup.standing != Standing.PLACED)
    )
    return {id: ends_on for id, ends_on in rows}


def last_placed(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return the last day of the activities in which each child has a place or waits for one."""
    rows = session.execute(
        select(Signup.child_id, func.max(Activity.ends_on))
        .join(Activity, Activity.id == Signup.activity_id)
        .where(Signup.organisation_id == organisation_id, Signup.standing != Standing.CANCELLED)
        .group_by(Signup.child_id)
    )
    return {child_id: ends_on for child_id, ends_on in rows}


def forget(session: Session, ids: Collection[UUID]) -> None:
    remove(session, Absence, Absence.signup_id.in_(ids))
    remove(session, SignupStep, SignupStep.signup_id.in_(ids))
    remove(session, Signup, Signup.id.in_(ids))


def forget_children(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    """Forget the sign-ups of children; places that are still to come go to who waits."""
    service.leave(session, actor, ids)
    session.flush()
    forget(session, session.scalars(select(Signup.id).where(Signup.child_id.in_(ids))).all())


def let_go_of_makers(session: Session, user_ids: Collection[UUID]) -> None:
    """Let sign-ups stand whose maker is about to go."""
    session.execute(
        update(Signup).where(Signup.made_by_id.in_(user_ids)).values(made_by_id=None),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )
