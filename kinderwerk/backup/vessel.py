"""A locked file, written and read as a stream: a byte that flips or an end that lacks is noticed.

It is: `KWB1`, number of the key of the environment (2, big-endian), salt (16); then pieces, each
its length (4), whether it is the last (1), and ciphertext. The key comes from that of the
environment and the salt by HKDF; the number of a piece is its nonce, and the head and whether it
is the last are additional data, so pieces cannot be left out, swapped or added.
"""

import secrets
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC: Final = b"KWB1"
HEAD: Final = struct.Struct(">4sH16s")
PIECE: Final = struct.Struct(">I?")
LARGEST: Final = 1 << 24
FULL: Final = 1 << 18


class Unreadable(Exception):
    """The file is not a backup, is damaged, or was locked with a key that is not here."""


def write(file: BinaryIO, keys: Mapping[int, bytes], lines: Iterable[bytes]) -> None:
    """Write lines, compressed and locked with the newest key of the environment."""
    number = max(keys)
    head = HEAD.pack(MAGIC, number, secrets.token_bytes(16))
    lock = _lock(keys[number], head)
    file.write(head)
    squeeze, waiting, count = zlib.compressobj(), bytearray(), 0
    for line in lines:
        waiting += squeeze.compress(line + b"\n")
        if len(waiting) >= FULL:
            _put(file, lock, head, count, bytes(waiting), last=False)
            waiting, count = bytearray(), count + 1
    waiting += squeeze.flush()
    _put(file, lock, head, count, bytes(waiting), last=True)


def read(file: BinaryIO, keys: Mapping[int, bytes]) -> Iterator[bytes]:
    """Yield the lines again; whatever is wrong raises Unreadable, at the latest at the end."""
    head = file.read(HEAD.size)
    if len(head) != HEAD.size or not head.startswith(MAGIC):
        raise Unreadable("This is not a backup of Kinderwerk.")
    number = HEAD.unpack(head)[1]
    if number not in keys:
        raise Unreadable(f"It was locked with key {number}, which KINDERWERK_SEALING_KEYS lacks.")
    lock, expand, rest = _lock(keys[number], head), zlib.decompressobj(), b""
    for piece in _pieces(file, lock, head):
        *lines, rest = (rest + expand.decompress(piece)).split(b"\n")
        yield from lines
    if rest or not expand.eof:
        raise Unreadable("It ends in the middle.")


def _lock(key: bytes, head: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=head[-16:], info=b"kinderwerk backup").derive(key))


def _put(
    file: BinaryIO, lock: AESGCM, head: bytes, count: int, piece: bytes, *, last: bool
) -> None:
    sealed = lock.encrypt(count.to_bytes(12, "big"), piece, head + bytes([last]))
    file.write(PIECE.pack(len(sealed), last) + sealed)


def _pieces(file: BinaryIO, lock: AESGCM, head: bytes) -> Iterator[bytes]:
    count, last = 0, False
    while not last:
        start = file.read(PIECE.size)
        if len(start) != PIECE.size:
            raise Unreadable("It ends in the middle.")
        size, last = PIECE.unpack(start)
        if start[-1] > 1 or size > LARGEST:
            raise Unreadable(f"It is damaged in piece {count + 1}.")
        sealed = file.read(size)
        if len(sealed) != size:
            raise Unreadable("It ends in the middle.")
        try:
            yield lock.decrypt(count.to_bytes(12, "big"), sealed, head + bytes([last]))
        except InvalidTag:
            raise Unreadable(f"It is damaged in piece {count + 1}.") from None
        count += 1
    if file.read(1):
        raise Unreadable("Something was added at its end.")
