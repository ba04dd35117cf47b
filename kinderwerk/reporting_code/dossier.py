"""What of a case of the reporting code goes onto paper, with the signal that it is about."""

from collections.abc import Iterator
from uuid import uuid5

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.dossiers.rules import Passage, Section
from kinderwerk.dossiers.sections import section
from kinderwerk.reporting_code import queries, service
from kinderwerk.reporting_code.service import Reading
from kinderwerk.signals.models import Signal


@section("signal")
def told(session: Session, actor: Actor, signal: Signal, deed: str) -> Section | None:
    case = queries.of_signal(session, actor, signal.id)
    if case is None:
        return None
    case_id = case.id
    reading = service.read(session, actor, case_id, f"code_case.{deed}")
    names = queries.people(session, reading.written.writers)
    passages = [*_done(reading, names), *_weighed(reading, names), *_decided(reading, names)]
    return Section(_("Reporting code"), passages)


def _done(reading: Reading, names: queries.Names) -> Iterator[Passage]:
    """Yield what was done: what was said, and as passages of their own what followed from it."""
    for one in reading.written.entries:
        words = reading.words[one.id]
        parts = {"said": "", "answer": N_("What came back:"), "agreed": N_("Agreed:")}
        for column, before in parts.items():
            if text := words[column]:
                yield Passage(
                    id=one.id if column == "said" else uuid5(one.id, column), on=one.day,
                    label=one.kind.label, before=before, text=text, source=words["who"],
                    author=names.get(one.by_id),
                )  # fmt: skip


def _weighed(reading: Reading, names: queries.Names) -> Iterator[Passage]:
    for one in reading.written.answers:
        yield Passage(
            id=one.id, on=clock.to_wall(one.created_at).date(), label=one.question.label,
            before=one.reply.label, text=reading.words[one.id]["motive"] or "",
            author=names.get(one.by_id),
        )  # fmt: skip


def _decided(reading: Reading, names: queries.Names) -> Iterator[Passage]:
    for one in reading.written.decisions:
        yield Passage(
            id=one.id, on=clock.to_wall(one.created_at).date(), label=one.about.label,
            before=N_("Yes") if one.yes else N_("No"),
            text=reading.words[one.id]["motive"] or "", author=names.get(one.decider_id),
        )  # fmt: skip
