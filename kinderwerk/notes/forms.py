"""Forms about what helpers must know."""

from typing import Any

from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, SelectMultipleField, widgets
from wtforms.fields import enum_choices, enum_coerce
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.core.errors import Stale
from kinderwerk.core.words import Labelled
from kinderwerk.notes.rules import LONGEST, Food, Help, Season, Support
from kinderwerk.web.form import Form, LongText, Text, VersionField, Whole


class ManyField(SelectMultipleField):  # type: ignore[misc]
    """Members of a labelled enumeration, as tick boxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, kind: type[Labelled], **kwargs: Any) -> None:
        choices = enum_choices(kind, label=lambda member: _(member.label))
        super().__init__(label, [Optional()], choices=choices, coerce=enum_coerce(kind), **kwargs)


class NoteForm(Form):
    version = VersionField()
    medical = LongText(
        _("What must helpers know about your child's health?"), [Optional(), Length(max=LONGEST)]
    )
    food = ManyField(_("Does not eat"), Food)
    food_else = Text(_("What else does your child not eat?"), [Optional(), Length(max=200)])
    joining = LongText(_("What helps your child to take part?"), [Optional(), Length(max=LONGEST)])
    support = ManyField(_("What do you ask for?"), Support)
    agreed = BooleanField(_("Yes, I agree to that"))
    child_agreed = BooleanField(_("I asked my child, and it agrees"))

    def help(self) -> Help:
        return Help(
            medical=self.medical.data or "", food=self.food.data or (),
            food_else=self.food_else.data or "", joining=self.joining.data or "",
            support=self.support.data or (),
        )  # fmt: skip

    @override
    def compare(self, stale: Stale) -> None:
        theirs = {name: _listed(value) for name, value in stale.theirs.items()}
        super().compare(Stale(theirs, stale.version))


class SeasonForm(Form):
    day = Whole(_("Day"), [InputRequired(), NumberRange(1, 31)])
    month = Whole(_("Month"), [InputRequired(), NumberRange(1, 12)])

    def season(self) -> Season:
        return Season(month=self.month.data or 0, day=self.day.data or 0)


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
