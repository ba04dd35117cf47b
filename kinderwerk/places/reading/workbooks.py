"""Reading tables that came as text or as a workbook. Runs in the child."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import IO, Final
from xml.parsers import expat

from kinderwerk.core.words import N_
from kinderwerk.places.reading import tables
from kinderwerk.places.reading.findings import Unreadable
from kinderwerk.places.reading.tables import MOST_COLUMNS, Table

#: A workbook is a ZIP: this much may come out of it, and no more.
MOST_UNPACKED: Final = 40_000_000
MOST_PARTS: Final = 200


def read(content: bytes, is_heading: Callable[[Sequence[str]], bool], most: int) -> Table:
    """Read a table of so many rows; where it has faults its findings say so, and nothing counts."""
    if not content.startswith(b"PK\x03\x04"):
        return _bounded(tables.read(content, is_heading), most)
    table = Table()
    try:
        lines = list(_workbook(content, most))
        width = max((len(cells) for _, cells in lines), default=0)
        square = [(number, cells + [""] * (width - len(cells))) for number, cells in lines]
        tables.fill(table, square or [(1, [])], is_heading)
    except Unreadable as reason:
        table.findings.fault(reason.at())
    except Exception:  # whatever a library makes of a file that is made to break it
        table = Table()
        table.findings.fault(Unreadable(N_("This workbook cannot be read. Save it anew.")).at())
    return _bounded(table, most)


def _bounded(table: Table, most: int) -> Table:
    if len(table.rows) > most:
        many = Unreadable(N_("It has more than %(most)s rows."), most=most)
        table = Table()
        table.findings.fault(many.at())
    return table


def _workbook(content: bytes, most: int) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # noqa: PLC0415 (heavy, and only the child needs it)

    _look_through(content)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > most + tables.HEADINGS_WITHIN + 1:
            raise Unreadable(N_("It has more than %(most)s rows."), most=most)
        cells = [_words(cell.value) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(
                N_("Row %(number)s has more than %(most)s cells."),
                number=number, most=MOST_COLUMNS,
            )  # fmt: skip
        if cells:
            yield number, cells


def _look_through(content: bytes) -> None:
    """Refuse what would do harm before anybody sees its rows."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sizes = [part.file_size for part in parts.infolist()]
        if len(sizes) > MOST_PARTS or sum(sizes) > MOST_UNPACKED:
            raise Unreadable(N_("Far more comes out of this workbook than a table needs."))
        for part in parts.infolist():
            if part.filename.endswith((".xml", ".rels")):
                with parts.open(part) as written:
                    _refuse_types(written)


class _Begun(Exception):
    """Its first element: what could stand before it did not."""


def _refuse_types(written: IO[bytes]) -> None:
    """Refuse a document type, in which entities are declared; it stands before all elements."""

    def refuse(*_: object) -> None:
        raise Unreadable(N_("This workbook cannot be read. Save it anew."))

    def begin(*_: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = refuse, begin
    with suppress(_Begun):
        parser.ParseFile(written)


def _words(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
