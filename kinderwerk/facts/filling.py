"""Writing many rows at once, whose columns are numbers of things that have names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any, Final
from typing import cast as typed
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, String, Table, text
from sqlalchemy.orm import Session

from kinderwerk.facts.packing import BYTES
from kinderwerk.facts.rolling import Numbers
from kinderwerk.storage.types import Id

#: As SQLite wants it: so many KiB, below zero.
CACHE: Final = -100_000
#: Rows of a statement, and statements of a call.
AT_ONCE: Final = 50
BATCHES: Final = 200


@dataclass(frozen=True)
class Named:
    """A column of a few different things: their names, and which of them stands in which row.

    An id is a UUID or its sixteen bytes.
    """

    names: Sequence[Any]
    which: Numbers

    @cached_property
    def written(self) -> NDArray[np.uint8]:
        """Return the bytes of the ids, row by row."""
        spelt = np.frombuffer(b"".join(map(_bytes, self.names)), np.uint8)
        return spelt.reshape(-1, BYTES)[self.which]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A column of bytes: of each row those from here to there."""

    written: bytes
    begins: Numbers
    ends: Numbers

    @property
    def long(self) -> Numbers:
        return self.ends - self.begins

    def of(self, which: Numbers) -> "Pieces":
        """Return some of them, and no other bytes."""
        few = Pieces(self.written, self.begins[which], self.ends[which])
        ends = np.cumsum(few.long)
        return Pieces(b"".join(few.cut()), ends - few.long, ends)

    def cut(self, here: slice = slice(None)) -> Iterator[bytes]:
        parts = map(slice, self.begins[here].tolist(), self.ends[here].tolist())
        return map(self.written.__getitem__, parts)


Filled = Named | Numbers | Pieces
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


def chosen(rows: Rows, which: Numbers) -> Rows:
    """Return some of the rows."""
    return {name: _chosen(column, which) for name, column in rows.items()}


def _chosen(column: Filled, which: Numbers) -> Filled:
    if isinstance(column, Named):
        return Named(column.names, column.which[which])
    if isinstance(column, Pieces):
        return column.of(which)
    return column[which]


def fill(session: Session, table: Table, rows: Rows) -> None:
    """Write rows, given column by column: numbers stand there as they are."""
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
    if isinstance(rows, np.ndarray):
        return typed(Iterable[Any], rows.tolist())
    if isinstance(rows, Pieces):
        return rows.cut()
    names = list(map(_bytes, rows.names)) if isinstance(column.type, Id) else list(rows.names)
    return map(names.__getitem__, rows.which.tolist())


def _bytes(id_: UUID | bytes) -> bytes:
    return id_.bytes if isinstance(id_, UUID) else id_


def _on_server(session: Session, table: Table, rows: Rows) -> None:
    """Send every name once and the rest as numbers, each column as one text."""
    given: dict[str, Any] = {}
    shown: list[str] = []
    sent: dict[str, Numbers] = {}
    for name, column in rows.items():
        if isinstance(column, Named):
            kind, names = _spelt_out(table.c[name], column.names)
            given[f"names_{name}"] = names
            shown.append(f"(CAST(:names_{name} AS {kind}[]))[told.{name}]")
            sent[name] = column.which + 1
        elif isinstance(column, Pieces):
            given[f"all_{name}"] = column.written
            shown.append(f"substring(:all_{name} FROM told.{name} FOR told.{name}_long)")
            sent[name] = column.begins + 1
            sent[f"{name}_long"] = column.long
        else:
            shown.append(f"told.{name}")
            sent[name] = column
    statement = (
        f"INSERT INTO {table.name} ({', '.join(rows)}) SELECT {', '.join(shown)}"  # noqa: S608
        f" FROM unnest({', '.join(f'CAST(:{name} AS int[])' for name in sent)})"
        f" AS told({', '.join(sent)})"
    )
    session.execute(text(statement), given | {name: _array(one) for name, one in sent.items()})


def _spelt_out(column: Column[Any], names: Sequence[Any]) -> tuple[str, list[Any]]:
    if isinstance(column.type, Id):
        return "uuid", [_bytes(one).hex() for one in names]
    return "text" if isinstance(column.type, String) else "int", list(names)


def _array(numbers: Numbers) -> str:
    return "{" + ",".join(map(str, numbers.tolist())) + "}"
