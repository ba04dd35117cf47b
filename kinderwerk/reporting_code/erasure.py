"""Forgetting cases, and what of a family stays because of one."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.reporting_code.models import (
    CodeCase,
    CodeChild,
    CodeDecision,
    CodeEntry,
    CodeSecond,
    CodeShare,
    CodeWeighing,
)
from kinderwerk.storage.erasing import ERASED, remove

ADULT = 18


def unreported(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return closed cases without a report, and since when."""
    return _closed(session, organisation_id, CodeCase.reported_on.is_(None))


def reported(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return those with a report, since they are closed and the youngest child is 18."""
    found = _closed(session, organisation_id, CodeCase.reported_on.is_not(None))
    rows = session.execute(
        select(CodeChild.case_id, func.max(Child.born_on))
        .join(Child, Child.id == CodeChild.child_id)
        .where(CodeChild.case_id.in_(found))
        .group_by(CodeChild.case_id)
    )
    grown = {id: _birthday(born) for id, born in rows}
    return {id: max(since, grown.get(id, since)) for id, since in found.items()}


def families_in(session: Session, organisation_id: UUID) -> set[UUID]:
    """Return the families about which a case is kept."""
    return set(
        session.scalars(
            select(CodeCase.family_id).where(CodeCase.organisation_id == organisation_id)
        )
    )


def signals_in(session: Session, organisation_id: UUID) -> set[UUID]:
    """Return the signals from which a case began that is kept: its facts stand there."""
    return {
        id
        for id in session.scalars(
            select(CodeCase.signal_id).where(CodeCase.organisation_id == organisation_id)
        )
        if id
    }


def let_go_of_signals(session: Session, ids: Collection[UUID]) -> None:
    """Let cases forget from which signal they began."""
    session.execute(
        update(CodeCase).where(CodeCase.signal_id.in_(ids)).values(signal_id=None),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )


def forget(session: Session, ids: Collection[UUID]) -> None:
    for table in (CodeSecond, CodeDecision, CodeWeighing, CodeEntry, CodeChild, CodeShare):
        remove(session, table, table.case_id.in_(ids))
    remove(session, CodeCase, CodeCase.id.in_(ids))


def _closed(
    session: Session, organisation_id: UUID, *where: ColumnElement[bool]
) -> dict[UUID, date]:
    rows = session.execute(
        select(CodeCase.id, CodeCase.closed_at).where(
            CodeCase.organisation_id == organisation_id, CodeCase.closed_at.is_not(None), *where
        )
    )
    return {id: clock.to_wall(at).date() for id, at in rows if at}


def _birthday(born: date) -> date:
    year = born.year + ADULT
    return date(year, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(year=year)
