"""What is written stays written, and nothing audited is written behind the trail's back."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import JSON, Column, Engine, Enum, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import NOBODY
from kinderwerk.accounts.models import Municipality, Organisation
from kinderwerk.activities.models import Activity
from kinderwerk.audit.models import AuditEntry
from kinderwerk.audit.service import Unrecorded, record
from kinderwerk.storage.base import Base
from kinderwerk.storage.types import Id, UtcDateTime
from kinderwerk.storage.work import StrayWrite, unit_of_work
from tests.make import A_WEDNESDAY, Make

APPEND_ONLY = sorted(
    mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.__append_only__
)
ATTACKS = [
    "UPDATE {table} SET id = id",
    "DELETE FROM {table}",
    pytest.param("REPLACE INTO {table} SELECT * FROM {table}", marks=pytest.mark.sqlite),
    pytest.param("INSERT OR REPLACE INTO {table} SELECT * FROM {table}", marks=pytest.mark.sqlite),
    pytest.param(
        "REPLACE INTO {table} ({columns}, rowid) SELECT {columns}, rowid FROM {table}",
        marks=pytest.mark.sqlite,
    ),
    pytest.param("UPDATE OR REPLACE {table} SET id = id", marks=pytest.mark.sqlite),
    pytest.param("TRUNCATE {table}", marks=pytest.mark.postgres),
    pytest.param("TRUNCATE {table} CASCADE", marks=pytest.mark.postgres),
    pytest.param(
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = excluded.id",
        marks=pytest.mark.postgres,
    ),
]
#: By our triggers, or by PostgreSQL itself where another table points at this one.
REFUSED = "only grows|cannot truncate a table referenced"
UNLINKED = {
    "sqlite": "PRAGMA foreign_keys=OFF",
    "postgresql": "SET session_replication_role=replica",
}


@pytest.fixture
def session(session: Session, mighty: Engine) -> Iterator[Session]:
    """A session to which the rights of no role are a limit: only what the schema refuses counts."""
    with Session(mighty) as limitless:
        yield limitless


def rows(session: Session, table: str) -> list[object]:
    return sorted(map(repr, session.execute(text(f"SELECT * FROM {table}"))))  # noqa: S608


def made_up(column: Column[Any]) -> object:
    """Return a value that the column takes, whatever it means."""
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    if isinstance(column.type, Id):
        return uuid4()
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, UtcDateTime):
        return A_WEDNESDAY
    known = {int: 1, bytes: b"sealed", str: "x", bool: True, date: A_WEDNESDAY.date()}
    return known[column.type.python_type]


def fill(session: Session, table: str) -> None:
    """Put one row into the table, without what it would point at."""
    columns = Base.metadata.tables[table].columns
    row = {column.name: made_up(column) for column in columns if not column.nullable}
    with session.get_bind().engine.connect() as connection:
        connection.begin()
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(UNLINKED[connection.dialect.name])
        connection.exec_driver_sql("BEGIN")
        connection.execute(insert(Base.metadata.tables[table]).values(row))
        connection.commit()
        connection.invalidate()


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_append_only_tables_only_grow(
    session: Session, table: str, attack: str, recursive: str
) -> None:
    fill(session, table)
    before = rows(session, table)
    columns = ", ".join(Base.metadata.tables[table].columns.keys())
    session.rollback()
    if session.connection().dialect.name == "sqlite":
        session.rollback()
        raw = session.connection().connection.driver_connection
        raw.execute("ROLLBACK")
        raw.execute(f"PRAGMA recursive_triggers={recursive}")
        raw.execute("BEGIN")
    with pytest.raises(DBAPIError, match=REFUSED):
        session.execute(text(attack.format(table=table, columns=columns)))
    session.rollback()
    assert rows(session, table) == before


@pytest.mark.sqlite
def test_replacing_deletes_through_triggers(session: Session) -> None:
    assert session.scalar(text("PRAGMA recursive_triggers")) == 1


def test_a_row_written_outside_a_unit_of_work_is_refused(session: Session) -> None:
    session.add(Municipality(name="stray"))
    with pytest.raises(StrayWrite):
        session.commit()


def test_an_autoflush_outside_a_unit_of_work_is_refused(session: Session) -> None:
    session.add(Municipality(name="stray"))
    with pytest.raises(StrayWrite):
        session.scalars(select(Organisation)).all()


def test_a_statement_outside_a_unit_of_work_is_refused(session: Session) -> None:
    with pytest.raises(StrayWrite):
        session.execute(update(Organisation).values(name="stray"))


def test_an_unrecorded_change_is_not_committed(session: Session, make: Make) -> None:
    activity = make.activity(title="Football")
    with pytest.raises(Unrecorded), unit_of_work(session):
        activity.title = "Quietly renamed"
    assert activity.title == "Football"


def test_the_same_value_again_is_no_change(session: Session, make: Make) -> None:
    activity = make.activity(title="Football")
    with unit_of_work(session):
        activity.title = str(activity.title)


def test_a_savepoint_commits_before_the_record_is_made(session: Session, make: Make) -> None:
    activity = make.activity(title="Football")
    with unit_of_work(session):
        activity.title = "Renamed"
        with session.begin_nested():
            pass
        record(session, NOBODY, "activity.changed", activity.id)
    assert activity.title == "Renamed"


def test_a_savepoint_undone_forgets_only_its_own(session: Session, make: Make) -> None:
    activity = make.activity(title="Football")

    def rename() -> None:
        with unit_of_work(session):
            activity.title = "Quietly renamed"
            savepoint = session.begin_nested()
            record(session, NOBODY, "activity.changed", activity.id)
            savepoint.rollback()

    with pytest.raises(Unrecorded):
        rename()
    assert activity.title == "Football"


def test_a_deed_of_a_savepoint_stays_as_long_as_the_savepoint(session: Session, make: Make) -> None:
    activity = make.activity()
    with unit_of_work(session):
        for undo in (True, False):
            savepoint = session.begin_nested()
            record(session, NOBODY, f"activity.undone_{undo}".lower(), activity.id)
            savepoint.rollback() if undo else savepoint.commit()
        record(session, NOBODY, "activity.last", activity.id)
    told = session.scalars(
        select(AuditEntry.deed)
        .where(AuditEntry.subject_id == activity.id)
        .order_by(AuditEntry.id.desc())
        .limit(2)
    ).all()
    assert told == ["activity.last", "activity.undone_false"]


def test_a_deed_outside_a_unit_of_work_is_refused(session: Session, make: Make) -> None:
    activity = make.activity()
    with pytest.raises(StrayWrite):
        record(session, NOBODY, "activity.changed", activity.id)


def test_a_bulk_statement_says_which_deed_it_is(session: Session, make: Make) -> None:
    activity = make.activity(title="Football")
    bulk = update(Activity).values(title="Renamed")
    for statement in (bulk, update(Activity.__table__).values(title="Renamed")):
        with pytest.raises(Unrecorded), unit_of_work(session):
            session.execute(statement)
    with pytest.raises(Unrecorded), unit_of_work(session):
        session.execute(bulk, execution_options={"audited": "activity.renamed"})
    assert activity.title == "Football"
    with unit_of_work(session):
        session.execute(bulk, execution_options={"audited": "activity.renamed"})
        record(session, NOBODY, "activity.renamed", activity.id)
    assert activity.title == "Renamed"
