"""What an organisation says of a number to call."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from kinderwerk.core import clock
from kinderwerk.helplines.rules import Helpline, Wish
from kinderwerk.web.form import Form, Text


class LineForm(Form):
    name = Text(_("What is it called here?"), [Optional(), Length(max=80)])
    number = StringField(
        _("Which number does one call?"),
        [
            Optional(), Length(max=32),
            Regexp(r"^[\d+()\s./·-]{3,}$", message=_("A telephone number has only digits.")),
        ],
    )  # fmt: skip
    checked_on = DateField(_("When did somebody last call it?"), [InputRequired()])

    @classmethod
    def of(cls, line: Helpline) -> "LineForm":
        kept = {"name": line.name, "number": line.number, "checked_on": clock.today()}
        return cls(data=kept)

    def wish(self) -> Wish:
        return Wish(
            name=self.name.data or "", number=self.number.data or "",
            checked_on=self.checked_on.data,
        )  # fmt: skip
