"""The forms of goal reports."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core.periods import Period
from kinderwerk.reports import rules
from kinderwerk.reports.service import Dialogue
from kinderwerk.web.form import Form, LongText, VersionField
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


class ReactionForm(Form):
    reaction = LongText(_("Your answer"), [InputRequired(), Length(max=LONGEST)])


class AgreeForm(Form):
    digest = HiddenField(validators=[InputRequired(), Length(max=64)])
