"""Encryption at rest: AES-256-GCM, each value bound to its column and its row.

A sealed value is: format (1 byte), number of the data key (2, big-endian), nonce (12), ciphertext.
The place `table.column:row id` is additional data, so a value does not open in another column or
row. Data keys lie in a table, wrapped by a key of the environment: format, number of the key of
the environment, nonce, ciphertext. So keys change while any number of processes go on writing.
"""

import secrets
import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.retention import Retention
from kinderwerk.core.words import N_
from kinderwerk.storage.base import Base
from kinderwerk.storage.work import unit_of_work

FORMAT: Final = 2
HEADER: Final = struct.Struct(">BH")
NONCE: Final = 12
KEY: Final = 32
LAST: Final = 65535

Seal = Callable[[str, str], bytes]
Open = Callable[[bytes, str], str]


class DataKey(Base):
    """A key that seals, itself wrapped. The one with the highest number seals, all of them open."""

    __tablename__ = "data_key"
    __retention__: ClassVar[Retention] = Retention.kept("until nothing is sealed with it")

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    created_at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Shut(Refusal):
    """What is sealed cannot be opened, or what is written cannot be sealed; nothing is lost."""


class MissingKey(Shut):
    message = N_(
        "This is locked away safely, and the key to it is missing at the moment. "
        "Nothing is lost. Tell your administrator."
    )


class Damaged(Shut):
    message = N_(
        "This was changed outside Kinderwerk and does not open any more. "
        "Tell your administrator: the last backup still has it."
    )


class Keyring:
    """The keys of the environment: the newest wraps data keys, whichever wrapped one unwraps it."""

    def __init__(self) -> None:
        self._keys: dict[int, AESGCM] = {}
        self._unwrapped: dict[bytes, AESGCM] = {}

    def load(self, keys: Mapping[int, bytes]) -> None:
        self._keys = {number: AESGCM(key) for number, key in sorted(keys.items(), reverse=True)}
        self._unwrapped = {}

    @property
    def newest(self) -> int:
        return next(iter(self._keys))

    def wrap(self, number: int, key: bytes) -> bytes:
        return _encrypt(self._keys[self.newest], self.newest, key, _label(number))

    def unwrap(self, number: int, wrapped: bytes) -> bytes:
        by = wrapped_by(wrapped)
        if by not in self._keys:
            raise MissingKey
        try:
            return _decrypt(self._keys[by], wrapped, _label(number))
        except InvalidTag:  # another key of the same number
            raise MissingKey from None

    def cipher(self, number: int, wrapped: bytes) -> AESGCM:
        """Return a data key ready to use; unwrapped once, whichever database it came from."""
        if wrapped not in self._unwrapped:
            self._unwrapped[wrapped] = AESGCM(self.unwrap(number, wrapped))
        return self._unwrapped[wrapped]


keyring = Keyring()


def place(table: str, column: str, row_id: UUID) -> str:
    return f"{table}.{column}:{row_id}"


def sealed_by(sealed: bytes) -> int:
    """Return the number of the data key that sealed a value."""
    version, number = HEADER.unpack_from(sealed)
    if version != FORMAT:
        raise MissingKey
    return int(number)


wrapped_by: Final = sealed_by


def seal(session: Session, row: Base, **texts: str | None) -> None:
    """Put sealed texts on a row, each under the name of its column; None leaves it empty."""
    held: Any = row
    sealed = sealer(session) if any(words is not None for words in texts.values()) else None
    for column, words in texts.items():
        bound = place(row.__tablename__, column, held.id)
        setattr(row, column, sealed(words, bound) if sealed and words is not None else None)


def sealer(session: Session) -> Seal:
    """Return what seals until this transaction ends: the newest data key, or the first one."""
    number, wrapped = _newest(session) or _first(session)
    cipher = keyring.cipher(number, wrapped)
    return lambda words, bound: _encrypt(cipher, number, words.encode(), bound)


def opener(session: Session) -> Open:
    """Return what opens sealed values: it knows the keys there are, and asks again for others."""
    known: dict[int, bytes] = {}

    def opened(sealed: bytes, bound: str) -> str:
        number = sealed_by(sealed)
        if number not in known:
            known.update(wrapped_keys(session))
        if number not in known:
            raise MissingKey
        try:
            return _decrypt(keyring.cipher(number, known[number]), sealed, bound).decode()
        except InvalidTag:
            raise Damaged from None

    return opened


def wrapped_keys(session: Session) -> dict[int, bytes]:
    with session.no_autoflush:
        return dict(session.execute(select(DataKey.number, DataKey.wrapped)).all())


def add_key(session: Session) -> int:
    """Make a data key, in a unit of work; from its commit on it is the one that seals."""
    number = max(wrapped_keys(session), default=0) + 1
    if number > LAST:
        raise OverflowError("there are no more numbers for keys")
    key = keyring.wrap(number, secrets.token_bytes(KEY))
    with session.no_autoflush:
        session.execute(insert(DataKey).values(number=number, created_at=clock.now(), wrapped=key))
    return number


def _newest(session: Session) -> tuple[int, bytes] | None:
    """Return the key that seals now; it is not taken away before this transaction ends."""
    newest = select(DataKey.number, DataKey.wrapped).order_by(DataKey.number.desc()).limit(1)
    with session.no_autoflush:
        return session.execute(newest.with_for_update(read=True)).first()


def _first(session: Session) -> tuple[int, bytes]:
    """Make the first key; whoever wants one at the same moment waits, and finds it there."""
    with unit_of_work(session):
        if session.get_bind().dialect.name == "postgresql":
            with session.no_autoflush:
                session.execute(text("LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE"))
        if not wrapped_keys(session):
            add_key(session)
        found = wrapped_keys(session)
    return max(found.items())


def _encrypt(key: AESGCM, number: int, words: bytes, bound: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return HEADER.pack(FORMAT, number) + nonce + key.encrypt(nonce, words, bound.encode())


def _decrypt(key: AESGCM, sealed: bytes, bound: str) -> bytes:
    nonce, words = sealed[HEADER.size : HEADER.size + NONCE], sealed[HEADER.size + NONCE :]
    return key.decrypt(nonce, words, bound.encode())


def _label(number: int) -> str:
    return f"data_key:{number}"
