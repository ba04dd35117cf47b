"""Counting anew where some children stand, because they are counted no more, or again."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.activities.models import Occurrence
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.families.models import Child
from kinderwerk.registers import counting
from kinderwerk.registers.models import Attendance, Register


@contextmanager
def recounted(session: Session, child_ids: Collection[UUID]) -> Iterator[None]:
    """Keep the counts with what changes about these children, whom nobody can mark meanwhile."""
    session.execute(
        select(Child.id).where(Child.id.in_(child_ids)).order_by(Child.id).with_for_update()
    )
    marked = select(Attendance.occurrence_id).where(Attendance.child_id.in_(child_ids))
    registers = session.scalars(
        select(Register)
        .join(Register.occurrence)
        .where(Register.occurrence_id.in_(marked))
        .order_by(Register.occurrence_id)
        .with_for_update(of=(Occurrence, Register))
    ).all()
    before = facts_rules.total(counting.of_registers(session, registers))
    yield
    session.flush()
    after = facts_rules.total(counting.of_registers(session, registers))
    facts.replace(session, before, after)
