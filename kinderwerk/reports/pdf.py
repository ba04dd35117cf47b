"""The report on paper: a tagged PDF, made by the worker once an edition is released.

WeasyPrint needs Pango from the system. Where that is missing the print view of the page stays.
"""

import mimetypes
from uuid import UUID

from flask import render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from kinderwerk import paths
from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.facts.rules import Measure
from kinderwerk.messages.work import register
from kinderwerk.reports import queries, service
from kinderwerk.reports.models import Edition
from kinderwerk.reports.reading import reading

ORIGIN = "https://kinderwerk.invalid"


class NoPango(RuntimeError):
    """The libraries that lay out text are not on this machine."""


def render(edition: Edition) -> bytes:
    """Return the PDF (PDF/UA-1) of an edition, in Dutch."""
    try:
        from weasyprint import HTML  # noqa: PLC0415 (heavy, and not on every machine)
    except OSError as error:
        raise NoPango from error
    with force_locale("nl"):
        html = render_template(
            "reports/pdf.html", edition=edition, measure=Measure,
            report=reading(edition.content, only=None),
        )  # fmt: skip
    made: bytes = HTML(string=html, base_url=ORIGIN, url_fetcher=_fetcher()).write_pdf(
        pdf_variant="pdf/ua-1", pdf_tags=True
    )
    return made


def _fetcher() -> object:
    """Return a fetcher that knows our own style sheets, fonts and drawings, and nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            path = url.removeprefix(f"{ORIGIN}/static/").partition("?")[0]
            root = paths.resource("static").resolve()
            file = (root / path).resolve()
            if not url.startswith(f"{ORIGIN}/static/") or not file.is_relative_to(root):
                raise ValueError("only our own files go into a report")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            headers = {"Content-Type": kind}
            return URLFetcherResponse(url, body=file.read_bytes(), headers=headers)

    return OwnFiles()


@register(service.PDF)
def make(session: Session, subject: str) -> None:
    """Make the PDF of a released edition, once."""
    edition = queries.with_pdf(session, UUID(subject))
    if edition.released_at is None or edition.pdf is not None:
        return
    made = render(edition)
    session.rollback()
    service.keep_pdf(session, SYSTEM, UUID(subject), made)
