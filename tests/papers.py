"""A worker that makes what was asked for, and eyes that read what came of it."""

import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
from flask import Flask
from flask.testing import FlaskClient

from kinderwerk.messages import worker


def made(app: Flask, client: FlaskClient, url: str, **chosen: str) -> bytes:
    """Ask for a paper on its page, let the worker make it, and fetch it."""
    answer = client.post(url, data={"language": "nl", **chosen})
    assert answer.status_code == 303, answer.text
    assert "opnieuw" in client.get(answer.location).text
    while worker.do_one(app):
        pass
    page = client.get(answer.location).text
    (address,) = {part.split('"')[0] for part in page.split('href="') if ".pdf" in part[:99]}
    fetched = client.get(address)
    assert (fetched.status_code, fetched.mimetype) == (200, "application/pdf")
    assert "attachment" in fetched.headers["Content-Disposition"]
    return fetched.data


def is_tagged(pdf: bytes, language: str) -> bool:
    with pikepdf.open(BytesIO(pdf)) as document:
        tagged = document.Root.MarkInfo.Marked and "/StructTreeRoot" in document.Root
        return bool(tagged) and str(document.Root.Lang) == language


def fonts(pdf: bytes) -> str:
    """Name the fonts that are in it."""
    with pikepdf.open(BytesIO(pdf)) as document:
        used = [font for page in document.pages for font in page.resources.Font.values()]
        return " ".join(str(font.BaseFont) for font in used)


def words(pdf: bytes) -> str:
    """Return what stands on it, in one line."""
    read = ["pdftotext", "-layout", "-", "-"]
    return " ".join(subprocess.run(read, input=pdf, capture_output=True, check=True)
                    .stdout.decode().split())  # fmt: skip


def scanned(pdf: bytes, folder: Path) -> str:
    """Return what a telephone reads in the code on the first page."""
    (folder / "paper.pdf").write_bytes(pdf)
    draw = ["pdftoppm", "-r", "100", "-png", "-singlefile", "paper.pdf", "paper"]
    subprocess.run(draw, cwd=folder, check=True)
    read = ["zbarimg", "-q", "--raw", "paper.png"]
    return subprocess.run(read, cwd=folder, capture_output=True, check=True).stdout.decode().strip()
