"""Bringing an archive into an installation that does not know its organisation: all, or nothing."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from sqlalchemy import Connection, Table, func, insert, or_, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.archives import owning
from kinderwerk.archives.locking import Inner, WrongKey
from kinderwerk.archives.service import revision
from kinderwerk.archives.writing import FORMAT, Row, columns
from kinderwerk.audit import service as audit
from kinderwerk.backup import erased, rows
from kinderwerk.storage.base import SEALED, Base
from kinderwerk.storage.sealing import Seal, place, sealer
from kinderwerk.storage.types import Id
from kinderwerk.storage.work import unit_of_work

LONGEST_LINE: Final = 64 << 20
LARGEST_MANIFEST: Final = 4 << 20
#: What had begun to be erased when the file was made may stand in it still.
UNDER_WAY: Final = timedelta(hours=1)
#: What an account begins with where only who somebody is came along.
NEW_ACCOUNT: Final[Mapping[str, Any]] = {"epoch": 1, "factor_last_step": 0}
#: By what a row of the ground is known again where it is already.
KNOWN_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "municipality": ("name",),
    "district": ("municipality_id", "code"),
    "neighbourhood": ("municipality_id", "code"),
    "policy_goal": ("id",),
    "user_account": ("email",),
}


class NotPossible(Exception):
    """Says in one sentence why nothing was brought in."""


@dataclass(frozen=True, slots=True)
class Manifest:
    organisation_id: UUID
    name: str
    made_at: datetime
    counts: dict[str, int]
    digests: dict[str, str]
    locked: int


@dataclass(slots=True)
class Brought:
    """What came of it: rows by table, what of the ground was there already, what went again."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    there_already: dict[str, int] = field(default_factory=dict)
    erased_again: int = 0


def bring(session: Session, file: Path, key: bytes | None, lists: Iterable[Path] = ()) -> Brought:
    """Fill this installation with an organisation; the file is read to its end before that.

    `lists` tell what was erased after the file was made: that goes again at once.
    """
    try:
        listed = [one for each in lists for one in erased.read(each)]
        with ZipFile(file) as archive:
            manifest = check(archive)
            if manifest.locked and key is None:
                raise NotPossible(
                    f"{manifest.locked} values are locked in it. The protection officer of "
                    f"{manifest.name} has the key."
                )
            with unit_of_work(session):
                brought = _Bringing(session, archive, manifest, key).bring()
                since = [one for one in listed if one.at >= manifest.made_at - UNDER_WAY]
                brought.erased_again = erased.again(session, since)
                return brought
    except erased.Damaged as error:
        raise NotPossible(str(error)) from None
    except BadZipFile as error:
        raise NotPossible(f"This is not a whole ZIP file: {error}.") from None
    except WrongKey:
        raise NotPossible("The key is not that of this file, or the file was changed.") from None


def check(archive: ZipFile) -> Manifest:
    """Read everything that will be put back, and compare it with what the file says of itself."""
    manifest = _manifest(archive)
    known = {table.name for table in rows.tables()}
    for name, count in manifest.counts.items():
        if name not in known:
            raise NotPossible(f"It has a table that this version does not know: {name[:60]}.")
        digest, found = hashlib.sha256(), 0
        with _opened(archive, name) as source:
            for line in _lines(source, name):
                digest.update(line)
                found += 1
        if digest.hexdigest() != manifest.digests.get(name) or found != count:
            raise NotPossible(f"It is damaged: {name} is not what it says of itself.")
    return manifest


