"""The report on paper, made by the worker once an edition is released."""

from uuid import UUID

from flask import render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.messages.work import register
from kinderwerk.papers import printing
from kinderwerk.reports import queries, service
from kinderwerk.reports.models import Edition
from kinderwerk.reports.reading import shown


def render(edition: Edition) -> bytes:
    """Return the PDF of an edition, in Dutch."""
    with force_locale("nl"):
        html = render_template("reports/pdf.html", **shown(edition, only=None))
    return printing.pdf(html)


@register(service.PDF)
def make(session: Session, subject: str) -> None:
    """Make the PDF of a released edition, once."""
    edition = queries.with_pdf(session, UUID(subject))
    if edition.released_at is None or edition.pdf is not None:
        return
    made = render(edition)
    session.rollback()
    service.keep_pdf(session, SYSTEM, UUID(subject), made)
