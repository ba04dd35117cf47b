"""Asking a virus scanner about what somebody sent, where the installation has one (clamd).

It is asked over a socket of this machine, so that no file leaves it. Where it is set up and does
not answer, nothing is let in: a file that nobody looked at is not a clean one.
"""

import socket
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

TIMEOUT: Final = 15.0
CHUNK: Final = 64 * 1024
LONGEST: Final = 4096
CLEAN: Final = b"stream: OK"


class Infected(Refusal):
    message = N_("The virus scanner stops this file. It was not kept. Tell your administrator.")


class Unscanned(Refusal):
    message = N_("This file cannot be checked for viruses right now. Try again later.")


class Scanner:
    """Knows by which socket it is asked; by none, nothing is asked."""

    def __init__(self) -> None:
        self.socket: Path | None = None

    def load(self, where: Path | None) -> None:
        self.socket = where

    def look(self, pieces: Iterable[bytes]) -> None:
        """Refuse what is known to do harm, and what could not be looked at."""
        if self.socket is None:
            return
        for piece in filter(None, pieces):
            said = self._asked(b"zINSTREAM\0", piece)
            if said.endswith(b" FOUND"):
                raise Infected
            if said != CLEAN:
                raise Unscanned

    def is_there(self) -> bool:
        try:
            return self._asked(b"zPING\0") == b"PONG"
        except Unscanned:
            return False

    def _asked(self, question: bytes, content: bytes | None = None) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(TIMEOUT)
                line.connect(str(self.socket))
                line.sendall(question)
                if content is not None:
                    for start in range(0, len(content), CHUNK):
                        part = content[start : start + CHUNK]
                        line.sendall(struct.pack(">I", len(part)) + part)
                    line.sendall(struct.pack(">I", 0))
                return _answer(line)
        except OSError:
            raise Unscanned from None


def _answer(line: socket.socket) -> bytes:
    said = b""
    while b"\0" not in said and len(said) < LONGEST:
        more = line.recv(LONGEST)
        if not more:
            break
        said += more
    return said.partition(b"\0")[0].strip()


scanner: Final = Scanner()
