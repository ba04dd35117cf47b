"""Recording deeds, and refusing to commit an audited change that nobody recorded."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, event, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from kinderwerk.access.vocabulary import Actor
from kinderwerk.audit.models import AuditEntry
from kinderwerk.audit.rules import is_sensitive
from kinderwerk.core import clock
from kinderwerk.storage.base import Base
from kinderwerk.storage.sealing import Open, opener, place
from kinderwerk.storage.work import WRITES, StrayWrite, changes, unit_of_work, writes

_LEDGERS: Final = "audit_ledgers"
_NEWEST: Final = "audit_newest"
_TRAIL: Final = cast(Table, AuditEntry.__table__)


class Unrecorded(RuntimeError):
    """A row of an audited table changed without an entry in the trail."""


@dataclass(slots=True)
class Ledger:
    """What must be on record (ids of rows, names of bulk deeds), what is, and its entries.

    They are written together when the transaction ends: nobody reads them before.
    """

    due: set[UUID | str] = field(default_factory=set)
    done: set[UUID | str] = field(default_factory=set)
    entries: list[dict[str, Any]] = field(default_factory=list)

    def take_over(self, other: "Ledger") -> None:
        self.due |= other.due
        self.done |= other.done
        self.entries += other.entries


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed columns of some rows of one table."""

    kind: type[Base]
    ids: Sequence[UUID]
    columns: Sequence[str]


def record(session: Session, actor: Actor, deed: str, subject_id: UUID, **details: Any) -> None:
    """Put a deed on record. Details hold ids, numbers and names of states, never words of people.

    `also` names further rows that the same deed changed.
    """
    if not session.info.get(WRITES):
        raise StrayWrite("a deed is recorded inside the unit of work that does it")
    entry = {
        "at": clock.now(), "actor_id": actor.id, "role": actor.role,
        "organisation_id": actor.organisation_id, "deed": deed, "subject_id": subject_id,
        "details": _plain(details), "sensitive": is_sensitive(deed),
        "membership_id": actor.membership.id if actor.membership else None,
    }  # fmt: skip
    session.info[_NEWEST] = subject_id
    ledger = _ledgers(session)[-1]
    ledger.entries.append(entry)
    ledger.done |= {subject_id, deed, *details.get("also", ())}


def just_recorded(session: Session, subject_id: UUID) -> bool:
    """Tell whether the newest record of this session is about that row."""
    return session.info.get(_NEWEST) == subject_id


def disclose(
    session: Session, actor: Actor, deed: str, subject_id: UUID, kind: type[Base],
    ids: Sequence[UUID], *columns: str,
) -> dict[UUID, dict[str, str | None]]:  # fmt: skip
    """Open sealed columns of rows of one table: first the reading is on record, then they open.

    Returns, per row id, the text of each column. One entry in the trail, about the subject to
    which the rows belong, names them all. Load rows for showing after this, not before: the
    transaction in between forgets what was read.
    """
    return disclose_together(session, actor, deed, subject_id, Sealed(kind, ids, columns))


def disclose_together(
    session: Session, actor: Actor, deed: str, subject_id: UUID, *wanted: Sealed
) -> dict[UUID, dict[str, str | None]]:
    """Open what is kept in several tables as one reading, with one entry in the trail."""
    with unit_of_work(session):
        record(session, actor, deed, subject_id, rows=[id for one in wanted for id in one.ids])
    opened = opener(session)
    return {id: words for one in wanted for id, words in _opened(session, one, opened)}


def _opened(
    session: Session, wanted: Sealed, opened: Open
) -> Iterator[tuple[UUID, dict[str, str | None]]]:
    table = cast(Table, wanted.kind.__table__)
    chosen = [table.c.id, *(table.c[name] for name in wanted.columns)]
    for line in session.execute(select(*chosen).where(table.c.id.in_(wanted.ids))):
        yield (
            line[0],
            {
                name: None if value is None else opened(value, place(table.name, name, line[0]))
                for name, value in zip(wanted.columns, line[1:], strict=True)
            },
        )


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return details as JSON can hold them."""
    return json.loads(json.dumps(details, default=str))  # type: ignore[no-any-return]


def _ledgers(session: Session) -> list[Ledger]:
    """Return one ledger for the transaction, and one on top for each savepoint in it."""
    ledgers: list[Ledger] = session.info.setdefault(_LEDGERS, [Ledger()])
    return ledgers


@event.listens_for(Session, "after_flush")
def _notice_rows(session: Session, context: Any) -> None:
    for row in changes(session):
        if isinstance(row, Base) and row.__audited__:
            _ledgers(session)[-1].due.add(row.audited_as)


@event.listens_for(Session, "do_orm_execute")
def _notice_statements(state: ORMExecuteState) -> None:
    """A bulk statement names no rows: it says by `audited=` which deed will be on record."""
    if not writes(state) or not _is_audited(state.statement):
        return
    deed = state.execution_options.get("audited")
    if not deed:
        raise Unrecorded("a bulk statement says which deed it is: execution_options(audited=…)")
    _ledgers(state.session)[-1].due.add(deed)


def _is_audited(statement: Any) -> bool:
    return statement.table.name in _audited_tables()


@cache
def _audited_tables() -> frozenset[str]:
    """Return the tables of which the trail tells; asked first once there are all models."""
    return frozenset(
        cast(Table, mapper.local_table).name
        for mapper in Base.registry.mappers
        if mapper.class_.__audited__
    )


@event.listens_for(Session, "before_commit")
def _insist(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    (ledger,) = _ledgers(session)
    if missing := ledger.due - ledger.done:
        raise Unrecorded(f"{len(missing)} audited change(s) without a record")
    if ledger.entries:
        session.connection().execute(_TRAIL.insert(), ledger.entries)


@event.listens_for(Session, "after_transaction_create")
def _open_ledger(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _ledgers(session).append(Ledger())


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    """Forget what was undone, and nothing else: a savepoint takes only its own ledger along."""
    _ledgers(session)[-1] = Ledger()


@event.listens_for(Session, "after_transaction_end")
def _close_ledger(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        top = _ledgers(session).pop()
        _ledgers(session)[-1].take_over(top)
    elif transaction.parent is None:
        session.info.pop(_LEDGERS, None)
