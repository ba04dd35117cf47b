"""Handing over the ids of thousands of rows in a few pieces: making an object of each takes longer.

Ids stand one after the other in a string of bytes: those of the first row, then the next.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache, reduce
from typing import Any, Final
from typing import cast as typed
from uuid import UUID

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
#: Of a number that stands behind an id: what it counts is never more than a few hundred.
SMALL: Final = 2


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
    return joined(session, row, where)


def joined(
    session: Session, column: ColumnElement[bytes], where: ColumnElement[bool] | None = None
) -> ColumnElement[bytes]:
    """Return the bytes of all rows of a group, one after the other."""
    every = _joined(session)(column, literal_column("''"))
    return cast(every if where is None else every.filter(where), LargeBinary)


def digest(session: Session, column: ColumnElement[bytes]) -> ColumnElement[Any]:
    """Return a digest in hexadecimal digits; SQLite makes none and hands over the bytes."""
    return func.encode(func.sha256(column), "hex") if _server(session) else column


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
    """Sort by the second half, which nearly always says which one it is, and then the few."""
    order = np.argsort(ids[:, 1])
    first, another = _first(ids[order])
    if (another != (np.diff(ids[order, 1]) != 0)).any():
        order = np.lexsort((ids[:, 0], ids[:, 1]))
        first, _ = _first(ids[order])
    few = ids[order][first]
    rank = np.lexsort((few[:, 1], few[:, 0]))
    place = np.empty(len(few), np.int64)
    place[rank] = np.arange(len(few))
    which = np.empty(len(ids), np.int64)
    which[order] = place[np.cumsum(first) - 1]
    (known,) = unpacked(few[rank].astype(">u8").tobytes(), 1)
    return known, which


def _first(ids: Any) -> tuple[Any, Any]:
    """Return where another one begins, and that without the very first."""
    another = (ids[1:] != ids[:-1]).any(axis=1)
    return np.concatenate(([True], another))[: len(ids)], another


def told(numbers: Mapping[UUID, int]) -> bytes:
    """Return ids, sorted, each with its number behind it."""
    return b"".join(one.bytes + n.to_bytes(SMALL, "big") for one, n in sorted(numbers.items()))


def all_told(ids: list[UUID], which: Numbers, n: Numbers) -> bytes:
    """Return the same for many rows, one after the other."""
    if n.max(initial=0) >> 8 * SMALL:
        raise OverflowError(n.max())
    written = np.empty((len(which), BYTES + SMALL), np.uint8)
    spelt = np.frombuffer(b"".join(one.bytes for one in ids), np.uint8).reshape(-1, BYTES)
    written[:, :BYTES] = spelt[which]
    written[:, BYTES:] = n.astype(">u2").view(np.uint8).reshape(-1, SMALL)
    return written.tobytes()


def read(written: bytes) -> Iterator[tuple[UUID, int]]:
    for at in range(0, len(written), BYTES + SMALL):
        end = at + BYTES
        yield _id(written[at:end]), int.from_bytes(written[end : end + SMALL], "big")


@lru_cache(maxsize=1_000)
def _id(written: bytes) -> UUID:
    return UUID(bytes=written)


def _joined(session: Session) -> Any:
    return func.string_agg if _server(session) else func.group_concat


def _server(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
