"""Writing everything an organisation owns into one ZIP file, as a stream.

Each table stands there three times: as lines of JSON, from which it can be put back; as CSV; and
as a workbook. What is sealed stands in none of them in words.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO, RawIOBase, TextIOWrapper
from itertools import islice
from typing import IO, Any, Final, cast
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Enum,
    LargeBinary,
    Table,
    select,
    true,
)
from typing_extensions import override

from kinderwerk.archives import owning
from kinderwerk.archives.locking import Inner
from kinderwerk.backup import rows
from kinderwerk.families.copies import cell
from kinderwerk.storage.base import SEALED, Base
from kinderwerk.storage.sealing import Open, place
from kinderwerk.storage.types import Id

FORMAT: Final = "kinderwerk archive 1"
#: So many rows stand in one workbook; those of a longer table go on in the next.
ON_A_SHEET: Final = 20_000
LONGEST_CELL: Final = 32_000
SHUT: Final = "(sealed)"
WORDS: Final = ("table", "of_the_table", "column", "kind", "may_be_empty", "points_at", "values",
                "sealed", "kept")  # fmt: skip
Row = dict[str, Any]

README: Final = """Kinderwerk: everything that belongs to {name}, as it was on {day}.

json/       Each table as lines of JSON. From these another Kinderwerk is filled again:
            kinderwerk import archive FILE
csv/        The same for any program that reads tables (UTF-8, comma).
xlsx/       The same as workbooks; a long table goes on in a second one.
pictures/   The photos, as WebP.
dictionary.csv   What each table and column is, and how long it is kept.
manifest.json    What this is, and how many rows each table has.

What is confidential by its nature (signals, cases, what is known of health) is locked here. The
protection officer has the key, and only an installation of Kinderwerk opens it.
What stays behind, and why, stands in manifest.json under "left".

