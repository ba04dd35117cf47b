"""What is sent in one piece or in chunks is read to its end, also where it has nowhere to lie."""

import errno
import tempfile
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Final, NoReturn

import pytest
from typing_extensions import override
from waitress.adjustments import Adjustments

from kinderwerk.core.errors import NoRoom
from kinderwerk.operation import taking
from kinderwerk.operation.taking import Parser

PIECE: Final = b"x" * 65_536
Sent = Callable[[int], Iterable[bytes]]


class FullFile(BytesIO):
    @override
    def write(self, piece: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "no space")


def whole(pieces: int) -> Iterable[bytes]:
    yield b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (pieces * len(PIECE))
    yield from [PIECE] * pieces


def chunked(pieces: int) -> Iterable[bytes]:
    yield b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield from [b"%x\r\n%b\r\n" % (len(PIECE), PIECE)] * pieces
    yield b"0\r\n\r\n"


def taken(sent: Iterable[bytes]) -> Parser:
    parser = Parser(Adjustments())
    for piece in sent:
        rest = piece
        while rest and not parser.completed:
            rest = rest[parser.received(rest) :]
    assert parser.completed
    assert parser.error is None
    return parser


@pytest.mark.parametrize("sent", [whole, chunked])
@pytest.mark.parametrize("pieces", [1, 32])
def test_what_has_room_is_kept_byte_by_byte(sent: Sent, pieces: int) -> None:
    parser = taken(sent(pieces))
    assert parser.get_body_stream().read() == PIECE * pieces
    assert int(parser.headers.get("CONTENT_LENGTH", 0)) == pieces * len(PIECE)
    parser.close()


@pytest.mark.parametrize("sent", [whole, chunked])
def test_what_has_no_room_is_read_to_its_end_and_let_go(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda mode: FullFile())
    parser = taken(sent(32))
    assert int(parser.headers["CONTENT_LENGTH"]) == 32 * len(PIECE)
    with pytest.raises(NoRoom):
        parser.get_body_stream().read()
    parser.close()


@pytest.mark.parametrize("sent", [whole, chunked])
def test_more_than_any_form_takes_is_let_go(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "MOST", 20 * len(PIECE))
    parser = taken(sent(21))
    with pytest.raises(NoRoom):
        parser.get_body_stream().read()
    parser.close()
