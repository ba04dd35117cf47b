"""A fair queue in front of SQLite's single write lock.

SQLite's own waiting is a sleep of growing length, so that under a rush the last to come is as
likely to be next as the first. A thread lock inside the process and one file lock over all
processes make everybody wait in turn, which is what makes synchronous=FULL affordable.

Nobody waits for ever: a process that was stopped in its turn, by a debugger for instance, keeps the
file. Whoever waited as long as SQLite itself would have is told that it takes too long.
"""

import errno
import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: Seconds; as `busy_timeout` of SQLite.
PATIENCE: Final = 30.0


class TooLong(TimeoutError):
    """Somebody else's turn took longer than anybody is to wait."""

    def __init__(self) -> None:
        super().__init__(errno.ETIMEDOUT, "the turn of another writer does not end")


class Turnstile:
    """Lets threads through one at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._busy = False

    @contextmanager
    def turn(self, until: float) -> Iterator[None]:
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
            waits, self._busy = self._busy, True
            if waits:
                self._waiting.append(mine)
        if waits and not mine.acquire(timeout=max(until - time.monotonic(), 0)):
            self._give_up(mine)
        try:
            yield
        finally:
            self._next()

    def _next(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False

    def _give_up(self, mine: threading.Lock) -> None:
        with self._guard:
            called = mine not in self._waiting
            if not called:
                self._waiting.remove(mine)
        if called:
            self._next()
        raise TooLong


_turnstiles: Final[dict[Path, Turnstile]] = {}
_making: Final = threading.Lock()


@contextmanager
def turn(database: Path) -> Iterator[None]:
    """Hold the right to write to that database file, over all threads and processes here.

    Raises TooLong.
    """
    until = time.monotonic() + PATIENCE
    with _making:
        turnstile = _turnstiles.setdefault(database, Turnstile())
    with turnstile.turn(until):
        file = os.open(database.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        held = _locked(file)
        try:
            held.result(max(until - time.monotonic(), 0))
        except TimeoutError:
            raise TooLong from None
        else:
            yield
        finally:
            held.add_done_callback(lambda _: os.close(file))


def _locked(file: int) -> Future[None]:
    """Lock the file; who has to wait for it waits in a thread, since flock knows no time limit."""
    held: Future[None] = Future()

    def wait() -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
        held.set_result(None)

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.set_result(None)
    except BlockingIOError:
        threading.Thread(target=wait, daemon=True).start()
    return held
