"""What an organisation says of a number to call."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from kinderwerk.core import clock
from kinderwerk.helplines.rules import Helpline, Wish
from kinderwerk.places import opening
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
        for day, (opens, closes) in line.hours.days.items():
            kept |= {f"opens_{day}": opens, f"closes_{day}": closes}
        return cls(data=kept)

    @property
    def week(self) -> list[tuple[Any, Any]]:
        return [(self[f"opens_{day}"], self[f"closes_{day}"]) for day in range(7)]

    def wish(self) -> Wish:
        told = {day: (opens.data, closes.data) for day, (opens, closes) in enumerate(self.week)}
        return Wish(
            name=self.name.data or "", number=self.number.data or "",
            checked_on=self.checked_on.data, hours=opening.check(told),
        )  # fmt: skip


for number, day in enumerate(opening.DAYS):
    setattr(LineForm, f"opens_{number}", TimeField(_(day), [Optional()]))
    setattr(LineForm, f"closes_{number}", TimeField(_("until"), [Optional()]))
