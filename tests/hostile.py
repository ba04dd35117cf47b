"""Files that are made to break whoever reads a table, made by ourselves."""

import io
import zipfile
from typing import Any, Final

import openpyxl

FEW: Final = ["Naam", "Soort"]


def workbook(*lines: list[Any]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(out)
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def swollen() -> bytes:
    """Return a workbook whose sheet unpacks to far more than it weighs."""
    return zipped(xl__worksheets__sheet1_xml=b"0" * 60_000_000)


def expanding(*lines: list[Any], before: str = "", spelt: str = "utf-8") -> bytes:
    """Return a workbook whose sheet is a small text that expands to gigabytes."""
    inner = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    told = f'<!DOCTYPE x [<!ENTITY l0 "ha">{inner}]><x>&l11;</x>'
    bomb = f'<?xml version="1.0" encoding="{spelt}"?>{before}{told}'.encode(spelt)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(*lines))) as source,
        zipfile.ZipFile(out, "w") as target,
    ):
        for name in source.namelist():
            target.writestr(name, bomb if "sheet1" in name else source.read(name))
    return out.getvalue()


#: None of these holds a row that could be taken over.
FILES: Final = {
    "nothing": b"", "noughts": b"\x00" * 2000, "no zip": b"PK\x03\x04 no zip", "JSON": b"{}",
    "HTML": b"<html>", "a quote": b'"', "no text": b"\xff\xfe\xfa\xfb\xfc",
    "very wide": ("a;" * 100_000 + "\nb").encode(), "line ends": b"\r" * 5000,
    "headings alone": b"Naam;Soort\n", "headings again": b"Naam\n" * 3,
    "a nought inside": b"Naam;Soort\na\x00b;c\n", "swollen": swollen(),
    "expanding": expanding(FEW, ["A", "other"]),
    "expanding after much else": expanding(FEW, before=f"<!--{'x' * 9_000}-->"),
    "expanding in other letters": expanding(FEW, spelt="utf-16"),
    "wide workbook": workbook(["x"] * 500, FEW * 250),
    "a cell too long": b"Naam;Soort\n" + b"x" * 9_000 + b";other\n", "too large": b"x" * 300_001,
    "a formula": b"Naam;Soort\n=HYPERLINK(1);place\n",
    "turned words": "Naam;Soort\n\u202e;place\n".encode(),
}  # fmt: skip
