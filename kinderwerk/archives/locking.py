"""The locks of an archive: one around the whole while it lies here, one around what is sealed.

Both come from one key. Whoever fetches the file gets it without the outer lock; what is sealed in
it stays locked until the key, which another person has, is there too.
"""

import base64
import secrets
from collections.abc import Iterator
from io import RawIOBase
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from typing_extensions import override

KEY: Final = 32
NONCE: Final = 12
PIECE: Final = 1 << 19
SIZE: Final = 4


class WrongKey(Exception):
    """The key is not that of this archive, or what it locks was changed."""


def fresh() -> bytes:
    return secrets.token_bytes(KEY)


def spoken(key: bytes) -> str:
    """Return a key as people can copy it: sixteen groups of four."""
    words = key.hex()
    return " ".join(words[at : at + 4] for at in range(0, len(words), 4))


def heard(words: str) -> bytes:
    try:
        key = bytes.fromhex("".join(words.split()))
    except ValueError:
        raise WrongKey from None
    if len(key) != KEY:
        raise WrongKey
    return key


def _lock(key: bytes, what: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY, salt=None, info=b"kinderwerk archive " + what).derive(key))


class Inner:
    """Locks single values, each bound to its place."""

    def __init__(self, key: bytes) -> None:
        self._lock = _lock(key, b"values")

    def shut(self, words: str, place: str) -> str:
        nonce = secrets.token_bytes(NONCE)
        return base64.b64encode(
            nonce + self._lock.encrypt(nonce, words.encode(), place.encode())
        ).decode()

    def open(self, locked: str, place: str) -> str:
        try:
            held = base64.b64decode(locked, validate=True)
            return self._lock.decrypt(held[:NONCE], held[NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError):
            raise WrongKey from None


class Outer(RawIOBase):
    """Takes what a file is made of, and puts it into another in locked pieces, as it comes."""

    def __init__(self, key: bytes, to: BinaryIO) -> None:
        super().__init__()
        self._lock, self._to = _lock(key, b"whole"), to
        self._waiting = bytearray()
        self.size = self.pieces = 0

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, some: object) -> int:
        given = bytes(memoryview(some))  # type: ignore[arg-type]
        self._waiting += given
        self.size += len(given)
        while len(self._waiting) >= PIECE:
            self._put(bytes(self._waiting[:PIECE]))
            del self._waiting[:PIECE]
        return len(given)

    def finish(self) -> None:
        if self._waiting:
            self._put(bytes(self._waiting))
            self._waiting.clear()

    def _put(self, piece: bytes) -> None:
        locked = self._lock.encrypt(_nonce(self.pieces), piece, None)
        self._to.write(len(locked).to_bytes(SIZE, "big") + locked)
        self.pieces += 1


def pieces(file: BinaryIO) -> Iterator[bytes]:
    while size := file.read(SIZE):
        yield file.read(int.from_bytes(size, "big"))


def unlocked(key: bytes, number: int, locked: bytes) -> bytes:
    return _lock(key, b"whole").decrypt(_nonce(number), locked, None)


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE, "big")
