"""A locked file, written and read as a stream: a byte that flips or an end that lacks is noticed.

It is: `KWB2`, the length of its head (4, big-endian), the head as JSON; then pieces, each its
length (4), whether it is the last (1), and ciphertext. A fresh key locks the pieces; the head holds
it, locked with the newest key of the environment by way of HKDF. For each recipient the head holds
the keys of the environment themselves, locked to that person's public key (HPKE, RFC 9180). The
number of a piece is its nonce, and the head and whether it is the last are additional data, so
pieces cannot be left out, swapped or added.
"""

import base64
import json
import secrets
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC: Final = b"KWB2"
LENGTH: Final = struct.Struct(">I")
PIECE: Final = struct.Struct(">I?")
LARGEST: Final = 1 << 24
FULL: Final = 1 << 18
SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
FOR_PEOPLE: Final = b"kinderwerk backup, keys of the environment"


class Unreadable(Exception):
    """The file is not a backup, is damaged, or was locked with a key that is not here."""


def write(
    file: BinaryIO,
    keys: Mapping[int, bytes],
    lines: Iterable[bytes],
    recipients: Iterable[bytes] = (),
) -> None:
    """Write lines, compressed and locked; recipients are public keys of 32 bytes (X25519)."""
    fresh, number, salt = secrets.token_bytes(32), max(keys), secrets.token_bytes(16)
    told = {
        "key": number,
        "salt": _text(salt),
        "fresh": _text(_under(keys[number], salt).encrypt(bytes(12), fresh, MAGIC)),
        "people": {_text(one): _text(_keys_for(one, keys)) for one in recipients},
    }
    written = json.dumps(told, sort_keys=True).encode()
    head = MAGIC + LENGTH.pack(len(written)) + written
    lock = AESGCM(fresh)
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
    head, told = _head(file)
    expand, rest = zlib.decompressobj(), b""
    for piece in _pieces(file, _opened(told, keys), head):
        *lines, rest = (rest + expand.decompress(piece)).split(b"\n")
        yield from lines
    if rest or not expand.eof:
        raise Unreadable("It ends in the middle.")


def keys_within(file: BinaryIO, private: X25519PrivateKey) -> dict[int, bytes]:
    """Return the keys of the environment that a recipient finds in a backup."""
    mine = _text(private.public_key().public_bytes_raw())
    _, told = _head(file)
    if mine not in told["people"]:
        raise Unreadable("This backup was not locked to that key.")
    try:
        found = SUITE.decrypt(base64.b64decode(told["people"][mine]), private, FOR_PEOPLE)
        return {int(number): base64.b64decode(key) for number, key in json.loads(found).items()}
    except (InvalidTag, ValueError):
        raise Unreadable("Its head is damaged.") from None


def _keys_for(recipient: bytes, keys: Mapping[int, bytes]) -> bytes:
    told = json.dumps({str(number): _text(key) for number, key in keys.items()})
    public = X25519PublicKey.from_public_bytes(recipient)
    return SUITE.encrypt(told.encode(), public, FOR_PEOPLE)


def _head(file: BinaryIO) -> tuple[bytes, dict[str, Any]]:
    start = file.read(len(MAGIC) + LENGTH.size)
    if len(start) != len(MAGIC) + LENGTH.size or not start.startswith(MAGIC):
        raise Unreadable("This is not a backup of Kinderwerk.")
    (size,) = LENGTH.unpack(start[len(MAGIC) :])
    written = file.read(min(size, FULL))
    try:
        told = json.loads(written)
        return start + written, {name: told[name] for name in ("key", "salt", "fresh", "people")}
    except (ValueError, TypeError, KeyError):
        raise Unreadable("Its head is damaged.") from None


def _opened(told: Mapping[str, Any], keys: Mapping[int, bytes]) -> AESGCM:
    number = told["key"]
    if number not in keys:
        raise Unreadable(f"It was locked with key {number}, which KINDERWERK_SEALING_KEYS lacks.")
    try:
        salt, locked = base64.b64decode(told["salt"]), base64.b64decode(told["fresh"])
        return AESGCM(_under(keys[number], salt).decrypt(bytes(12), locked, MAGIC))
    except (InvalidTag, ValueError, TypeError):
        raise Unreadable("Its head is damaged, or it was locked with another key.") from None


def _under(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=b"kinderwerk backup").derive(key))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


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