def _manifest(archive: ZipFile) -> Manifest:
    try:
        if archive.getinfo("manifest.json").file_size > LARGEST_MANIFEST:
            raise NotPossible("This is not an archive of Kinderwerk.")
        said = json.loads(archive.read("manifest.json"))
        if said["format"] != FORMAT:
            raise NotPossible("This is not an archive of Kinderwerk, or one of another kind.")
        if said["revision"] != revision():
            raise NotPossible(
                f"The archive is at {said['revision']} and this version at {revision()}: bring it "
                "in with the version that made it, and upgrade then."
            )
        return Manifest(
            UUID(said["organisation"]["id"]), str(said["organisation"]["name"]),
            datetime.fromisoformat(said["made_at"]),
            {str(name): int(count) for name, count in said["counts"].items()},
            dict(said["digests"]), int(said["locked"]),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise NotPossible("This is not an archive of Kinderwerk.") from None


def _opened(archive: ZipFile, name: str) -> IO[bytes]:
    try:
        return archive.open(f"json/{name}.jsonl")
    except KeyError:
        raise NotPossible(f"It is damaged: {name} is missing.") from None


def _lines(source: IO[bytes], name: str) -> Iterator[bytes]:
    while line := source.readline(LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise NotPossible(f"It is damaged: a row of {name} does not end.")
        yield line


class _Bringing:
    """One bringing in: knows which rows of the ground are here under another id."""

    def __init__(
        self, session: Session, archive: ZipFile, manifest: Manifest, key: bytes | None
    ) -> None:
        self._session, self._archive, self._manifest = session, archive, manifest
        self._inner = Inner(key) if key else None
        self._sealed: Seal | None = sealer(session) if manifest.locked else None
        self._known_as: dict[str, str] = {}
        self._brought = Brought(manifest.name)

    @property
    def _connection(self) -> Connection:
        return self._session.connection()

    def bring(self) -> Brought:
        self._refuse_known()
        for table in rows.tables():
            if table.name in self._manifest.counts:
                self._table(table)
        self._compare()
        audit.record(
            self._session, SYSTEM, "archive.brought_in", self._manifest.organisation_id,
            rows=sum(self._brought.counts.values()),
        )  # fmt: skip
        return self._brought

    def _refuse_known(self) -> None:
        house = Base.metadata.tables["organisation"]
        asked = self._manifest
        same = or_(house.c.id == asked.organisation_id, house.c.name == asked.name)
        if self._connection.scalar(select(house.c.id).where(same)):
            raise NotPossible(f"There is an organisation called {self._manifest.name} already.")

    def _table(self, table: Table) -> None:
        count = 0
        with _opened(self._archive, table.name) as source:
            read = (json.loads(line) for line in _lines(source, table.name))
            while some := list(islice(read, rows.AT_ONCE)):
                count += len(some)
                new = [row for row in some if not self._is_there(table, row)]
                if new:
                    self._connection.execute(insert(table), [self._row(table, row) for row in new])
        self._brought.counts[table.name] = count

    def _is_there(self, table: Table, row: Row) -> bool:
        """Tell whether a row of the ground is here already, perhaps under another id."""
        if table.name == "key_figure":
            return row["neighbourhood_id"] in self._known_as
        by = KNOWN_BY.get(table.name)
        if by is None:
            return False
        self._swap(table, row)
        keys = [table.c[name] == rows.read(table.c[name], row[name]) for name in by]
        here = self._connection.scalar(select(table.c.id).where(*keys))
        if here is None:
            return False
        self._known_as[row["id"]] = str(here)
        there = self._brought.there_already
        there[table.name] = there.get(table.name, 0) + 1
        return True

    def _swap(self, table: Table, row: Row) -> None:
        for name, value in row.items():
            if isinstance(table.c[name].type, Id) and value in self._known_as:
                row[name] = self._known_as[value]

    def _row(self, table: Table, row: Row) -> dict[str, Any]:
        if set(row) != set(columns(table)):
            raise NotPossible(f"It is damaged: a row of {table.name} has other columns.")
        self._swap(table, row)
        if "organisation_id" in row and row["organisation_id"] != str(
            self._manifest.organisation_id
        ):
            raise NotPossible(f"It is damaged: a row of {table.name} is of somebody else.")
        made = {name: self._value(table, name, row) for name in row}
        if table.autoincrement_column is not None:
            made.pop(table.autoincrement_column.name, None)
        if table.name == owning.DUE:
            made["attempts"] = 0
        if table.name == "user_account":
            made.update(NEW_ACCOUNT)
        return made

    def _value(self, table: Table, name: str, row: Row) -> Any:
        column, value = table.c[name], row[name]
        if value is None or not column.info.get(SEALED):
            return rows.read(column, value)
        if self._inner is None or self._sealed is None:
            raise WrongKey
        at = place(table.name, name, UUID(row["id"]))
        return self._sealed(self._inner.open(value, at), at)

    def _compare(self) -> None:
        """Count what is here now: as many rows of each table as the file says, or none at all."""
        for table in owning.owned():
            wanted = self._manifest.counts.get(table.name, 0)
            mine = table.c.organisation_id == self._manifest.organisation_id
            found = self._connection.scalar(select(func.count()).select_from(table).where(mine))
            if found != wanted:
                raise NotPossible(f"{table.name} has {found} rows here, and {wanted} in the file.")
