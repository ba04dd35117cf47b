"""A form about somebody near to a child."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.families.persons.rules import Person
from kinderwerk.web.form import Form, Phone, Text


class PersonForm(Form):
    name = Text(_("Name"), [InputRequired(), Length(max=120)])
    relation = Text(_("Who is it to the child?"), [Optional(), Length(max=60)])
    phone = Phone(_("Telephone number"), [Optional()])
    calls = BooleanField(_("Call in an emergency"))
    picks_up = BooleanField(_("May pick the child up"))
    picks_up_until = DateField(_("May pick up until which day?"), [Optional()])

    def person(self) -> Person:
        return Person(
            name=self.name.data, phone=self.phone.data or "", relation=self.relation.data or "",
            calls=self.calls.data, picks_up=self.picks_up.data,
            picks_up_until=self.picks_up_until.data,
        )  # fmt: skip
