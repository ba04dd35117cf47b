"""What a browser sends that is to hold lists, and what somebody says who looked."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import Field, StringField
from wtforms.validators import AnyOf

from kinderwerk.web.form import Form


class IdField(Field):  # type: ignore[misc]
    """An id, or nothing; whatever else is sent is nothing."""

    data: UUID | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            self.data = UUID(valuelist[0]) if valuelist and valuelist[0] else None
        except ValueError:
            self.data = None


class BeginForm(Form):
    again = IdField(_("Device"))
    occurrence = IdField(_("Session"))


class SettleForm(Form):
    take = StringField(_("What is right?"), [AnyOf(["yes", "no"])])
