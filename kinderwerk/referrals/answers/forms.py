"""The forms around the link of a partner."""

from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from kinderwerk.core.words import N_
from kinderwerk.referrals.answers.queries import Standing
from kinderwerk.referrals.answers.rules import LONGEST
from kinderwerk.referrals.rules import Outcome, Status, Step
from kinderwerk.web.form import EnumRadioField, Form, LongText, OnceField, Text

#: How a partner says it of itself.
SAID: Final = {
    Status.RECEIVED: N_("We received it"),
    Status.FIRST_CONTACT: N_("We spoke with the family"),
    Status.TAKEN_OVER: N_("Somebody of us takes over"),
    Status.WAITING_LIST: N_("They are on our waiting list"),
    Status.NOT_REACHED: N_("We do not reach the family"),
    Status.DECLINED_BY_PARTNER: N_("We cannot do this"),
    Status.FEEDBACK: N_("We tell what came of it"),
}


class OutcomeField(EnumRadioField):
    """What came of it, which is asked only of who tells it."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, Outcome, **kwargs)

    @override
    def pre_validate(self, form: Any) -> None:
        if self.data is not None:
            super().pre_validate(form)


class CodeForm(Form):
    code = StringField(_("The code that we read out to you"), [InputRequired(), Length(max=20)])


class CallForm(Form):
    to = Text(_("To whom do you read it out?"), [InputRequired(), Length(max=120)])


class AnswerForm(Form):
    once = OnceField()
    status = RadioField(_("What can you tell us?"), [InputRequired()], coerce=Status)
    taken_over_by = Text(_("Who of you takes over?"), [Length(max=120)])
    watched_by = Text(_("Who keeps watch meanwhile?"), [Length(max=120)])
    outcome = OutcomeField(_("What came of it?"))
    note = LongText(_("Do you want to add something?"), [Length(max=LONGEST)])

    @classmethod
    def of(cls, standing: Standing, **told: Any) -> "AnswerForm":
        """Return the form with what can be said from where it stands now, or once more."""
        form = cls(
            watched_by=standing.person.name, taken_over_by=standing.taken_over_by,
            outcome=standing.outcome, **told,
        )  # fmt: skip
        now = [standing.status] if standing.status in SAID else []
        form.status.choices = [
            SelectChoice(one.value, _(SAID[one])) for one in (*standing.answers, *now)
        ]
        return form

    def step(self) -> Step:
        status, once = self.status.data, self.once.data
        named: dict[Any, Any] = {
            Status.TAKEN_OVER: {"taken_over_by": self.taken_over_by.data or None},
            Status.WAITING_LIST: {"watched_by": self.watched_by.data or None},
            Status.FEEDBACK: {"outcome": self.outcome.data},
        }
        said = named.get(status, {})
        return Step(status=status, note=self.note.data or None, once=UUID(str(once)), **said)
