"""The form at the door: eight fields, most of them filled in already."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core.errors import Refusal
from kinderwerk.door.rules import Arrival
from kinderwerk.families.rules import GoingHome, LooksLikeAnother
from kinderwerk.web.form import EnumRadioField, Form, OnceField, Phone, RowField, Text

BY_HAND = {"autocomplete": "off"}
DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class ArrivalForm(Form):
    """What a worker types on a phone while a parent stands there."""

    first_name = Text(
        _("First name"), [InputRequired(), Length(max=80)],
        render_kw=BY_HAND | {"autofocus": True},
    )  # fmt: skip
    surname = Text(_("Surname"), [Optional(), Length(max=80)], render_kw=BY_HAND)
    born = StringField(
        _("Date of birth, or age"), [InputRequired(), Length(max=20)], render_kw=DIGITS
    )
    sibling_id = RowField(_("Same parent as"), [Optional()], empty=_("Nobody here"))
    phone = Phone(_("Telephone number of the parent"), render_kw={"autocomplete": "off"})
    goes_home_alone = EnumRadioField(
        _("How does the child go home?"), GoingHome, default=GoingHome.PICKED_UP
    )
    parent = Text(
        _("Name of the parent or carer"), [Optional(), Length(max=120)], render_kw=BY_HAND
    )
    picked_up_by = Text(
        _("Who picks the child up, if somebody else?"), [Optional(), Length(max=200)],
        render_kw=BY_HAND,
    )  # fmt: skip
    agreed = BooleanField(_("The parent says yes: we may keep these details"))
    really = BooleanField(_("It is another child: add it all the same"))
    once = OnceField()

    doubt: bool = False

    @classmethod
    def among(cls, children: Iterable[tuple[UUID, str]]) -> "ArrivalForm":
        form = cls()
        form.sibling_id.offer(children)
        return form

    def arrival(self) -> Arrival:
        name = self.first_name.data
        parent = self.parent.data or gettext("Parent of %(name)s", name=name)
        alone = self.goes_home_alone.data is GoingHome.ALONE
        return Arrival(
            first_name=name, surname=self.surname.data or "", born=self.born.data,
            parent="" if self.sibling_id.data and not self.parent.data else parent,
            phone=self.phone.data or "", goes_home_alone=alone,
            picked_up_by="" if alone else self.picked_up_by.data or parent,
            sibling_id=self.sibling_id.data, agreed=self.agreed.data, really=self.really.data,
            form_id=self.once.data,
        )  # fmt: skip

    @override
    def blame(self, refusal: Refusal) -> None:
        super().blame(refusal)
        self.doubt = self.doubt or isinstance(refusal, LooksLikeAnother)


class CodeForm(Form):
    """The code that somebody heard."""

    code = StringField(
        _("Code"), [InputRequired(), Length(max=40)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"},
    )  # fmt: skip


class NumberForm(Form):
    """The number to which a code is sent."""

    phone = Phone(_("Your mobile number"), [InputRequired()])


def of_list(lines: Iterable[Any]) -> list[tuple[UUID, str]]:
    return [(line.child_id, line.name) for line in lines]
