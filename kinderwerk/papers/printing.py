"""From a page to a tagged PDF (PDF/UA-1). Only the worker calls it: that takes a second or more.

WeasyPrint needs Pango from the system. Where that is missing the print view of the page stays.
"""

import logging
import mimetypes
from typing import Final

from kinderwerk import paths

ORIGIN: Final = "https://kinderwerk.invalid"
#: Tells of every table of every font that it takes a piece of.
logging.getLogger("fontTools").setLevel(logging.WARNING)


class NoPango(RuntimeError):
    """The libraries that lay out text are not on this machine."""


def pdf(html: str) -> bytes:
    """Return the page as a PDF that a screen reader can follow."""
    try:
        from weasyprint import HTML  # noqa: PLC0415 (heavy, and not on every machine)
    except OSError as error:
        raise NoPango from error
    made: bytes = HTML(string=html, base_url=ORIGIN, url_fetcher=fetcher()).write_pdf(
        pdf_variant="pdf/ua-1", pdf_tags=True
    )
    return made


def fetcher() -> object:
    """Return a fetcher that knows our own style sheets, fonts and drawings, and nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            path = url.removeprefix(f"{ORIGIN}/static/").partition("?")[0]
            root = paths.resource("static").resolve()
            file = (root / path).resolve()
            if not url.startswith(f"{ORIGIN}/static/") or not file.is_relative_to(root):
                raise ValueError("only our own files go onto paper")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            headers = {"Content-Type": kind}
            return URLFetcherResponse(url, body=file.read_bytes(), headers=headers)

    return OwnFiles()
