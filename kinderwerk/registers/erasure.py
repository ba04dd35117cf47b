"""Forgetting who came. How many came goes on counting."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities.models import Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.registers import counting
from kinderwerk.registers.models import Attendance, Register
from kinderwerk.registers.rules import Presence
from kinderwerk.storage.erasing import ERASED, remove


def last_came(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return the last day for which each child was marked."""
    rows = session.execute(
        select(Attendance.child_id, Register.held_on)
        .join(Register, Register.occurrence_id == Attendance.occurrence_id)
        .where(Attendance.organisation_id == organisation_id)
        .order_by(Register.held_on)
    )
    return {child_id: held_on for child_id, held_on in rows}


def forget_children(session: Session, actor: Actor, ids: Collection[UUID]) -> None:
    """Take their marks away, and keep what these counted for; a session that was held stays so."""
    marked = select(Attendance.occurrence_id).where(Attendance.child_id.in_(ids))
    registers: Sequence[Register] = session.scalars(
        select(Register)
        .join(Register.occurrence)
        .where(Register.occurrence_id.in_(marked))
        .order_by(Register.occurrence_id)
        .with_for_update(of=(Occurrence, Register))
    ).all()
    for register in registers:
        _close(session, register, ids)
        audit.record(session, actor, "register.forgotten", register.occurrence_id, n=len(ids))
    session.flush()
    before = facts_rules.total(counting.of_registers(session, registers))
    remove(session, Attendance, Attendance.child_id.in_(ids))
    after = facts_rules.total(counting.of_registers(session, registers))
    facts.freeze(session, facts_rules.less(before, after))


def forget_notes(session: Session, organisation_id: UUID, before: date) -> None:
    """Take away what was written about sessions until that day: it may name somebody."""
    session.execute(
        update(Register)
        .where(
            Register.organisation_id == organisation_id,
            Register.held_on <= before,
            Register.note != "",
        )
        .values(note="", version=Register.version + 1),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )


def _close(session: Session, register: Register, ids: Collection[UUID]) -> None:
    came = session.scalars(
        select(Attendance.presence).where(
            Attendance.occurrence_id == register.occurrence_id, Attendance.child_id.in_(ids)
        )
    ).all()
    register.erased += sum(1 for presence in came if presence is Presence.PRESENT)
    if any(presence is not Presence.EXCUSED for presence in came) and not register.closed_at:
        register.closed_at = clock.now()
