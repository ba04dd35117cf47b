"""What a child can be asked to do in tests of its bounds: `told` says what."""

import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

LIMITS = {
    name: getattr(resource, f"RLIMIT_{name}")
    for name in ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE")
}


def answer(told: Any, pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    return DEEDS[told](pieces)


def about_itself(pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    return {
        "environment": dict(os.environ),
        "limits": {name: resource.getrlimit(what) for name, what in LIMITS.items()},
        "open": sorted(int(one.name) for one in Path("/proc/self/fd").iterdir() if one.exists()),
        "isolated": sys.flags.isolated,
        "where": os.getcwd(),
        "leads": os.getpgrp() == os.getpid(),
    }, pieces


def wait(pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    while True:
        time.sleep(60)


def compute(pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    while True:
        pass


def allocate(pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    return len(bytearray(4 << 30)), pieces


def chatter(pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    return None, [b"x" * (2 << 20)]


def lie(pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    sys.stdout.write("[[], [7]]\nnot seven bytes long")
    sys.stdout.flush()
    os._exit(0)


def clock(pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    began = time.monotonic()
    time.sleep(0.1)
    return [began, time.monotonic()], []


DEEDS = {
    each.__name__: each for each in (about_itself, wait, compute, allocate, chatter, lie, clock)
}
