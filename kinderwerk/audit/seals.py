"""Sealing the trail in batches, so that nobody can change what it told.

No entry holds the hash of the one before: that would make all writers wait for each other. The
worker seals stretches of entries afterwards. Each seal holds a keyed hash of its entries in one
way of writing that is the same on every database, a short mark of each single entry, and the
hash of the seal before.

Against whom: whoever can write in the database, even as its owner and with the triggers dropped,
but does not have the keys of the installation, cannot change, cut, insert, move or replace a
sealed entry or a seal without being found. Cutting off the newest seals together with their
entries is found by comparing with a head kept elsewhere. Not protected are the entries of the
last minutes, which are not sealed yet, and whoever has both the database and the keys: what they
rewrite is found only by a head kept where they do not come.

The key is random and kept sealed in the database, so that sealing keys can be replaced without
losing the means to check what was sealed under the old ones.
"""

import hashlib
import hmac
import json
import secrets
import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    Table,
    func,
    not_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import Session
from typing_extensions import override

from kinderwerk.audit.models import AuditEntry, TrailHorizon, TrailKey, TrailSeal
from kinderwerk.audit.rules import month
from kinderwerk.core import clock
from kinderwerk.storage.sealing import Shut, opener, place, seal
from kinderwerk.storage.work import unit_of_work

FORMAT: Final = 1
MOST: Final = 1000  # entries in a batch
MARK: Final = struct.Struct(">I8s")  # how far from the first entry, and what it was
BEGINNING: Final = bytes(32)
LATE: Final = timedelta(hours=1)
#: How often and how long to wait for those who are writing at this moment; then another time.
TRIES: Final = 40
PAUSE: Final = 0.05
WRITING: Final = text(
    "SELECT virtualtransaction FROM pg_locks WHERE relation = 'audit_entry'::regclass "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()"
)
ENTRY: Final = cast(Table, AuditEntry.__table__)
#: In the order in which they are written down; `role` as it stands, even if no such role exists.
COLUMNS: Final = (
    ENTRY.c.id, ENTRY.c.at, ENTRY.c.actor_id, type_coerce(ENTRY.c.role, String).label("role"),
    ENTRY.c.organisation_id, ENTRY.c.membership_id, ENTRY.c.sensitive, ENTRY.c.deed,
    ENTRY.c.subject_id, ENTRY.c.details,
)  # fmt: skip


