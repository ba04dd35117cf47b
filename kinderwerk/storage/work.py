"""Units of work: one transaction per decision, the same on SQLite and PostgreSQL.

PostgreSQL serialises rivals with row locks (`with_for_update`). SQLite has none, so a unit of
work begins IMMEDIATE there: it owns the only write lock before it reads what it will decide on.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import ORMExecuteState, Session

from kinderwerk.core.errors import Stale
from kinderwerk.storage import queue
from kinderwerk.storage.base import Versioned

WRITES: Final = "kinderwerk_writes"
PRAGMAS: Final = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "synchronous=FULL",  # confirmed means durable
    "secure_delete=ON",  # what was erased is not left lying in the file
    "recursive_triggers=ON",  # or REPLACE would delete behind the back of a delete trigger
)
ON_SERVER: Final = (
    "random_page_cost = 1.1",  # no disk has a head that moves any more; or indexes are passed over
    "jit = off",  # compiling a question takes longer than answering one of ours
)


class StrayWrite(RuntimeError):
    """Something was written outside a unit of work."""


@contextmanager
def unit_of_work(session: Session) -> Iterator[None]:
    """Commit on leaving, roll back on an exception; an inner unit joins the outer one."""
    if session.info.get(WRITES):
        yield
        return
    if changes(session):
        raise StrayWrite("something was changed before the unit of work began")
    session.rollback()  # forget what was read outside; it is read again under the lock
    with _in_turn(session):
        session.info[WRITES] = True
        try:
            session.connection(execution_options={WRITES: True})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            del session.info[WRITES]


def _in_turn(session: Session) -> AbstractContextManager[None]:
    url = session.get_bind().engine.url
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return nullcontext()
    return queue.turn(Path(str(url.database)))


def revise(row: Versioned, version: int | None, **changed: object) -> None:
    """Change a row that people edit, unless it is no longer the version they were looking at.

    A version of None comes from a caller that read the row inside this same unit of work.
    """
    if version is not None and row.version != version:
        raise Stale({name: getattr(row, name) for name in changed}, row.version)
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1


def changes(session: Session) -> list[Any]:
    """Return the rows that a flush would write."""
    return [*session.new, *session.deleted, *filter(session.is_modified, session.dirty)]


def writes(state: ORMExecuteState) -> bool:
    return state.is_insert or state.is_update or state.is_delete


@event.listens_for(Session, "before_flush")
def _refuse_stray_rows(session: Session, context: Any, instances: Any) -> None:
    if not session.info.get(WRITES) and changes(session):
        raise StrayWrite("rows are changed inside a unit of work")


@event.listens_for(Session, "do_orm_execute")
def _refuse_stray_statements(state: ORMExecuteState) -> None:
    if writes(state) and not state.session.info.get(WRITES):
        raise StrayWrite("tables are changed inside a unit of work")


@event.listens_for(Engine, "connect")
def _prepare(dbapi_connection: Any, record: Any) -> None:
    if isinstance(dbapi_connection, sqlite3.Connection):
        dbapi_connection.isolation_level = None  # the driver leaves BEGIN to us
        for pragma in PRAGMAS:
            dbapi_connection.execute(f"PRAGMA {pragma}")
    else:
        dbapi_connection.execute("; ".join(f"SET {setting}" for setting in ON_SERVER))
        dbapi_connection.commit()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
