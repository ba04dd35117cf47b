"""What is chosen for a tablet, and the code that opens one."""

from collections.abc import Iterable
from typing import Self

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from kinderwerk.core import ids
from kinderwerk.measuring.models import Question
from kinderwerk.web.form import Form, Whole


class OpenForm(Form):
    question = RadioField(_("Which question?"), coerce=str)

    @classmethod
    def among(cls, questions: Iterable[Question]) -> Self:
        form = cls()
        form.question.choices = [SelectChoice(str(one.id), one.text) for one in questions]
        if form.question.data is None and form.question.choices:
            form.question.data = form.question.choices[0].value
        return form


class CodeForm(Form):
    """On a page of children there is no cookie, so no token either; the code is the proof."""

    class Meta(Form.Meta):
        csrf = False

    code = StringField(
        _("The code"), [InputRequired(), Length(max=20)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )  # fmt: skip


class AnswerForm(Form):
    class Meta(Form.Meta):
        csrf = False

    step = Whole("", [InputRequired(), NumberRange(0, 10)], widget=HiddenField.widget)
    once = HiddenField(default=lambda: str(ids.confidential()))
