"""Who came, of two records that are one child. What counted twice counts once from then on."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.families.merging import Merge
from kinderwerk.registers import counting
from kinderwerk.registers.models import Attendance, Register
from kinderwerk.registers.rules import Presence

#: Who saw the child is right, whatever somebody else noted.
SURER: Final = (Presence.PRESENT, Presence.EXCUSED, Presence.ABSENT)


def lock(session: Session, child_id: UUID) -> Sequence[Register]:
    """Lock the registers in which a child stands, in the order of their dates."""
    marked = select(Attendance.occurrence_id).where(Attendance.child_id == child_id)
    return session.scalars(
        select(Register)
        .join(Register.occurrence)
        .where(Register.occurrence_id.in_(marked))
        .order_by(Register.occurrence_id)
        .with_for_update(of=(Occurrence, Register))
    ).all()


def move(session: Session, actor: Actor, merge: Merge, registers: Sequence[Register]) -> None:
    before = facts_rules.total(counting.of_registers(session, registers))
    for register in registers:
        here = register.occurrence_id
        theirs = session.get_one(Attendance, (here, merge.gone))
        mine = session.get(Attendance, (here, merge.kept))
        if mine is None:
            session.add(_of(merge.kept, theirs))
        elif SURER.index(theirs.presence) < SURER.index(mine.presence):
            mine.presence, mine.neighbourhood_id = theirs.presence, theirs.neighbourhood_id
            mine.marked_by_id, mine.marked_at = theirs.marked_by_id, theirs.marked_at
            mine.arrived_at, mine.turn = theirs.arrived_at, theirs.turn
            mine.left_at, mine.left_with, mine.left_why = (
                theirs.left_at, theirs.left_with, theirs.left_why,
            )  # fmt: skip
        session.delete(theirs)
        audit.record(session, actor, "register.merged", here)
    session.flush()
    after = facts_rules.total(counting.of_registers(session, registers))
    facts.replace(session, before, after)


def _of(child_id: UUID, mark: Attendance) -> Attendance:
    return Attendance(
        occurrence_id=mark.occurrence_id, child_id=child_id,
        organisation_id=mark.organisation_id, presence=mark.presence,
        neighbourhood_id=mark.neighbourhood_id, marked_by_id=mark.marked_by_id,
        marked_at=mark.marked_at, arrived_at=mark.arrived_at, left_at=mark.left_at,
        left_with=mark.left_with, left_why=mark.left_why, turn=mark.turn,
    )  # fmt: skip
