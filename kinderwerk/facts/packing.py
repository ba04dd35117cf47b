"""Handing over the ids of thousands of rows in a few pieces: making an object of each takes longer.

Ids stand one after the other in a string of bytes: those of the first row, then the next.
"""

from functools import reduce
from typing import Any, Final
from typing import cast as typed

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    String,
    cast,
    func,
    literal_column,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

Numbers = NDArray[np.int64]
BYTES: Final = 16


def as_bytes(session: Session, column: Any) -> ColumnElement[bytes]:
    """Return an id as its sixteen bytes, which are read much faster than an object is made."""
    if _server(session):
        return func.uuid_send(column)
    return type_coerce(column, typed(Any, NullType()))


def packed(
    session: Session, *ids: Any, where: ColumnElement[bool] | None = None
) -> ColumnElement[bytes]:
    """Return the ids of all rows of a group, or of those that meet the condition."""
    row = reduce(_after, (as_bytes(session, one) for one in ids))
    every = _joined(session)(row, literal_column("''"))
    return cast(every if where is None else every.filter(where), LargeBinary)


def _after(before: ColumnElement[bytes], one: ColumnElement[bytes]) -> ColumnElement[bytes]:
    return before.op("||", return_type=LargeBinary())(one)


def listed(session: Session, column: Any) -> ColumnElement[str]:
    """Return the numbers of all rows of a group, with commas between."""
    joined: ColumnElement[str] = _joined(session)(cast(column, String), literal_column("','"))
    return joined


def unpacked(written: bytes, columns: int) -> list[list[bytes]]:
    """Return the ids by column."""
    step = BYTES * columns
    return [
        [written[at : at + BYTES] for at in range(begin, len(written), step)]
        for begin in range(0, step, BYTES)
    ]


def numbered(written: bytes, columns: int) -> list[tuple[list[bytes], Numbers]]:
    """Return of each column its different ids, sorted, and which of them stands in which row."""
    halves = np.frombuffer(written, ">u8").astype(np.uint64).reshape(-1, columns, 2)
    return [_numbered(halves[:, at]) for at in range(columns)]


def _numbered(ids: Any) -> tuple[list[bytes], Numbers]:
    order = np.lexsort((ids[:, 1], ids[:, 0]))
    sorted_ids = ids[order]
    another = (sorted_ids[1:] != sorted_ids[:-1]).any(axis=1)
    first = np.concatenate(([True], another))[: len(ids)]
    which = np.empty(len(ids), np.int64)
    which[order] = np.cumsum(first) - 1
    (known,) = unpacked(sorted_ids[first].astype(">u8").tobytes(), 1)
    return known, which


def _joined(session: Session) -> Any:
    return func.string_agg if _server(session) else func.group_concat


def _server(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
