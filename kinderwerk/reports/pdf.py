"""The report on paper, made by the worker once an edition is released."""

from uuid import UUID

from flask import render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session, object_session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.messages.work import register
from kinderwerk.papers import printing
from kinderwerk.places import queries as places
from kinderwerk.reports import queries, service
from kinderwerk.reports.drawn import drawn
from kinderwerk.reports.models import Edition
from kinderwerk.reports.reading import shown


def render(edition: Edition) -> bytes:
    """Return the PDF of an edition, in Dutch, with a still map of its neighbourhoods."""
    here = object_session(edition)
    outlines = places.outlines(here, edition.municipality_id) if here else []
    picture = drawn(edition.content, outlines)
    with force_locale("nl"):
        html = render_template("reports/pdf.html", map=picture, **shown(edition, only=None))
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
