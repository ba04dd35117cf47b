"""The forms of ideas: what was said, what becomes of it, and how it was told back."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, Field, SelectField, TimeField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.activities.rules import AgeBand
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.rules import (
    LONGEST,
    Answer,
    Correction,
    Decision,
    Degree,
    How,
    Reading,
    Saying,
    Space,
)
from kinderwerk.ideas.rules import Form as Said
from kinderwerk.ideas.said import Why
from kinderwerk.places import opening
from kinderwerk.places.opening import Opening
from kinderwerk.web.form import (
    EnumRadioField,
    Form,
    LongText,
    OnceField,
    RowField,
    Text,
    VersionField,
)


class BandField(SelectField):  # type: ignore[misc]
    """About how old the child is, if somebody knows."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [SelectChoice("", _("I do not know")), *_bands()]
        super().__init__(_("About how old?"), choices=choices, coerce=_band, **kwargs)


def _bands() -> list[SelectChoice]:
    return [SelectChoice(one.value, _(one.label)) for one in AgeBand]


def _band(value: Any) -> AgeBand | None:
    return AgeBand(value) if value else None


def _degree(value: Any) -> Degree | None:
    return Degree(value) if value else None


class SayingForm(Form):
    words = LongText(_("What did the child say?"), [InputRequired(), Length(max=LONGEST)])
    band = BandField()
    once = OnceField()

    def saying(self, occurrence_id: UUID | None) -> Saying:
        return Saying(
            words=self.words.data, band=self.band.data, once=self.once.data,
            occurrence_id=occurrence_id,
        )  # fmt: skip


class CorrectionForm(Form):
    words = LongText(_("What did the child say?"), [InputRequired(), Length(max=LONGEST)])
    band = BandField()
    version = VersionField()

    def wish(self) -> Correction:
        return Correction(words=self.words.data, band=self.band.data)


class DecisionForm(Form):
    decision = LongText(_("What do we do with it?"), [InputRequired(), Length(max=LONGEST)])
    because = LongText(_("Why?"), [InputRequired(), Length(max=LONGEST)])
    version = VersionField()

    def wish(self) -> Decision:
        return Decision(decision=self.decision.data, because=self.because.data)


class AnswerForm(Form):
    told_back_how = EnumRadioField(_("How did children hear it?"), How)
    told_back_on = DateField(_("When?"), [InputRequired()])
    version = VersionField()

    def wish(self) -> Answer:
        return Answer(how=self.told_back_how.data, on=self.told_back_on.data)

    @classmethod
    def of(cls, idea: Idea, today: Any) -> "AnswerForm":
        told = {"told_back_how": idea.told_back_how, "told_back_on": idea.told_back_on or today}
        return cls(data=told | {"version": idea.version})


class ReadingForm(Form):
    words = LongText(_("What stands on the board"), [Optional(), Length(max=LONGEST)])
    shown = Text(_("What can be seen on the drawing?"), [Optional(), Length(max=300)])
    band = BandField()
    version = VersionField()

    @classmethod
    def of(cls, idea: Idea) -> "ReadingForm":
        alt = idea.picture.alt if idea.picture else ""
        return cls(obj=idea, data={"shown": alt})

    def wish(self) -> Reading:
        return Reading(
            words=(self.words.data or "").strip(), band=self.band.data,
            shown=(self.shown.data or "").strip(),
        )  # fmt: skip


class DeclineForm(Form):
    why = EnumRadioField(_("What does the child read?"), Why)
    version = VersionField()


class WorryForm(Form):
    seen = LongText(_("What do you want to add?"), [Optional(), Length(max=LONGEST)])
    version = VersionField()


class SpaceForm(Form):
    how_asked = LongText(_("How could children say it?"), [Optional(), Length(max=300)])
    who_missing = LongText(_("Who could not, or was not there?"), [Optional(), Length(max=300)])
    form = EnumRadioField(_("In which form did they say it?"), Said)
    heard_by = Text(_("Who with power heard it?"), [Optional(), Length(max=120)])
    heard_on = DateField(_("When?"), [Optional()])
    degree = SelectField(_("How far did children take part?"), coerce=_degree)
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [SelectChoice(one.value, _(one.label)) for one in Degree]
        self.degree.choices = [SelectChoice("", _("I do not know")), *choices]

    def wish(self) -> Space:
        return Space(
            how_asked=self.how_asked.data or "", who_missing=self.who_missing.data or "",
            form=self.form.data, heard_by=self.heard_by.data or "",
            heard_on=self.heard_on.data, degree=self.degree.data,
        )  # fmt: skip


class BoardForm(Form):
    """When somebody looks after a board; nothing said: on working days, from nine to six."""

    open = BooleanField(_("Children can see this board and write to it"))
    version = VersionField()

    @classmethod
    def of(cls, board: ChildBoard) -> "BoardForm":
        kept: dict[str, Any] = {"open": board.open, "version": board.version}
        for day, (opens, closes) in board.hours.days.items():
            kept |= {f"opens_{day}": opens, f"closes_{day}": closes}
        return cls(data=kept)

    @property
    def week(self) -> list[tuple[Field, Field]]:
        return [(self[f"opens_{day}"], self[f"closes_{day}"]) for day in range(7)]

    def hours(self) -> Opening:
        told = {day: (opens.data, closes.data) for day, (opens, closes) in enumerate(self.week)}
        return opening.check(told)


for number, day in enumerate(opening.DAYS):
    setattr(BoardForm, f"opens_{number}", TimeField(_(day), [Optional()]))
    setattr(BoardForm, f"closes_{number}", TimeField(_("until"), [Optional()]))


class NewBoardForm(Form):
    neighbourhood_id = RowField(_("Neighbourhood"), [InputRequired()], empty=_("Choose one"))


class WordsForm(Form):
    phrases = LongText(_("One on each line"), [Optional(), Length(max=8000)])
    version = VersionField()


class ChoiceForm(Form):
    class Meta:
        csrf = False

    neighbourhood_id = RowField(_("Neighbourhood"), empty=_("All neighbourhoods"))

    @property
    def chosen(self) -> UUID | None:
        self.validate()
        found: UUID | None = None if self.errors else self.neighbourhood_id.data
        return found


class PlainForm(Form):
    """A button with nothing to fill in."""
