"""What narrows the trail down, and what comes of looking at it."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from kinderwerk.trail.queries import Filters, Period
from kinderwerk.trail.rules import LONGEST, Need, Outcome, Plea
from kinderwerk.trail.words import Kind
from kinderwerk.web.form import ChosenField, EnumRadioField, Form, LongText, RowField


class PeriodForm(Form):
    """From when until when; what makes no sense counts as not said."""

    class Meta:
        csrf = False

    since = DateField(_("From"), [Optional()])
    until = DateField(_("Until"), [Optional()])

    def said(self) -> dict[str, Any]:
        self.validate()
        return {field.name: None if field.errors else field.data or None for field in self}

    def period(self) -> Period:
        told = self.said()
        return Period.asked(told["since"], told["until"])

    def filters(self) -> Filters:
        return Filters(**self.said())

    def address(self, endpoint: str, number: int) -> str:
        held = {field.name: field.data for field in self if field.data and not field.errors}
        return url_for(endpoint, **held, page=number if number > 1 else None)


class IdField(StringField):  # type: ignore[misc]
    """The number of a row, as the trail names it."""

    data: Any

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        try:
            self.data = UUID(self.data) if self.data else None
        except ValueError:
            raise ValidationError(_("That is not a number from this log.")) from None


class EntriesForm(PeriodForm):
    person_id = RowField(_("Who"), [Optional()], empty=_("Everybody"))
    kind = ChosenField(
        _("What was done"),
        choices=[
            SelectChoice("", _("Everything")),
            *(SelectChoice(k.value, _(k.label)) for k in Kind),
        ],
        coerce=lambda said: Kind(said) if said else None,
    )
    subject_id = IdField(_("Number of a child, family or case"), [Optional()])


class OutcomeForm(Form):
    outcome = EnumRadioField(_("What came of it?"), Outcome)


class PleaForm(Form):
    need = EnumRadioField(_("What is going on?"), Need)
    reason = LongText(_("Why can you not wait?"), [DataRequired(), Length(max=LONGEST)])

    def plea(self) -> Plea:
        return Plea(need=self.need.data, reason=self.reason.data)
