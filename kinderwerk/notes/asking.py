"""What is asked about what helpers must know, for every form that asks it."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, widgets
from wtforms.fields import enum_choices, enum_coerce
from wtforms.validators import Length, Optional

from kinderwerk.core.words import Labelled
from kinderwerk.notes.rules import LONGEST, Food, Help, Support
from kinderwerk.web.form import Form, LongText, Text


class ManyField(SelectMultipleField):  # type: ignore[misc]
    """Members of a labelled enumeration, as tick boxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, kind: type[Labelled], **kwargs: Any) -> None:
        choices = enum_choices(kind, label=lambda member: _(member.label))
        super().__init__(label, [Optional()], choices=choices, coerce=enum_coerce(kind), **kwargs)


class HelpForm(Form):
    medical = LongText(
        _("What must helpers know about your child's health?"), [Optional(), Length(max=LONGEST)]
    )
    food = ManyField(_("Does not eat"), Food)
    food_else = Text(_("What else does your child not eat?"), [Optional(), Length(max=200)])
    joining = LongText(_("What helps your child to take part?"), [Optional(), Length(max=LONGEST)])
    support = ManyField(_("What do you ask for?"), Support)

    def help(self) -> Help:
        return Help(
            medical=self.medical.data or "", food=self.food.data or (),
            food_else=self.food_else.data or "", joining=self.joining.data or "",
            support=self.support.data or (),
        )  # fmt: skip
