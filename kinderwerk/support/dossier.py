"""What a dossier can tell of parenting support to the same family: only what somebody ticks."""

from collections.abc import Iterator, Mapping
from uuid import UUID, uuid5

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.dossiers.rules import Passage, Section
from kinderwerk.dossiers.sections import section
from kinderwerk.signals.models import Signal
from kinderwerk.support import queries, service
from kinderwerk.support.models import Trajectory
from kinderwerk.support.service import Reading


@section("signal")
def told(session: Session, actor: Actor, signal: Signal, deed: str) -> Section | None:
    family_id = signal.child.family_id if signal.child else signal.family_id
    if family_id is None:
        return None
    passages: list[Passage] = []
    for id in [one.id for one in queries.of_family(session, actor, family_id)]:
        reading = service.read(session, actor, queries.by_id(session, id), f"support.{deed}")
        passages += _passages(session, queries.by_id(session, id), reading)
    return Section(_("Parenting support"), passages)


def _passages(session: Session, trajectory: Trajectory, reading: Reading) -> Iterator[Passage]:
    wrote = [one.note.author_id for one in reading.notes]
    wrote += [one.check.author_id for one in reading.checks]
    people = queries.people(session, [trajectory.author_id, *wrote])
    yield from _of_family(trajectory, reading, people[trajectory.author_id])
    yield from _talks(reading, people)
    for done in reading.checks:
        yield Passage(
            id=done.check.id, on=done.check.held_on, label=N_("Child check"), text=done.said,
            before=done.check.finding.label, author=people[done.check.author_id], aside=True,
        )  # fmt: skip


def _of_family(trajectory: Trajectory, reading: Reading, author: str) -> Iterator[Passage]:
    """Yield what the family asks, wants, agreed and says of the help."""
    began = trajectory.began_on
    yield Passage(
        id=trajectory.id, on=began, label=N_("What they ask"), text=reading.question,
        author=author, aside=True,
    )  # fmt: skip
    for aim in reading.aims:
        yield Passage(
            id=aim.aim.id, on=began, label=N_("What they want to reach"), text=aim.text,
            author=author, aside=True,
        )  # fmt: skip
    for step in reading.steps:
        if step.text:
            yield Passage(
                id=step.agreement.id, on=clock.to_wall(step.agreement.created_at).date(),
                label=N_("What you agreed"), text=step.text, author=author, aside=True,
            )  # fmt: skip
    for said in reading.answers:
        if said.words:
            yield Passage(
                id=said.answer.id, on=said.answer.answered_on, label=N_("Did it help?"),
                before=said.answer.helped.label, text=said.words, aside=True,
            )  # fmt: skip


def _talks(reading: Reading, people: Mapping[UUID, str]) -> Iterator[Passage]:
    for one in reading.notes:
        for id, before, text in (
            (one.note.id, "", one.text),
            (uuid5(one.note.id, "agreed"), N_("Agreed:"), one.agreed),
        ):
            if text:
                yield Passage(
                    id=id, on=one.note.held_on, label=one.note.channel.label, before=before,
                    text=text, author=people[one.note.author_id], aside=True,
                )  # fmt: skip
