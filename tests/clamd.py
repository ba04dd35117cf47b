"""A stand-in for a virus scanner: it speaks as clamd does, and knows one word that does harm."""

import struct
import threading
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from typing import Any, Self

HARMFUL = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class Answers(StreamRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        question = b""
        while not question.endswith(b"\0"):
            question += self.rfile.read(1)
        if question == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        server.seen.append(content)
        said = b"stream: Eicar-Signature FOUND" if HARMFUL in content else b"stream: OK"
        self.wfile.write((server.instead or said) + b"\0")


class Clamd:
    """Stands at a socket while the block lasts; `instead` is said whatever comes."""

    def __init__(self, socket: Path, instead: bytes = b"") -> None:
        self.socket = socket
        self._server: Any = ThreadingUnixStreamServer(str(socket), Answers)
        self._server.seen, self._server.instead = [], instead

    @property
    def seen(self) -> list[bytes]:
        return self._server.seen  # type: ignore[no-any-return]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.socket.unlink(missing_ok=True)
