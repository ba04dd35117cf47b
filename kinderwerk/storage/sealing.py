"""Encryption at rest: AES-256-GCM, each value bound to its column and its row.

A sealed value is: format (1 byte), key number (2, big-endian), nonce (12), ciphertext. The place
`table.column:row id` is additional data, so a value does not open in another column or row.
"""

import secrets
import struct
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kinderwerk.storage.base import Base

FORMAT: Final = 1
HEADER: Final = struct.Struct(">BH")
NONCE: Final = 12


class UnknownKey(LookupError):
    """The value names a key that this installation does not have."""


class Keyring:
    """Seals with the newest key, opens with whichever key a value names."""

    def __init__(self) -> None:
        self._keys: dict[int, AESGCM] = {}

    def load(self, keys: Mapping[int, bytes]) -> None:
        self._keys = {number: AESGCM(key) for number, key in sorted(keys.items(), reverse=True)}

    def seal(self, text: str, place: str) -> bytes:
        number, key = next(iter(self._keys.items()))
        nonce = secrets.token_bytes(NONCE)
        return (
            HEADER.pack(FORMAT, number) + nonce + key.encrypt(nonce, text.encode(), place.encode())
        )

    def open(self, sealed: bytes, place: str) -> str:
        version, number = HEADER.unpack_from(sealed)
        if version != FORMAT or number not in self._keys:
            raise UnknownKey(number)
        nonce, text = sealed[HEADER.size : HEADER.size + NONCE], sealed[HEADER.size + NONCE :]
        return self._keys[number].decrypt(nonce, text, place.encode()).decode()


keyring = Keyring()


def place(table: str, column: str, row_id: UUID) -> str:
    return f"{table}.{column}:{row_id}"


def seal(row: Base, **texts: str | None) -> None:
    """Put sealed texts on a row, each under the name of its column; None leaves it empty."""
    held: Any = row
    for column, text in texts.items():
        bound = place(row.__tablename__, column, held.id)
        setattr(row, column, None if text is None else keyring.seal(text, bound))
