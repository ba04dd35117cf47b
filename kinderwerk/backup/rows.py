"""Rows as lines of JSON, the same from either database, and back."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    LargeBinary,
    Table,
    Time,
    func,
    insert,
    null,
    select,
    text,
)

from kinderwerk.storage.base import Base
from kinderwerk.storage.types import Id, UtcDateTime

AT_ONCE: Final = 500
WRITTEN: Final[dict[type, Callable[[Any], Any]]] = {
    bytes: lambda value: base64.b64encode(value).decode(),
    UUID: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
}
READ: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (LargeBinary, base64.b64decode),
    (Id, UUID),
    (UtcDateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (Time, time.fromisoformat),
)


def tables() -> list[Table]:
    """Return every table, those that are pointed at before those that point."""
    return Base.metadata.sorted_tables


def dumped(connection: Connection, table: Table, *where: ColumnElement[bool]) -> Iterator[bytes]:
    """Yield the rows of a table, in the order in which they can be put back."""
    columns = [table.c[name] for name in sorted(table.c.keys())]
    wanted = select(*columns).where(*where)
    found = connection.execute(wanted, execution_options={"yield_per": AT_ONCE})
    for row in _in_order(table, found):
        values = [_written(column, value) for column, value in zip(columns, row, strict=True)]
        yield json.dumps([table.name, *values], ensure_ascii=False).encode()


def put_back(connection: Connection, lines: Iterable[list[Any]]) -> None:
    """Insert rows of one table."""
    batch: list[dict[str, Any]] = []
    table: Table | None = None
    for name, *values in lines:
        table = Base.metadata.tables[name]
        columns = [table.c[each] for each in sorted(table.c.keys())]
        batch.append({c.name: read(c, value) for c, value in zip(columns, values, strict=True)})
        if len(batch) == AT_ONCE:
            connection.execute(insert(table), batch)
            batch = []
    if batch and table is not None:
        connection.execute(insert(table), batch)


def count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def go_on_counting(connection: Connection) -> None:
    """Let PostgreSQL give the next row a number after those that were put back."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables():
        for column in table.primary_key:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:name, :column)"),
                {"name": table.name, "column": column.name},
            )
            if sequence:
                last = connection.scalar(select(func.max(column)))
                connection.execute(
                    text("SELECT setval(:sequence, :last, true)"),
                    {"sequence": sequence, "last": last or 1},
                )


def _in_order(table: Table, rows: Iterable[Any]) -> Iterable[Any]:
    """Put rows that point at rows of their own table behind those."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    if not own:
        return rows
    names = sorted(table.c.keys())
    id, pointer = names.index("id"), names.index(own[0].name)
    found = {row[id]: row for row in rows}
    ordered: dict[Any, Any] = {}

    def visit(row: Any) -> None:
        if row[pointer] in found and row[pointer] not in ordered:
            visit(found[row[pointer]])
        ordered.setdefault(row[id], row)

    for row in found.values():
        visit(row)
    return ordered.values()


def _written(column: Column[Any], value: Any) -> Any:
    if value is None or isinstance(column.type, JSON):
        return value
    return WRITTEN.get(type(value), lambda same: same)(value)


def read(column: Column[Any], value: Any) -> Any:
    """Return a value as the column takes it, from what JSON says."""
    if value is None:
        return null() if isinstance(column.type, JSON) else None
    if isinstance(column.type, JSON):
        return value
    reads = next((read for kind, read in READ if isinstance(column.type, kind)), None)
    return reads(value) if reads else value
