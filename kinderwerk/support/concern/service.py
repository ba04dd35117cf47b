"""Writing down that the child check was done, and what it came to."""

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work
from kinderwerk.support import rules as support_rules
from kinderwerk.support.concern import rules
from kinderwerk.support.concern.models import Checked
from kinderwerk.support.concern.rules import ChildCheck
from kinderwerk.support.models import Trajectory
from kinderwerk.support.service import running


def write_check(
    session: Session, actor: Actor, trajectory: Trajectory, wish: ChildCheck
) -> Checked:
    """Write down a child check, also one without a concern; the same form twice is one check."""
    support_rules.check_held(wish.held_on, clock.today())
    rules.check(wish)
    with unit_of_work(session):
        trajectory = running(session, actor, trajectory.id)
        if actor.id is None:
            raise Withheld("a check is done by somebody")
        if written := sent_before(session, Checked, actor.id, wish.once):
            return written
        done = Checked(
            organisation_id=trajectory.organisation_id, trajectory_id=trajectory.id,
            author_id=actor.id, once=wish.once, held_on=wish.held_on, finding=wish.finding,
            children_count=wish.children_count, care_shared=wish.care_shared,
        )  # fmt: skip
        seal(session, done, said=wish.said, ages=wish.ages or None)
        session.add(done)
        session.flush()
        audit.record(session, actor, "support.checked", trajectory.id, also=[done.id])
    return done
