"""Sign-ups of two records that are one child."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import drop, shift
from kinderwerk.signups import lines, queries
from kinderwerk.signups.lines import Spot
from kinderwerk.signups.models import Absence, Signup
from kinderwerk.signups.rules import Standing

#: The better comes first; of two that wait the one that waits longer.
BETTER: Final = (Standing.PLACED, Standing.OFFERED, Standing.WAITING, Standing.ENTERED)
Where = tuple[UUID, UUID | None]


def lines_of(session: Session, child_ids: Sequence[UUID]) -> list[Where]:
    """Return the lines in which these children stand, in the order in which they are locked."""
    rows = session.execute(
        select(Signup.activity_id, Signup.occurrence_id)
        .where(Signup.child_id.in_(child_ids), Signup.standing != Standing.CANCELLED)
        .distinct()
    )
    return sorted(((a, o) for a, o in rows), key=lambda where: (where[0], where[1] or UUID(int=0)))


def lock(session: Session, where: Sequence[Where]) -> dict[Where, Spot]:
    return {
        (activity_id, occurrence_id): lines.lock(
            session, activity_id, [occurrence_id] if occurrence_id else []
        )[0]
        for activity_id, occurrence_id in where
    }


def move(session: Session, actor: Actor, merge: Merge, spots: dict[Where, Spot]) -> None:
    """Let every sign-up be of one child; of two in one line the better stays."""
    live = select(Signup).where(
        Signup.child_id.in_((merge.kept, merge.gone)), Signup.standing != Standing.CANCELLED
    )
    known: dict[Where, list[Signup]] = {}
    for signup in session.scalars(live.options(*queries.WHOLE)).unique():
        known.setdefault((signup.activity_id, signup.occurrence_id), []).append(signup)
    for where, both in known.items():
        if len(both) > 1:
            better, worse = sorted(both, key=lambda one: (BETTER.index(one.standing), one.queue))
            _keep_absences(session, worse, better)
            lines.release(session, actor, spots[where], [worse])
            session.flush()
            lines.hand_out(session, spots[where])
    session.flush()
    shift(session, Signup.child_id, merge.gone, merge.kept)
    session.expire_all()


def _keep_absences(session: Session, worse: Signup, better: Signup) -> None:
    """Who was signed off for a day by either is not there."""
    there = select(Absence.occurrence_id).where(Absence.signup_id == better.id)
    drop(session, Absence, Absence.signup_id == worse.id, Absence.occurrence_id.in_(there))
    shift(session, Absence.signup_id, worse.id, better.id)
