"""How `kinderwerk run` takes in what is sent: waitress, which would hang up where a disk is full.

What has nowhere to lie, or is larger than any form takes, is read to its end and let go. Who reads
it then hears so, and the page that says what is going on reaches whoever sent it.
"""

from contextlib import suppress
from typing import Any, Final, NoReturn

from typing_extensions import override
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from kinderwerk.core.errors import NoRoom

#: More than any form takes: what is larger is refused by its length, unread.
MOST: Final = 32 * 1024 * 1024


class LetGo:
    """Stands for what could not be kept."""

    def read(self, size: int = -1) -> NoReturn:
        raise NoRoom

    def close(self) -> None:
        pass


class Kept(OverflowableBuffer):  # type: ignore[misc]
    """What was sent: in memory while it is small, then in a file, as long as that takes it."""

    def __init__(self, overflow: int) -> None:
        super().__init__(overflow)
        self._length = 0
        self._lost = False

    @override
    def __len__(self) -> int:
        return self._length

    @override
    def append(self, s: bytes) -> None:
        self._length += len(s)
        if self._lost:
            return
        try:
            super().append(s)
        except OSError:
            self._let_go()
        if self._length > MOST:
            self._let_go()

    def _let_go(self) -> None:
        self._lost = True
        self.close()
        self.buf, self.strbuf = None, b""

    @override
    def getfile(self) -> Any:
        return LetGo() if self._lost else super().getfile()

    @override
    def close(self) -> None:
        with suppress(OSError):  # what waits in memory still has no room
            super().close()


class Parser(HTTPRequestParser):  # type: ignore[misc]
    @override
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body_rcv.buf = Kept(self.adj.inbuf_overflow)


def prepare() -> None:
    """Let every line that waitress opens from now on be taken in like this."""
    HTTPChannel.parser_class = Parser
