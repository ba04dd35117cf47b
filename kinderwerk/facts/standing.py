"""Writing only what differs: nearly all that is counted anew stands there already."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Any, cast

import numpy as np
from sqlalchemy import LargeBinary, Table, bindparam, delete, func, select
from sqlalchemy.orm import Session

from kinderwerk.facts import packing
from kinderwerk.facts.filling import Named, Pieces, Rows, chosen, fill
from kinderwerk.facts.rolling import packed, runs
from kinderwerk.storage.types import Id

Group = tuple[Any, ...]
#: Of the rows of a group, in the order of the key: digests of their bytes, and their numbers.
Told = tuple[str, ...]


class Standing:
    """What stands in a table, in groups of rows that are alike in the first columns of its key."""

    def __init__(self, session: Session, table: Table, by: Sequence[str]) -> None:
        self.session, self.table, self.by = session, table, by
        beside = [column for column in table.c if column.name not in by]
        self.ids = [column.name for column in beside if isinstance(column.type, Id)]
        self.others = [column.name for column in beside if column.name not in self.ids]
        self.left = dict(self._stored())

    def settle(self, rows: Rows) -> None:
        """Let these be the rows of their groups; they come in the order of the table's key."""
        differ, gone = list[Any](), list[Group]()
        for group, here in self._groups(rows):
            stood = self.left.pop(group, None)
            if stood != self._told(rows, here):
                differ.append(np.arange(here.start, here.stop))
                gone += [group] if stood else []
        self._forget(gone)
        if differ:
            fill(self.session, self.table, chosen(rows, np.concatenate(differ)))

    def clear(self) -> None:
        """Forget the groups of which nothing was told."""
        self._forget(list(self.left))
        self.left = {}

    def _stored(self) -> Iterator[tuple[Group, Told]]:
        rows = select(self.table).order_by(*self.table.primary_key).subquery().c
        key = [rows[name] for name in self.by]
        told = list(self._asked(rows))
        for found in self.session.execute(select(*key, *told).group_by(*key)):
            yield tuple(found[: len(key)]), tuple(map(_digest, found[len(key) :]))

    def _asked(self, rows: Any) -> Iterator[Any]:
        session = self.session
        yield packing.digest(session, packing.packed(session, *(rows[name] for name in self.ids)))
        for column in (rows[name] for name in self.others):
            if isinstance(column.type, LargeBinary):
                yield packing.digest(session, packing.joined(session, column))
                yield packing.listed(session, func.length(column))
            else:
                yield packing.listed(session, column)

    def _groups(self, rows: Rows) -> Iterator[tuple[Group, slice]]:
        """Yield each group that these rows make, and where they stand."""
        columns = [cast(Named, rows[name]) for name in self.by]
        which = [one.which for one in columns]
        begins = runs(packed(which, [len(one.names) for one in columns[1:]]))
        for begin, end in pairwise([*begins, len(which[0])]):
            yield tuple(one.names[one.which[begin]] for one in columns), slice(begin, end)

    def _told(self, rows: Rows, here: slice) -> Told:
        ids = [cast(Named, rows[name]).written[here] for name in self.ids]
        told = [_digest(np.hstack(ids).tobytes())]
        for column in (rows[name] for name in self.others):
            if isinstance(column, Pieces):
                told += [_digest(b"".join(column.cut(here))), _listed(column.long[here])]
            else:
                told.append(_listed(cast(Any, column)[here]))
        return tuple(told)

    def _forget(self, groups: Sequence[Group]) -> None:
        if groups:
            names = [f"old_{name}" for name in self.by]
            theirs = [self.table.c[name] == bindparam(f"old_{name}") for name in self.by]
            each = [dict(zip(names, group, strict=True)) for group in groups]
            self.session.execute(delete(self.table).where(*theirs), each)


def _digest(told: bytes | str) -> str:
    """Digest what SQLite hands over; a server has done so."""
    return told if isinstance(told, str) else sha256(told).hexdigest()


def _listed(numbers: Any) -> str:
    return ",".join(map(str, numbers.tolist()))
