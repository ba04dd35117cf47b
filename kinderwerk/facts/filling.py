"""Writing many rows at once, whose columns are numbers of things that have names."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import JSON, Column, String, Table, text
from sqlalchemy.orm import Session

from kinderwerk.facts.rolling import Numbers
from kinderwerk.storage.types import Id

#: As SQLite wants it: so many KiB, below zero.
CACHE: Final = -100_000


@dataclass(frozen=True, slots=True)
class Named:
    """A column of a few different things: their names, and which of them stands in which row."""

    names: Sequence[Any]
    which: Numbers


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """Let SQLite take rows unchecked and keep many pages at hand.

    For each row it would list anew all measures that there are, which takes longer than writing.
    """
    if _server(session):
        yield
        return
    told = session.connection().exec_driver_sql
    before = told("PRAGMA cache_size").scalar_one()
    try:
        told("PRAGMA ignore_check_constraints = ON")
        told(f"PRAGMA cache_size = {CACHE}")
        yield
    finally:
        told("PRAGMA ignore_check_constraints = OFF")
        told(f"PRAGMA cache_size = {before}")


def fill(session: Session, table: Table, rows: dict[str, Named | list[Any]]) -> None:
    """Write rows, given column by column: what is not `Named` stands there as it is."""
    if _server(session):
        _on_server(session, table, rows)
    else:
        _embedded(session, table, rows)


def _server(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _embedded(session: Session, table: Table, rows: dict[str, Named | list[Any]]) -> None:
    marks = ", ".join("?" for _ in rows)
    statement = f"INSERT INTO {table.name} ({', '.join(rows)}) VALUES ({marks})"  # noqa: S608
    columns = (_spelt(table.c[name], column) for name, column in rows.items())
    found = list(zip(*columns, strict=True))
    if found:
        session.connection().exec_driver_sql(statement, found)


def _spelt(column: Column[Any], rows: Named | list[Any]) -> Iterable[Any]:
    if isinstance(rows, list):
        return rows
    names = [one.bytes for one in rows.names] if isinstance(column.type, Id) else list(rows.names)
    return map(names.__getitem__, rows.which.tolist())


def _on_server(session: Session, table: Table, rows: dict[str, Named | list[Any]]) -> None:
    """Send every name once, and the rest as numbers."""
    given: dict[str, Any] = {}
    shown, sent = [], []
    for name, column in rows.items():
        kind = _kind(table.c[name])
        if isinstance(column, Named):
            given[f"names_{name}"] = list(column.names)
            given[name] = [one + 1 for one in column.which.tolist()]
            shown.append(f"(CAST(:names_{name} AS {kind}[]))[told.{name}]")
            sent.append(f"CAST(:{name} AS int[])")
        else:
            given[name] = column
            shown.append(f"told.{name}")
            sent.append(f"CAST(:{name} AS {kind}[])")
    names = ", ".join(rows)
    statement = (
        f"INSERT INTO {table.name} ({names}) SELECT {', '.join(shown)}"  # noqa: S608
        f" FROM unnest({', '.join(sent)}) AS told({names})"
    )
    session.execute(text(statement), given)


def _kind(column: Column[Any]) -> str:
    if isinstance(column.type, Id):
        return "uuid"
    if isinstance(column.type, JSON):
        return "json"
    return "text" if isinstance(column.type, String) else "int"
