"""The forms of the child check, and of what of a trajectory becomes a signal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.core import clock
from kinderwerk.signals.rules import FACTS, Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.support.concern.rules import ChildCheck, Finding, NothingChosen
from kinderwerk.support.models import Trajectory
from kinderwerk.support.service import OpenCheck, Reading
from kinderwerk.web.form import (
    EnumField,
    EnumRadioField,
    Form,
    LongText,
    OnceField,
    RowField,
    RowsField,
    Text,
    Whole,
    YesNoField,
)
from kinderwerk.web.pages import short_date

LONGEST = 4000
Names = Mapping[UUID, str]


class CheckForm(Form):
    once = OnceField()
    held_on = DateField(_("When was it?"), [InputRequired()], default=clock.today)
    children_count = Whole(
        _("How many children depend on this adult?"), [Optional(), NumberRange(0, 99)]
    )
    ages = Text(_("How old are they?"), [Optional(), Length(max=200)])
    care_shared = YesNoField(_("Does somebody else care for them too?"), [Optional()])
    said = LongText(
        _("What troubles the adult, and is there enough care and safety?"),
        [InputRequired(), Length(max=LONGEST)],
    )
    finding = EnumRadioField(_("What did it come to?"), Finding)

    def check(self) -> ChildCheck:
        return ChildCheck(
            held_on=self.held_on.data, children_count=self.children_count.data,
            ages=self.ages.data or "", care_shared=self.care_shared.told, said=self.said.data,
            finding=self.finding.data, once=self.once.data,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that stands in a trajectory, as it would stand in a signal."""

    id: UUID
    kind: NoteKind
    on: date
    label: str
    text: str

    def note(self, writer: str) -> Note:
        when = short_date(self.on)
        source = gettext("Parenting support: %(what)s, %(day)s", what=self.label, day=when)
        return Note(
            kind=self.kind, text=self.text, observed_on=self.on, source=f"{source} ({writer})"
        )


def pieces(reading: Reading, trajectory: Trajectory) -> Iterator[Piece]:
    """Yield what was written down in a trajectory: what is a fact first, then what was agreed."""
    began, parent = trajectory.began_on, NoteKind.STATEMENT_PARENT
    for done in reading.checks:
        yield Piece(
            done.check.id, NoteKind.DOCUMENT, done.check.held_on, gettext("Child check"),
            summed(done),
        )  # fmt: skip
    yield Piece(trajectory.id, parent, began, gettext("What they ask"), reading.question)
    for aim in reading.aims:
        yield Piece(aim.aim.id, parent, began, gettext("What they want to reach"), aim.text)
    for talk in reading.notes:
        where = gettext("Talk, %(where)s", where=gettext(talk.note.channel.label).lower())
        yield Piece(talk.note.id, NoteKind.DOCUMENT, talk.note.held_on, where, talk.text)
    for said in reading.answers:
        if said.words:
            yield Piece(
                said.answer.id, parent, said.answer.answered_on, gettext("Did it help?"),
                said.words,
            )  # fmt: skip
    for step in reading.steps:
        if step.text:
            agreed = clock.to_wall(step.agreement.created_at).date()
            yield Piece(
                step.agreement.id, NoteKind.AGREEMENT, agreed, gettext("What you agreed"),
                step.text,
            )  # fmt: skip


def summed(done: OpenCheck) -> str:
    """Say in words what a child check found."""
    parts = [gettext(done.check.finding.label)]
    if (many := done.check.children_count) is not None:
        parts.append(ngettext("%(num)d child depends on it", "%(num)d children depend on it", many))
    if done.ages:
        parts.append(done.ages)
    if done.check.care_shared is not None:
        shared, alone = gettext("care is shared"), gettext("nobody shares the care")
        parts.append(shared if done.check.care_shared else alone)
    return f"{', '.join(parts)}.\n{done.said}"


class SignalForm(Form):
    """What of a trajectory goes into a signal: only what is ticked, and where it comes from."""

    about = RowField(_("Who is it about?"), [Optional()], empty=_("The whole family"))
    along = RowsField(_("What goes along?"))
    fact = LongText(_("What did you see or hear yourself?"), [Optional(), Length(max=LONGEST)])
    interpretation = LongText(
        _("What do you think it may mean?"), [Optional(), Length(max=LONGEST)]
    )
    area = EnumField(_("Which part of life is it about?"), Area, default=Area.FAMILY)
    level = EnumRadioField(_("How serious is it?"), Level, default=Level.CONCERN)

    passages: list[Piece]

    @classmethod
    def of(cls, trajectory: Trajectory, reading: Reading, check_id: UUID | None) -> "SignalForm":
        """Offer all that was written down; of it only the check one comes from is ticked."""
        passages = list(pieces(reading, trajectory))
        came = [one for one in passages if one.id == check_id]
        begins: dict[str, Any] = {"along": [one.id for one in came]}
        form = cls(data=begins | ({"level": Level.SERIOUS} if came else {}))
        form.passages = passages
        form.along.offer((one.id, one.label) for one in passages)
        form.about.offer((one.id, one.full_name) for one in trajectory.family.children)
        return form

    def capture(self, family_id: UUID, writers: Names) -> Capture:
        """Make what is ticked into notes that say from where they come."""
        ticked = set(self.along.data or ())
        notes = [one.note(writers[one.id]) for one in self.passages if one.id in ticked]
        if self.fact.data:
            own = Note(kind=NoteKind.FACT_OWN, text=self.fact.data, observed_on=clock.today())
            notes.insert(0, own)
        first = next((one for one in notes if one.kind in FACTS), None)
        if first is None:
            raise NothingChosen
        child_id = self.about.data
        return Capture(
            subject=Subject.CHILD if child_id else Subject.FAMILY, child_id=child_id,
            family_id=None if child_id else family_id, neighbourhood_id=None, area=self.area.data,
            level=self.level.data, fact=first, interpretation=self.interpretation.data,
            more=tuple(one for one in notes if one is not first),
        )  # fmt: skip