This file holds the names of children. Keep it as you keep those, and take it away when its work
is done.
"""


@dataclass(slots=True)
class Told:
    """What an archive says of itself once it is written."""

    counts: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    locked: int = 0


class _Digested(RawIOBase):
    """Writes through, and remembers the digest of what went by."""

    def __init__(self, to: IO[bytes]) -> None:
        super().__init__()
        self._to, self.digest = to, hashlib.sha256()

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, some: Any) -> int:
        self.digest.update(some)
        return self._to.write(some)


class Writer:
    """Writes one archive out of one transaction, which sees a single moment."""

    def __init__(
        self, connection: Connection, organisation_id: UUID, opened: Open, inner: Inner
    ) -> None:
        self._connection, self._organisation_id = connection, organisation_id
        self._opened, self._inner = opened, inner
        self._ids: set[str] = set()
        self.told = Told()

    def write(self, to: IO[bytes], head: Mapping[str, Any], at: datetime) -> Told:
        with ZipFile(to, "w", ZIP_DEFLATED) as file:
            readme = README.format(name=head["organisation"]["name"], day=at.date().isoformat())
            file.writestr("README.txt", readme)
            tables = list(owning.chosen(self._connection, self._organisation_id))
            tables.append((Base.metadata.tables[owning.DUE], true()))
            for table, where in tables:
                self._table(file, table, where)
            self._pictures(file)
            with _lines(file, "dictionary.csv") as csv_file:
                csv_file.writerows([WORDS, *dictionary([table for table, _ in tables])])
            manifest = dict(head) | {
                "format": FORMAT, "made_at": at.isoformat(), "counts": self.told.counts,
                "locked": self.told.locked, "digests": self.told.digests,
                "left": dict(owning.LEFT),
            }  # fmt: skip
            file.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        return self.told

    def _table(self, file: ZipFile, table: Table, where: ColumnElement[bool]) -> None:
        name, count = table.name, 0
        with file.open(f"json/{name}.jsonl", "w", force_zip64=True) as to:
            digested = _Digested(to)
            for row in self._rows(table, where):
                count += 1
                self._lock(table, row)
                self._ids |= {str(row[each]) for each in ("id", "offer_id") if row.get(each)}
                digested.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        self.told.counts[name] = count
        self.told.digests[name] = digested.digest.hexdigest()
        names = columns(table)
        with _lines(file, f"csv/{name}.csv") as csv_file:
            csv_file.writerow(names)
            csv_file.writerows(map(cell, line) for line in self._read(table, where))
        read, number = self._read(table, where), 0
        while some := list(islice(read, ON_A_SHEET)):
            number += 1
            more = f"-{number}" if number > 1 else ""
            file.writestr(f"xlsx/{name}{more}.xlsx", workbook(name, names, some))

    def _rows(self, table: Table, where: ColumnElement[bool]) -> Iterator[Row]:
        names, kept = sorted(table.c.keys()), columns(table)
        for line in rows.dumped(self._connection, table, where):
            row = dict(zip(names, json.loads(line)[1:], strict=True))
            if table.name != owning.DUE or row["subject"] in self._ids:
                yield {column: row[column] for column in kept}

    def _lock(self, table: Table, row: Row) -> None:
        """Put what is sealed here under the key of the archive."""
        for column in table.c:
            if column.info.get(SEALED) and row.get(column.name) is not None:
                at = place(table.name, column.name, UUID(row["id"]))
                words = self._opened(rows.read(column, row[column.name]), at)
                row[column.name] = self._inner.shut(words, at)
                self.told.locked += 1

    def _read(self, table: Table, where: ColumnElement[bool]) -> Iterator[list[str]]:
        names = columns(table)
        kinds = [table.c[name] for name in names]
        for row in self._rows(table, where):
            yield [_in_words(column, row[column.name]) for column in kinds]

    def _pictures(self, file: ZipFile) -> None:
        table = Base.metadata.tables["stored_file"]
        chosen = select(table.c.id, table.c.content).where(
            table.c.organisation_id == self._organisation_id
        )
        for id, content in self._connection.execute(chosen, execution_options={"yield_per": 1}):
            file.writestr(f"pictures/{id}.webp", content)


def columns(table: Table) -> list[str]:
    """Return the columns that go along: of an account only who somebody is."""
    if table.name == "user_account":
        return list(owning.WHO)
    if table.name == owning.DUE:
        return ["kind", "subject", "run_at"]
    return [column.name for column in table.c]


def workbook(name: str, header: Iterable[str], lines: Iterable[Iterable[str]]) -> bytes:
    """Return rows as a workbook in which every cell is words, and none is worked out."""
    import xlsxwriter  # noqa: PLC0415 (heavy, and seldom asked for)

    out = BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, safe) as book:
        sheet = book.add_worksheet(name[:31])
        for number, line in enumerate((header, *lines)):
            for at, value in enumerate(line):
                sheet.write_string(number, at, value[:LONGEST_CELL])
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def dictionary(tables: Iterable[Table]) -> Iterator[list[str]]:
    """Yield a line for each column: what it is, what it may say, and how long it is kept."""
    kinds = {cast(Table, one.local_table).name: one.class_ for one in Base.registry.mappers}
    for table in tables:
        kind = kinds[table.name]
        about = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
        about = "" if about.startswith(f"{kind.__name__}(") else about
        for name in columns(table):
            column = table.c[name]
            points = ", ".join(sorted(key.target_fullname for key in column.foreign_keys))
            yield [
                table.name, about, name, _kind(column), "yes" if column.nullable else "no", points,
                _values(column), "yes" if column.info.get(SEALED) else "no",
                _kept(kind.__retention__),
            ]  # fmt: skip


def _kept(retention: Any) -> str:
    """Return what the table of terms says, or with what it goes."""
    if retention.line:
        return f"term: {retention.line.value}"
    if retention.along:
        return f"as long as {retention.along}"
    return str(retention.stays or retention.tidied)


def _kind(column: Column[Any]) -> str:
    if column.info.get(SEALED):
        return "words, locked"
    if isinstance(column.type, Enum):
        return "one of"
    if isinstance(column.type, JSON):
        return "JSON"
    kind = getattr(column.type, "impl_instance", column.type)
    return str(kind.python_type.__name__)


def _values(column: Column[Any]) -> str:
    if not isinstance(column.type, Enum) or column.type.enum_class is None:
        return ""
    return "; ".join(
        f"{one.value} = {getattr(one, 'label', one.value)}" for one in column.type.enum_class
    )


def _in_words(column: Column[Any], value: Any) -> str:
    """Return what a person reads in a cell."""
    if value is None:
        return ""
    if column.info.get(SEALED):
        return SHUT
    if isinstance(column.type, LargeBinary) and not isinstance(column.type, Id):
        return f"({len(value) * 3 // 4} bytes)"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


@contextmanager
def _lines(file: ZipFile, name: str) -> Iterator[Any]:
    with (
        file.open(name, "w", force_zip64=True) as to,
        TextIOWrapper(to, "utf-8-sig", newline="", write_through=True) as words,
    ):
        yield csv.writer(words)
