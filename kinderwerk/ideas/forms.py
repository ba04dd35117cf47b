"""The forms of ideas: what was said, what becomes of it, and how it was told back."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from kinderwerk.activities.rules import AgeBand
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.rules import LONGEST, Answer, Correction, Decision, How, Saying
from kinderwerk.web.form import (
    EnumRadioField,
    Form,
    LongText,
    OnceField,
    RowField,
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
