"""Whoever looks for planted words finds them in what is packed as well."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from flask import Response
from openpyxl import Workbook
from werkzeug.test import TestResponse

from kinderwerk.papers import printing
from tests.contract.world import told
from tests.planted import SECRET

#: No database has a say in how files are packed.
pytestmark = pytest.mark.sqlite

PDF, TABLE, PARCEL = "application/pdf", "application/vnd.ms-excel", "application/zip"


def a_pdf(text: str, title: str) -> bytes:
    return printing.pdf(f'<html lang="nl"><title>{title}</title><body><p>{text}</p></body></html>')


def a_table(text: str) -> bytes:
    book, packed = Workbook(), BytesIO()
    book.active.append(["Buurt", text])
    book.save(packed)
    return packed.getvalue()


def a_parcel(*parts: bytes) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as parcel:
        for number, part in enumerate(parts):
            parcel.writestr(f"{number}.bin", part)
    return packed.getvalue()


def answer(data: bytes, kind: str) -> TestResponse:
    made = Response(data, mimetype=kind)
    return TestResponse(made.response, made.status, made.headers, request=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        (PDF, lambda word: a_pdf(f"Alles goed, {word}.", "Brief")),
        (PDF, lambda word: a_pdf("Alles goed.", word)),
        (TABLE, a_table),
        (PARCEL, lambda word: a_parcel(b"", f"Alles goed, {word}, {word}, {word}.".encode())),
        (PARCEL, lambda word: a_parcel(a_table(word), b"Alles goed.")),
    ],
    ids=["text of a PDF", "title of a PDF", "cell of a table", "parcel", "table in a parcel"],
)
def test_a_planted_word_is_found_in_what_is_packed(kind: str, made: Callable[[str], bytes]) -> None:
    planted, clean = made(SECRET), made("Merelhoek")
    assert told(answer(planted, kind), None)
    assert not told(answer(clean, kind), None)
