"""The worker's side: makes what was asked for, as whoever asked, and tidies up."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template
from flask_babel import force_locale
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.core.errors import Withheld
from kinderwerk.messages.work import register
from kinderwerk.papers import printing, queries, service
from kinderwerk.papers.kinds import KINDS
from kinderwerk.papers.models import Paper
from kinderwerk.papers.rules import Overtaken, Why
from kinderwerk.storage import reach
from kinderwerk.web.disclosing import put_on_record


@register(service.MAKE)
def make(session: Session, subject: str) -> None:
    """Make one paper; no transaction is open while it is laid out."""
    paper = queries.waiting(session, UUID(subject))
    if paper is None:
        return
    try:
        made = printing.pdf(written(session, paper))
    except (NoResultFound, Withheld):
        _give_up(session, UUID(subject), Why.GONE)
    except Overtaken:
        _give_up(session, UUID(subject), Why.CHANGED)
    except printing.NoPango:
        _give_up(session, UUID(subject), Why.NO_PANGO)
    else:
        session.rollback()
        service.keep(session, UUID(subject), made)


def _give_up(session: Session, paper_id: UUID, why: Why) -> None:
    session.rollback()
    service.give_up(session, paper_id, why)


def written(session: Session, paper: Paper) -> str:
    """Return the page as whoever asked may read it now; about whom it tells is on record."""
    kind, order = KINDS[paper.kind], paper.order
    asker = queries.asker(session, paper)
    said = session.info.get(reach.SAID, reach.NOTHING)
    session.rollback()
    reach.say(session, reach.of(asker))
    try:
        about: Any = kind.subject(session, order.subject_id)
        demand(asker, kind.action, kind.resource, about.facts)
        with force_locale(order.language):
            html = render_template(
                kind.template, order=order, **kind.told(session, asker, about, order)
            )
        session.rollback()
        put_on_record(session, asker, kind.resource, None)
    finally:
        session.rollback()
        reach.say(session, said)
    return html


@register("papers.tidy", every=timedelta(minutes=30))
def tidy(session: Session, subject: str) -> None:
    service.tidy(session)
