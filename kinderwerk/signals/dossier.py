"""A signal on paper: for the family, for whoever it is reported to, or for an access request."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core.words import N_, STAFF_LANGUAGES
from kinderwerk.dossiers import sheet
from kinderwerk.dossiers.rules import Passage, Section
from kinderwerk.dossiers.sections import section
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.rules import Order
from kinderwerk.signals import queries, service
from kinderwerk.signals.models import Signal

CASE = "signal"


@section(CASE, first=True)
def notes(session: Session, actor: Actor, signal: Signal, deed: str) -> Section:
    reading = service.read_all(session, actor, signal, f"signal.{deed}")
    people = queries.people(session, [one.note.author_id for one in reading.notes])
    return Section(
        _("What was written down"),
        [
            Passage(
                id=one.note.id, on=one.note.observed_on, label=one.note.kind.label, text=one.text,
                source=one.source, secret=one.source_why is not None,
                author=people.get(one.note.author_id),
            )
            for one in reading.notes
        ],
    )  # fmt: skip


@paper(
    "signal", N_("Copy of a case"), "dossiers/paper.html", Action.RELEASE, Resource.SIGNAL,
    subject=queries.by_id, languages=STAFF_LANGUAGES, proved=True, once=True,
)  # fmt: skip
def copied(session: Session, asker: Actor, signal: Any, order: Order) -> Words:
    return sheet.words(session, asker, CASE, signal, order)
