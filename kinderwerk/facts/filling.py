"""Writing many rows at once, whose columns are numbers of things that have names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final

import numpy as np
from sqlalchemy import JSON, Column, String, Table, text
from sqlalchemy.orm import Session

from kinderwerk.facts.rolling import Numbers
from kinderwerk.storage.types import Id

#: As SQLite wants it: so many KiB, below zero.
CACHE: Final = -100_000
#: Rows of a statement, and statements of a call.
AT_ONCE: Final = 50
BATCHES: Final = 200
#: Stands in no name and no JSON.
LINE: Final = "\n"


@dataclass(frozen=True, slots=True)
class Named:
    """A column of a few different things: their names, and which of them stands in which row."""

    names: Sequence[Any]
    which: Numbers


Filled = Named | Numbers | list[str]
Rows = Mapping[str, Filled]


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


def fill(session: Session, table: Table, rows: Rows) -> None:
    """Write rows, given column by column: what is not `Named` stands there as it is."""
    if _server(session):
        _on_server(session, table, rows)
    else:
        _embedded(session, table, rows)


def _server(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _embedded(session: Session, table: Table, rows: Rows) -> None:
    """Write many rows with each statement: beginning one takes as long as writing a row."""
    columns = [_spelt(table.c[name], column) for name, column in rows.items()]
    told = zip(*columns, strict=True)
    while some := list(islice(told, AT_ONCE * BATCHES)):
        whole = len(some) - len(some) % AT_ONCE
        _insert(session, table, list(rows), some[:whole], AT_ONCE)
        _insert(session, table, list(rows), some[whole:], 1)


def _insert(
    session: Session, table: Table, names: list[str], rows: list[tuple[Any, ...]], together: int
) -> None:
    row = f"({', '.join('?' * len(names))})"
    statement = (
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES {', '.join([row] * together)}"  # noqa: S608
    )
    found = [
        tuple(chain.from_iterable(rows[at : at + together])) for at in range(0, len(rows), together)
    ]
    if found:
        session.connection().exec_driver_sql(statement, found)


def _spelt(column: Column[Any], rows: Filled) -> Iterable[Any]:
    if not isinstance(rows, Named):
        return rows.tolist() if isinstance(rows, np.ndarray) else rows
    names = [one.bytes for one in rows.names] if isinstance(column.type, Id) else list(rows.names)
    return map(names.__getitem__, rows.which.tolist())


def _on_server(session: Session, table: Table, rows: Rows) -> None:
    """Send every name once and the rest as numbers, each column as one text."""
    given: dict[str, Any] = {}
    shown, sent = [], []
    for name, column in rows.items():
        kind = _kind(table.c[name])
        if isinstance(column, Named):
            given[f"names_{name}"] = list(column.names)
            given[name] = _array(column.which + 1)
            shown.append(f"(CAST(:names_{name} AS {kind}[]))[told.{name}]")
            sent.append(f"CAST(:{name} AS int[])")
        elif isinstance(column, np.ndarray):
            given[name] = _array(column)
            shown.append(f"told.{name}")
            sent.append(f"CAST(:{name} AS int[])")
        else:
            given[name] = LINE.join(column)
            shown.append(f"CAST(told.{name} AS {kind})")
            sent.append(f"string_to_array(:{name}, chr({ord(LINE)}))")
    names = ", ".join(rows)
    statement = (
        f"INSERT INTO {table.name} ({names}) SELECT {', '.join(shown)}"  # noqa: S608
        f" FROM unnest({', '.join(sent)}) AS told({names})"
    )
    session.execute(text(statement), given)


def _array(numbers: Numbers) -> str:
    return "{" + ",".join(map(str, numbers.tolist())) + "}"


def _kind(column: Column[Any]) -> str:
    if isinstance(column.type, Id):
        return "uuid"
    if isinstance(column.type, JSON):
        return "json"
    return "text" if isinstance(column.type, String) else "int"
