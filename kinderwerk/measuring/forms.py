"""What is typed about questions, answers and their meaning; a tap is a form with one button."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.measuring import draw
from kinderwerk.measuring.models import Question, Reading
from kinderwerk.measuring.rules import (
    LONGEST_NAMES,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    LONGEST_READING,
    MOST_PEOPLE,
    Audience,
    Instrument,
    Numbers,
    QuestionWish,
    ReadingWish,
)
from kinderwerk.web.form import EnumRadioField, Form, LongText, RowField, Text, VersionField, Whole
from kinderwerk.web.pages import day


class QuestionForm(Form):
    text = Text(_("The question"), [InputRequired(), Length(max=LONGEST_QUESTION)])
    audience = EnumRadioField(_("Who answers?"), Audience)
    instrument = EnumRadioField(_("How do they answer?"), Instrument)
    options = LongText(
        _("With dots: what can be chosen, one on each line"), [Optional()], render_kw={"rows": 4}
    )
    indicator_id = RowField(_("Which sign does it belong to?"), empty=_("None of these"))
    put_away = BooleanField(_("Put this question away: it is not asked any more"))
    version = VersionField()

    @classmethod
    def showing(cls, question: Question) -> Self:
        return cls(data={
            "text": question.text, "audience": question.audience,
            "instrument": question.instrument, "options": "\n".join(question.options),
            "indicator_id": question.indicator_id, "put_away": question.put_away,
            "version": question.version,
        })  # fmt: skip

    def wish(self) -> QuestionWish:
        lines = (line.strip()[:LONGEST_OPTION] for line in (self.options.data or "").splitlines())
        return QuestionWish(
            text=self.text.data, audience=self.audience.data, instrument=self.instrument.data,
            options=tuple(filter(None, lines)), indicator_id=self.indicator_id.data,
            put_away=self.put_away.data,
        )  # fmt: skip


class TapForm(Form):
    """A button for each step: which one was pressed."""

    step = Whole("", [InputRequired()], widget=HiddenField.widget)


class NumbersForm(Form):
    """What was counted from paper: a number for each step of the scale."""

    steps: int

    @classmethod
    def of(cls, question: Question) -> Self:
        fields: dict[str, Any] = {"steps": len(question.steps)}
        for n, label in enumerate(labels(question)):
            fields[f"n_{n}"] = _number(label)
        if question.audience is Audience.ADULTS:
            fields["asked"] = _number(gettext("How many people did you ask?"))
        return cast(Self, type("NumbersForm", (cls,), fields)())

    def numbers(self) -> list[Any]:
        return [self[f"n_{n}"] for n in range(self.steps)]

    def wish(self) -> Numbers:
        return Numbers(
            counts=tuple(one.data or 0 for one in self.numbers()),
            asked=self["asked"].data if "asked" in self else None,
        )


def _number(label: str) -> Any:
    pad = {"inputmode": "numeric"}
    return Whole(label, [Optional(), NumberRange(0, MOST_PEOPLE)], render_kw=pad)


def labels(question: Question) -> list[str]:
    """Return what each step is called: of dots in their own words, else in those of the reader."""
    return list(question.options) or [gettext(step) for step in question.steps]


class WeekForm(Form):
    monday = SelectField(_("Which week?"), coerce=date.fromisoformat)
    size = Whole(_("How many sessions?"), [InputRequired(), NumberRange(1, draw.MOST)])

    @classmethod
    def of(cls, mondays: Iterable[date]) -> Self:
        form = cls(data={"size": draw.USUAL})
        form.monday.choices = [SelectChoice(one.isoformat(), day(one)) for one in mondays]
        return form


class ReadingForm(Form):
    means = LongText(_("What does this mean?"), [InputRequired(), Length(max=LONGEST_READING)])
    talked_with = Text(
        _("With whom did you talk about it?"), [Optional(), Length(max=LONGEST_NAMES)]
    )
    agreed = LongText(_("What will you change?"), [Optional(), Length(max=LONGEST_READING)])
    version = VersionField()

    @classmethod
    def showing(cls, reading: Reading | None) -> Self:
        return cls(obj=reading)

    def wish(self) -> ReadingWish:
        return ReadingWish(
            means=self.means.data, talked_with=self.talked_with.data or "",
            agreed=self.agreed.data or "",
        )  # fmt: skip
