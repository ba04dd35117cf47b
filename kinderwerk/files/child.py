"""The child's side: puts limits on itself, then reads what somebody sent. Run by its path.

Nothing that reads files, and nothing of ours, is imported before the limits hold; so this needs
nothing but the standard library.
"""

import errno
import importlib
import json
import os
import resource
import sys
from typing import Any

FILES = 32
#: How it ends where its answer has no room on the disk.
NO_ROOM = 75


def hold(memory: int, seconds: int, answer: int) -> None:
    """Limit this process: bytes of memory, seconds of computing, bytes written; no children."""
    limits = [
        (resource.RLIMIT_CORE, 0),  # a crash leaves no picture on the disk
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, answer),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_NPROC, 0),
    ]
    if sys.platform != "darwin":  # which holds no process to it
        limits.append((resource.RLIMIT_AS, memory))
    for what, wanted in limits:
        most = resource.getrlimit(what)[1]
        least = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(what, (least, least))


def unpacked(message: bytes) -> tuple[Any, list[bytes]]:
    """Take apart a line of JSON and the pieces of bytes behind it."""
    head, _, rest = message.partition(b"\n")
    told, sizes = json.loads(head)
    if sum(sizes) != len(rest):
        raise ValueError("the pieces are not as long as it says")
    pieces = []
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    return told, pieces


def packed(told: object, pieces: list[bytes]) -> bytes:
    head = json.dumps([told, [len(piece) for piece in pieces]], allow_nan=False)
    return b"".join([head.encode(), b"\n", *pieces])


def main(root: str, reader: str, *limits: str) -> None:
    hold(*map(int, limits))
    sys.path.insert(0, root)
    try:
        told, pieces = importlib.import_module(reader).answer(*unpacked(sys.stdin.buffer.read()))
        said = packed(told, pieces)
    except Exception as error:
        raise SystemExit(f"{type(error).__name__}") from None
    say(said)


def say(said: bytes) -> None:
    try:
        sys.stdout.buffer.write(said)
        sys.stdout.buffer.flush()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            os._exit(NO_ROOM)  # at its end Python would try to write once more, and say otherwise
        raise


if __name__ == "__main__":
    main(*sys.argv[1:])
