"""What an answer tells once it is unpacked: words lie compressed in a PDF, a table or a parcel."""

import subprocess
from collections.abc import Iterator
from io import BytesIO
from typing import Final
from zipfile import ZipFile, is_zipfile

from werkzeug.test import TestResponse

PDF: Final = b"%PDF-"
#: A parcel in a parcel in a parcel is opened no further.
DEEPEST: Final = 3


def readable(answer: TestResponse) -> str:
    """Return all that an answer tells: its headers, its text, and what is packed in it."""
    data = answer.get_data()
    return str(answer.headers) + data.decode(errors="replace") + unpacked(data)


def unpacked(data: bytes, deep: int = 0) -> str:
    """Return the words in a PDF or in a parcel; of anything else nothing."""
    if data.startswith(PDF):
        return _read(data, "pdftotext", "-", "-") + _read(data, "pdfinfo", "-")
    if data.startswith(b"PK") and deep < DEEPEST and is_zipfile(BytesIO(data)):
        return "\n".join(_parts(data, deep))
    return ""


def _parts(data: bytes, deep: int) -> Iterator[str]:
    with ZipFile(BytesIO(data)) as parcel:
        for name in parcel.namelist():
            part = parcel.read(name)
            yield name
            yield unpacked(part, deep + 1) or part.decode(errors="replace")


def _read(pdf: bytes, *command: str) -> str:
    """Return what a program reads in it, without the hyphens that break a word."""
    read = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return read.stdout.decode().replace("\u00ad", "").replace("-\n", "")
