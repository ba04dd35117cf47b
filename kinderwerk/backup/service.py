"""Making a backup while everybody works on, reading it, and putting it back."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from kinderwerk import paths
from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.backup import erased, rows, vessel
from kinderwerk.backup.shelf import ERASED
from kinderwerk.backup.vessel import Unreadable
from kinderwerk.core import clock
from kinderwerk.messages.models import DueWork
from kinderwerk.storage.work import unit_of_work

Keys = Mapping[int, bytes]
Counts = dict[str, int]


class NotPossible(Exception):
    """Says in one sentence why nothing was put back."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: datetime
    revision: str
    rows: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of putting a backup back."""

    rows: int
    erased_again: int


def make(session: Session, keys: Keys, file: Path, recipients: Iterable[bytes] = ()) -> Manifest:
    """Write everything as it is at one moment; nobody waits, and nothing half-done is in it."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    unfinished = file.with_suffix(".unfinished")
    counts: Counts = {}
    head = {"made_at": clock.now().isoformat(), "revision": _revision()}
    try:
        with _private(unfinished) as to:
            vessel.write(to, keys, _lines(session.connection(), head, counts), recipients)
            to.flush()
            os.fsync(to.fileno())
        unfinished.replace(file)
    finally:
        session.rollback()
        unfinished.unlink(missing_ok=True)
    write_erased(session, file.with_suffix(ERASED))
    return Manifest(datetime.fromisoformat(head["made_at"]), head["revision"], sum(counts.values()))


def _private(file: Path) -> BinaryIO:
    """Open a file that only its owner reads."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def write_erased(session: Session, file: Path) -> None:
    """Write what was ever erased, so that an older backup can lose it again."""
    lines = erased.told(session)
    session.rollback()
    unfinished = file.with_name(file.name + ".unfinished")
    with _private(unfinished) as to:
        to.write(lines.encode())
    unfinished.replace(file)


def check(keys: Keys, file: Path) -> Manifest:
    """Read a backup to its end and compare it with what it says of itself."""
    told: dict[str, Any] = {}
    counts: Counter[str] = Counter()
    for line in _read(keys, file):
        if isinstance(line, dict):
            told |= line
        else:
            counts[line[0]] += 1
    if "counts" not in told:
        raise Unreadable("It ends in the middle.")
    if Counter(told["counts"]) != counts:
        raise Unreadable("It does not hold as many rows as it says.")
    return Manifest(datetime.fromisoformat(told["made_at"]), told["revision"], counts.total())


def restore(session: Session, keys: Keys, file: Path, lists: Iterable[Path]) -> Restored:
    """Put a backup back into an empty database, and lose again what was erased since.

    All or nothing: it is read to its end before the first row is written.
    """
    gone = _gone(lists)
    manifest = check(keys, file)
    if manifest.revision != _revision():
        raise NotPossible(
            f"The backup is at {manifest.revision} and this version at {_revision()}: put it back "
            "with the version that made it, and upgrade then."
        )
    with unit_of_work(session):
        if session.scalar(select(Organisation.id).limit(1)):
            raise NotPossible("There are data in this database. Put it back into an empty one.")
        session.execute(delete(DueWork))
        _fill(session, keys, file)
        audit.record(session, SYSTEM, "backup.restored", UUID(int=0), rows=manifest.rows)
        again = erased.again(session, gone)
    return Restored(manifest.rows, again)


def _gone(lists: Iterable[Path]) -> list[erased.Gone]:
    try:
        return [one for file in lists for one in erased.read(file)]
    except erased.Damaged as error:
        raise NotPossible(str(error)) from None


def _fill(session: Session, keys: Keys, file: Path) -> None:
    connection = session.connection()
    lines = (line for line in _read(keys, file) if isinstance(line, list))
    for _, some in groupby(lines, key=lambda line: line[0]):
        rows.put_back(connection, some)
    rows.go_on_counting(connection)


def _lines(connection: Connection, head: dict[str, str], counts: Counts) -> Iterator[bytes]:
    yield json.dumps(head).encode()
    for table in rows.tables():
        counts[table.name] = 0
        for line in rows.dumped(connection, table):
            counts[table.name] += 1
            yield line
    yield json.dumps({"counts": counts}).encode()


def _read(keys: Keys, file: Path) -> Iterator[Any]:
    with file.open("rb") as source:
        for line in vessel.read(source, keys):
            yield json.loads(line)


def _revision() -> str:
    return (paths.resource("migrations") / "HEAD").read_text().strip()
