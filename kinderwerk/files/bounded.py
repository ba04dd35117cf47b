"""Reading what somebody sent in a process of its own, which can do little and is ended in time.

A decoder that is tricked into computing for ever, taking all memory or running foreign code does so
in a child without secrets in its environment, without children of its own, and with limits that
the kernel holds it to.
"""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kinderwerk import paths
from kinderwerk.core.errors import NoRoom, Refusal
from kinderwerk.core.words import N_
from kinderwerk.files import child
from kinderwerk.files.scanner import scanner

log: Final = logging.getLogger("kinderwerk.files")
#: How many files one process of the web has read at a time, and how long others wait for that.
AT_ONCE: Final = 2
PATIENCE: Final = 15.0
#: All that the child knows of where it runs; one thread, for it may make no more.
ENVIRONMENT: Final = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_turns: Final = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a child may use: bytes of memory and of answer, seconds of computing and in all."""

    memory: int
    computing: int
    seconds: float
    answer: int


class Unanswered(Exception):
    """The child ended without an answer: by a limit, or because it met what it cannot read."""


class Busy(Refusal):
    message = N_("Many people are sending files right now. Try again in a minute.")


def ask(
    reader: str, told: object, pieces: Sequence[bytes], bounds: Bounds
) -> tuple[Any, list[bytes]]:
    """Let the module `reader` answer, within bounds; what it gives back is plain data and bytes.

    A virus scanner looks first at what was sent, where there is one.
    """
    scanner.look(pieces)
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        with tempfile.TemporaryFile() as answer:
            _run(reader, child.packed(told, list(pieces)), answer.fileno(), bounds)
            answer.seek(0)
            return child.unpacked(answer.read(bounds.answer))
    except Unanswered as unanswered:
        log.warning("%s gave no answer: %s", reader, unanswered)
        raise
    except (ValueError, TypeError) as error:
        log.warning("%s gave an answer that is none: %s", reader, type(error).__name__)
        raise Unanswered from None
    finally:
        _turns.release()


def _run(reader: str, sent: bytes, answer: int, bounds: Bounds) -> None:
    limits = (bounds.memory, bounds.computing, bounds.answer)
    process = subprocess.Popen(  # noqa: S603 - the same words each time, and no shell
        [sys.executable, "-I", "-B", str(Path(child.__file__)), str(paths.PACKAGE.parent), reader,
         *map(str, limits)],
        stdin=subprocess.PIPE, stdout=answer, stderr=subprocess.DEVNULL, env=ENVIRONMENT, cwd="/",
        start_new_session=True,
    )  # fmt: skip
    try:
        process.communicate(sent, timeout=bounds.seconds)
    except subprocess.TimeoutExpired:
        raise Unanswered("out of time") from None
    finally:
        with process:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode == child.NO_ROOM:
        raise NoRoom
    if process.returncode:
        raise Unanswered(f"ended with {process.returncode}")
