"""Reading tables that came as text: unknown encoding, unknown delimiter, headings anywhere on top.

`read` never raises for what is in the file; the table it returns is empty when its findings hold
a fault about the whole file.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from kinderwerk.core.words import N_
from kinderwerk.places.reading.findings import Finding, Findings, Unreadable, Where

MOST_BYTES: Final = 16 * 1024 * 1024
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 400
LONGEST_CELL: Final = 4_000
#: How far down the headings may stand, below titles and remarks.
HEADINGS_WITHIN: Final = 15

_DELIMITERS: Final = (";", ",", "\t", "|")
_SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Row:
    """One row, by heading; `number` is the line of the sheet, the headings' own line included."""

    number: int
    cells: dict[str, str]

    def get(self, heading: str | None) -> str:
        return self.cells.get(heading, "").strip() if heading else ""


@dataclass(slots=True)
class Table:
    headings: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


def read(data: bytes, is_heading: Callable[[Sequence[str]], bool]) -> Table:
    """Read a table whose headings are the first row of which `is_heading` says so."""
    table = Table()
    try:
        lines = _lines(decode(data, table.findings))
        fill(table, lines, is_heading)
    except Unreadable as reason:
        table.findings.fault(reason.at())
    return table


def decode(data: bytes, findings: Findings) -> str:
    if len(data) > MOST_BYTES:
        raise Unreadable(N_("It is larger than %(most)s MB."), most=MOST_BYTES // 1024 // 1024)
    if data.startswith(_SPREADSHEETS):
        raise Unreadable(N_("It is a spreadsheet; save it as CSV first."))
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        findings.notice(Finding(N_("It is not in UTF-8; it was read as Western European text.")))
    if "\0" in text:
        raise Unreadable(N_("It is not a text file."))
    if not text.strip():
        raise Unreadable(N_("It is empty."))
    if text.lstrip()[0] in "{[<":
        raise Unreadable(N_("It is not a table."))
    return text


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something, numbered as a spreadsheet would show them."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS:
                raise Unreadable(N_("It has more than %(most)s rows."), most=MOST_ROWS)
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(
                    N_("Row %(number)s has more than %(most)s cells."),
                    number=number, most=MOST_COLUMNS,
                )  # fmt: skip
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
    except csv.Error:
        raise Unreadable(
            N_("Row %(number)s cannot be read: its quotation marks do not match."),
            number=number + 1,
        ) from None
    return rows


def _delimiter(text: str) -> str:
    """Return the sign that cuts the first lines into the most equal number of cells."""
    top = "\n".join(text[:100_000].splitlines()[:40])
    return max(_DELIMITERS, key=lambda sign: _evenness(top, sign))


def _evenness(top: str, sign: str) -> tuple[int, int]:
    """Return how many lines have the commonest number of cells, if that is more than one."""
    widths = [len(cells) for cells in _leniently(top, sign) if len(cells) > 1]
    if not widths:
        return 0, 0
    commonest = max(set(widths), key=lambda width: (widths.count(width), width))
    return widths.count(commonest), commonest


def _leniently(top: str, sign: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(top, newline=""), delimiter=sign)
    except csv.Error:
        return


def fill(
    table: Table,
    lines: Sequence[tuple[int, list[str]]],
    is_heading: Callable[[Sequence[str]], bool],
) -> None:
    """Take numbered lines over as rows; the first that looks like one is that of the headings."""
    at = next((i for i, (_, cells) in enumerate(lines[:HEADINGS_WITHIN]) if is_heading(cells)), 0)
    headings = [cell.strip() for cell in lines[at][1]]
    table.headings = [heading for heading in headings if heading]
    if twice := sorted({heading for heading in table.headings if headings.count(heading) > 1}):
        raise Unreadable(
            N_("The heading “%(heading)s” stands above more than one column."),
            heading=twice[0][:80],
        )
    for number, cells in lines[at + 1 :]:
        try:
            table.rows.append(_row(number, cells, headings))
        except Unreadable as reason:
            table.findings.fault(reason.at(Where.ROW, number))
    if not table.rows and not table.findings.faults:
        raise Unreadable(N_("It has headings but no rows below them."))


def _row(number: int, cells: Sequence[str], headings: Sequence[str]) -> Row:
    width = len(headings)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        raise Unreadable(
            N_("It has %(cells)s cells, and there are %(headings)s headings."),
            cells=len(cells), headings=width,
        )  # fmt: skip
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise Unreadable(N_("It has a cell of more than %(most)s characters."), most=LONGEST_CELL)
    named = zip(headings, cells, strict=False)
    return Row(number, {heading: cell for heading, cell in named if heading})
