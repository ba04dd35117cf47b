"""What is chosen for a tablet, and the code that opens one."""

from collections.abc import Iterable
from typing import Self

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.votes.rules import STICKERS, Ballot
from kinderwerk.measuring.models import Question
from kinderwerk.web.form import Form, RowsField


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


class VoteForm(Form):
    ideas = RowsField(_("Between which ideas do children choose?"))
    stickers = RadioField(
        _("How many stickers does each child have?"), coerce=int, default=STICKERS.start,
        choices=[SelectChoice(n, str(n)) for n in STICKERS],
    )  # fmt: skip

    @classmethod
    def among(cls, ideas: Iterable[Idea]) -> Self:
        form = cls()
        form.ideas.offer((one.id, shown(one)) for one in ideas)
        return form

    def ballot(self) -> Ballot:
        return Ballot(ideas=tuple(self.ideas.data), stickers=self.stickers.data)


def shown(idea: Idea) -> str:
    """Return an idea in its words, or else what can be seen on its drawing."""
    return idea.words or (idea.picture.alt if idea.picture else "")