class NoKey(LookupError):
    """The key of a seal is not there, or cannot be opened with the keys of this installation."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries of one term that follow each other, and where their stretch begins."""

    first_id: int
    rows: Sequence[Row[Any]]

    @property
    def last_id(self) -> int:
        return int(self.rows[-1].id)

    @property
    def until(self) -> datetime:
        latest: datetime = max(row.at for row in self.rows)
        return latest


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal, as it is kept elsewhere."""

    number: int
    digest: bytes

    @override
    def __str__(self) -> str:
        return f"{self.number}:{self.digest.hex()}"

    @classmethod
    def read(cls, told: str) -> "Head":
        """Read what `str` wrote, or raise ValueError."""
        number, _, digest = told.strip().partition(":")
        return cls(int(number), bytes.fromhex(digest))


def written(row: Row[Any]) -> bytes:
    """Return an entry as bytes, the same on every database."""
    return json.dumps(
        [_plain(value) for value in row], sort_keys=True, separators=(",", ":")
    ).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


def mark(key: bytes, line: bytes) -> bytes:
    return hmac.digest(key, line, "sha256")[:8]


def digest_of_lines(key: bytes, lines: Iterable[bytes]) -> bytes:
    """Return the keyed hash of written entries; none holds a line break itself."""
    return hmac.digest(key, b"\n".join(lines), "sha256")


def digest_of(key: bytes, sealed: TrailSeal, marks: bytes) -> bytes:
    """Return the keyed hash of everything a seal says."""
    told = [
        FORMAT, sealed.id, sealed.made_at, sealed.key_id, bool(sealed.sensitive), sealed.first_id,
        sealed.last_id, sealed.entries, sealed.until, sealed.batch.hex(),
        hashlib.sha256(marks).hexdigest(), sealed.previous.hex(),
    ]  # fmt: skip
    return _digest(key, told)


def mark_of(key: bytes, horizon: TrailHorizon) -> bytes:
    """Return the keyed hash of how far entries were let go."""
    told = [
        horizon.made_at, bool(horizon.sensitive), horizon.before, horizon.seal_id, horizon.key_id,
    ]  # fmt: skip
    return _digest(key, told)


def _digest(key: bytes, told: list[Any]) -> bytes:
    return hmac.digest(key, json.dumps([_plain(each) for each in told]).encode(), "sha256")


def seal_all(session: Session) -> int:
    """Seal every entry before which none can arrive any more; return how many were sealed.

    Reading and hashing happen outside the transaction that writes the seal, so on SQLite others
    wait for one short write per batch.
    """
    bound, done = settled(session), 0
    for sensitive in (True, False):
        while batch := _next(session, bound, sensitive=sensitive):
            _add(session, batch, sensitive=sensitive)
            done += len(batch.rows)
    session.rollback()
    return done


def settled(session: Session) -> int:
    """Return an id up to which the trail is complete: no earlier entry can still be committed.

    On SQLite one writer at a time takes the next number. On PostgreSQL numbers are taken before
    the commit, and a rollback leaves a gap. Whoever took a number up to the newest that is
    visible holds the table's lock for writers until they are done: they are waited for, and
    nobody waits for us. If one takes too long, nothing is settled now.
    """
    bound = session.scalar(select(func.max(ENTRY.c.id))) or 0
    if session.get_bind().dialect.name == "sqlite":
        return bound
    busy = set(session.scalars(WRITING))
    for _ in range(TRIES):
        if not busy:
            return bound
        session.rollback()
        time.sleep(PAUSE)
        busy &= set(session.scalars(WRITING))
    return 0 if busy else bound


def of_term(*, sensitive: bool) -> ColumnElement[bool]:
    """Return the entries of one term, in the words in which the index knows them."""
    return ENTRY.c.sensitive if sensitive else not_(ENTRY.c.sensitive)


def sealed_until(session: Session, *, sensitive: bool) -> int:
    """Return the last entry of a term that is sealed, 0 if none is."""
    found = session.scalar(
        select(TrailSeal.last_id)
        .where(TrailSeal.sensitive == sensitive)
        .order_by(TrailSeal.id.desc())
        .limit(1)
    )
    return found or 0


def unsealed(session: Session, *, sensitive: bool) -> Select[Any]:
    """Return the entries of a term that have no seal yet."""
    return select(*COLUMNS).where(
        of_term(sensitive=sensitive), ENTRY.c.id > sealed_until(session, sensitive=sensitive)
    )


def waiting(session: Session) -> tuple[int, datetime | None]:
    """Return how many entries are not sealed yet, and when the first of them was made."""
    number, oldest = 0, None
    for sensitive in (True, False):
        rest = unsealed(session, sensitive=sensitive).subquery()
        count, first = session.execute(select(func.count(), func.min(rest.c.at))).one()
        number += count
        oldest = min(filter(None, (oldest, first)), default=None)
    return number, oldest


def _next(session: Session, bound: int, *, sensitive: bool) -> Batch | None:
    """Return what is to be sealed next; a month that begins begins a batch."""
    wanted = unsealed(session, sensitive=sensitive).where(ENTRY.c.id <= bound)
    rows = session.execute(wanted.order_by(ENTRY.c.id).limit(MOST)).all()
    if not rows:
        return None
    until = next(
        (at for at, row in enumerate(rows) if month(row.at) > month(rows[0].at)), len(rows)
    )
    return Batch(sealed_until(session, sensitive=sensitive) + 1, rows[:until])


def _add(session: Session, batch: Batch, *, sensitive: bool) -> None:
    before = head(session) or Head(0, BEGINNING)
    key_id, key = newest_key(session)
    lines = [written(row) for row in batch.rows]
    marks = b"".join(
        MARK.pack(row.id - batch.first_id, mark(key, line))
        for row, line in zip(batch.rows, lines, strict=True)
    )
    made = TrailSeal(
        id=before.number + 1, made_at=clock.now(), key_id=key_id, sensitive=sensitive,
        first_id=batch.first_id, last_id=batch.last_id, entries=len(batch.rows),
        until=batch.until, batch=digest_of_lines(key, lines), marks=marks,
        previous=before.digest, digest=b"",
    )  # fmt: skip
    made.digest = digest_of(key, made, marks)
    with unit_of_work(session):
        session.add(made)  # the number is unique: of two who seal at once, one does not


def head(session: Session) -> Head | None:
    """Return the newest seal."""
    newest = session.execute(
        select(TrailSeal.id, TrailSeal.digest).order_by(TrailSeal.id.desc()).limit(1)
    ).first()
    return Head(*newest) if newest else None


def newest_key(session: Session) -> tuple[UUID, bytes]:
    """Return the key that seals, made the first time."""
    newest = session.scalar(
        select(TrailKey.id).order_by(TrailKey.created_at.desc(), TrailKey.id).limit(1)
    )
    if newest:
        return newest, key_of(session, newest)
    with unit_of_work(session):
        made = TrailKey()
        seal(session, made, secret=secrets.token_hex(32))
        session.add(made)
    return made.id, key_of(session, made.id)


def key_of(session: Session, key_id: UUID) -> bytes:
    table = cast(Table, TrailKey.__table__)
    sealed = session.scalar(select(table.c.secret).where(table.c.id == key_id))
    if sealed is None:
        raise NoKey(key_id)
    try:
        return bytes.fromhex(opener(session)(sealed, place(table.name, "secret", key_id)))
    except (Shut, struct.error):
        raise NoKey(key_id) from None


def marks_of(sealed: TrailSeal, marks: bytes) -> Iterator[tuple[int, bytes]]:
    for after, told in MARK.iter_unpack(marks):
        yield sealed.first_id + after, told
