"""The forms of a consultation: who sits in, the case, what is said, and how long it takes."""

from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.activities.fields import MomentField
from kinderwerk.core import clock
from kinderwerk.learning.consulting.models import Consultation
from kinderwerk.learning.consulting.rules import (
    LONGEST,
    MOST_MINUTES,
    SHORT,
    Bringing,
    Part,
    Phase,
    Planning,
    Saying,
    Step,
)
from kinderwerk.learning.consulting.service import Reading
from kinderwerk.web.form import (
    EnumField,
    Form,
    LongText,
    OnceField,
    RowField,
    RowsField,
    Text,
    VersionField,
    Whole,
)


class NamelessForm(Form):
    """Whoever was asked says that a word is no name."""

    only_words = BooleanField(_("I looked: that is a word and not a name"))

    @property
    def doubted(self) -> bool:
        return bool(self.only_words.data or self.only_words.errors)


class PlanningForm(Form):
    held_at = MomentField(_("When?"), [InputRequired()])
    bringer_id = RowField(_("Who brings the case?"), [InputRequired()], empty=_("Choose somebody"))
    moderator_id = RowField(_("Who moderates?"), [InputRequired()], empty=_("Choose somebody"))
    minutes_id = RowField(_("Who takes the minutes?"), empty=_("Nobody, or all together"))
    adviser_ids = RowsField(_("Who thinks along?"))
    signal_id = RowField(_("Does it belong to a signal?"), empty=_("No signal"))
    once = OnceField()
    version = VersionField()

    def planning(self) -> Planning:
        return Planning(
            held_at=self.held_at.data or clock.now(), bringer_id=self.bringer_id.data,
            moderator_id=self.moderator_id.data, minutes_id=self.minutes_id.data,
            adviser_ids=tuple(self.adviser_ids.data or ()), signal_id=self.signal_id.data,
            once=self.once.data,
        )  # fmt: skip

    @classmethod
    def of(cls, row: Consultation) -> Self:
        advisers = [seat.user_id for seat in row.seats if seat.part is Part.ADVISER]
        return cls(
            data={
                "held_at": row.held_at, "bringer_id": row.holds(Part.BRINGER),
                "moderator_id": row.holds(Part.MODERATOR), "minutes_id": row.holds(Part.MINUTES),
                "adviser_ids": advisers, "signal_id": row.signal_id, "version": row.version,
            }
        )  # fmt: skip


class CaseForm(NamelessForm):
    case_text = LongText(_("What is it about?"), [Optional(), Length(max=LONGEST)])
    key_question = LongText(_("What do you want to learn?"), [Optional(), Length(max=SHORT)])
    version = VersionField()

    def wish(self) -> Bringing:
        return Bringing(
            case_text=self.case_text.data or "", key_question=self.key_question.data or "",
            only_words=self.only_words.data,
        )  # fmt: skip

    @classmethod
    def of(cls, row: Consultation, reading: Reading) -> Self:
        told = {"case_text": reading.case_text, "key_question": reading.key_question}
        return cls(data={**told, "version": row.version})


class SayForm(NamelessForm):
    phase = EnumField("", Phase)
    feeling = Text(_("One feeling"), [Length(max=60)])
    text = LongText(_("In one sentence, or a few"), [InputRequired(), Length(max=SHORT)])

    def saying(self) -> Saying:
        return Saying(
            phase=self.phase.data, text=self.text.data, feeling=self.feeling.data or "",
            only_words=self.only_words.data,
        )  # fmt: skip


class AnswerForm(NamelessForm):
    answer = LongText(_("The answer, briefly"), [InputRequired(), Length(max=SHORT)])


class StepForm(NamelessForm):
    first_step = LongText(_("What do you do first?"), [InputRequired(), Length(max=SHORT)])
    first_step_on = DateField(_("By when?"), [InputRequired()])
    version = VersionField()

    def wish(self) -> Step:
        return Step(
            first_step=self.first_step.data, on=self.first_step_on.data,
            only_words=self.only_words.data,
        )  # fmt: skip

    @classmethod
    def of(cls, row: Consultation, reading: Reading) -> Self:
        told = {"first_step": reading.first_step, "first_step_on": row.first_step_on}
        return cls(data={**told, "version": row.version})


class PressForm(Form):
    """A button of the moderator, about the phase that was on the screen."""

    phase = EnumField("", Phase)


class PlainForm(Form):
    """A button with nothing to fill in."""


def minutes_form(minutes: Mapping[Phase, int]) -> Any:
    """Return a form with a number for each phase."""
    fields = {
        phase.value: Whole(_(phase.label), [InputRequired(), NumberRange(1, MOST_MINUTES)])
        for phase in Phase
    }
    form = type("MinutesForm", (Form,), fields)
    return form(data={phase.value: amount for phase, amount in minutes.items()})


def wished(form: Any) -> dict[Phase, int]:
    return {phase: form[phase.value].data for phase in Phase}


def only_signal(signal: Any, label: str) -> list[tuple[UUID, str]]:
    return [(signal.id, label)] if signal else []
