"""The forms of goal reports."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, SelectField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core import clock
from kinderwerk.core.periods import YEARS, Period
from kinderwerk.reports import choosing, correcting, rules
from kinderwerk.reports.choosing import Stretch
from kinderwerk.reports.service import Dialogue
from kinderwerk.web.form import Form, LongText, RowsField, VersionField
from kinderwerk.web.periods import in_words

LONGEST = 4000


class PeriodForm(Form):
    period = SelectField(_("Of which period?"))

    def offer(self, today: date) -> None:
        self.period.choices = [
            SelectChoice(str(one), in_words(one)) for one in rules.offered(today)
        ]

    def chosen(self) -> Period:
        return Period.read(self.period.data)


class DialogueForm(Form):
    version = VersionField()
    seen = LongText(_("What do we see?"), [Optional(), Length(max=LONGEST)])
    thought = LongText(_("What do we think of it?"), [Optional(), Length(max=LONGEST)])
    agreed = LongText(_("What do we agree?"), [Optional(), Length(max=LONGEST)])

    asked = LongText(_("What do we ask of the municipality?"), [Optional(), Length(max=LONGEST)])

    def words(self) -> Dialogue:
        return Dialogue(
            seen=self.seen.data or "", thought=self.thought.data or "",
            agreed=self.agreed.data or "", asked=self.asked.data or "",
        )  # fmt: skip


class CorrectionForm(Form):
    reason = LongText(
        _("Why is it corrected?"), [InputRequired(), Length(max=correcting.LONGEST_REASON)]
    )


class ReactionForm(Form):
    reaction = LongText(_("Your answer"), [InputRequired(), Length(max=LONGEST)])


class AgreeForm(Form):
    digest = HiddenField(validators=[InputRequired(), Length(max=64)])


class ChooserForm(Form):
    """What the team looks at, as the address says it; what makes no sense is not asked."""

    class Meta:
        csrf = False

    area = SelectField(_("Where?"), validate_choice=False)
    period = SelectField(_("When?"), validate_choice=False)
    first = DateField(_("From this day on"), [Optional()])
    last = DateField(_("Up to and including"), [Optional()])
    goal = RowsField(_("For which goals?"), [Optional()])

    def offer(
        self, today: date, areas: Iterable[tuple[str, str]], goals: Iterable[tuple[UUID, str]]
    ) -> None:
        """Offer the periods of now; one that was chosen long ago stays."""
        self.area.choices = [SelectChoice(code, name) for code, name in areas]
        periods = choosing.offered(today)
        said = _read(self.period.data)
        if said and said not in periods:
            periods.append(said)
        self.period.choices = [SelectChoice(str(one), in_words(one)) for one in periods]
        self.period.data = str(said or periods[0])
        self.goal.offer(goals)
        self.validate()
        if self.area.data not in {choice.value for choice in self.area.choices}:
            self.area.data = rules.WHOLE
        if self.goal.errors:
            known = {choice.value for choice in self.goal.choices}
            self.goal.data = [one for one in self.goal.data or () if str(one) in known]

    def validate_first(self, field: DateField) -> None:
        if field.data and field.data.year not in YEARS:
            raise ValidationError(_("Nothing is counted that long ago, or that far ahead."))

    validate_last = validate_first

    @property
    def days(self) -> tuple[date, date] | None:
        """Return the days that were asked for, if they can be looked at."""
        if self.first.errors or self.last.errors or not self.first.data:
            return None
        return self.first.data, self.last.data or clock.today()

    @property
    def half(self) -> bool:
        """Tell whether only the last day was said."""
        return bool(self.last.data and not self.first.data)

    @property
    def turned(self) -> bool:
        return bool(self.days and self.days[0] > self.days[1])

    @property
    def stretch(self) -> Stretch:
        if self.days:
            return choosing.between(*self.days)
        return choosing.of(Period.read(self.period.data))


def _read(written: str | None) -> Period | None:
    try:
        return Period.read(written or "")
    except ValueError:
        return None
