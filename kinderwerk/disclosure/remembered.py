"""Protecting the same counts once: pages that are asked for often need not decide anew.

What is kept is found by a digest of everything that the decision was made from, exact counts
included. So it cannot be stale, and who has other counts, or is somebody else, finds nothing. It
may be lost at any time, and each process has its own: then it is decided again, in the same way.
"""

from collections import OrderedDict
from collections.abc import Iterable
from hashlib import sha256
from threading import Lock
from typing import Final

from kinderwerk.disclosure.protection import Protected, protect
from kinderwerk.disclosure.tables import Place, Shown, Table

#: A table of 400 neighbourhoods takes some 80 KiB.
MOST: Final = 200


class Remembered:
    """What may be told of the tables that were asked for last."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, Protected] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def protect(self, whose: str, tables: Iterable[Table]) -> Protected:
        """Protect tables that have no relation to each other."""
        shown: dict[Place, Shown] = {}
        unproven: set[Place] = set()
        for table in tables:
            part = self._protected(whose, table)
            shown.update(part.shown)
            unproven |= part.unproven
        return Protected(shown, frozenset(unproven))

    def _protected(self, whose: str, table: Table) -> Protected:
        key = _digest(whose, table)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = protect([table])
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


def _digest(whose: str, table: Table) -> bytes:
    if table.within:
        raise ValueError("what lies within another table is protected together with it")
    told = (
        whose, table.name, table.kind.name, table.axes, sorted(table.counts.items()),
        sorted(table.unpublished), sorted(table.absent),
    )  # fmt: skip
    return sha256(repr(told).encode()).digest()
