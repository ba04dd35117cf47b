"""A fair queue in front of SQLite's single write lock.

SQLite's own waiting is a sleep of growing length, so that under a rush the last to come is as
likely to be next as the first. A thread lock inside the process and one file lock over all
processes make everybody wait in turn, which is what makes synchronous=FULL affordable.
"""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final


class Turnstile:
    """Lets threads through one at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._busy = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
            waits, self._busy = self._busy, True
            if waits:
                self._waiting.append(mine)
        if waits:
            mine.acquire()
        try:
            yield
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._busy = False


_turnstiles: Final[dict[Path, Turnstile]] = {}
_making: Final = threading.Lock()


@contextmanager
def turn(database: Path) -> Iterator[None]:
    """Hold the right to write to that database file, over all threads and processes here."""
    with _making:
        turnstile = _turnstiles.setdefault(database, Turnstile())
    with turnstile.turn():
        file = os.open(database.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)
