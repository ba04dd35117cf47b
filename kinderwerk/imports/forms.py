"""A table on its way: the file, and which of its columns is what."""

import base64
import binascii
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from typing_extensions import override
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields import SelectChoice

from kinderwerk.core.errors import Refusal
from kinderwerk.imports.rules import LARGEST, Column, guess
from kinderwerk.imports.service import HasFaults, NotRead
from kinderwerk.places.reading.tables import Table
from kinderwerk.web.form import Form


class FileForm(Form):
    """A file that is looked at, on its way back and forth: nothing is kept in between."""

    file = FileField(_("The table"), render_kw={"accept": ".csv,.xlsx"})
    held = HiddenField()
    content: bytes = b""
    found: Any = None

    @override
    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        sent = self.file.data.read(LARGEST + 1) if self.file.data else b""
        self.content = sent or self._back()
        if not self.content or len(self.content) > LARGEST:
            said = _("This file is too large.") if self.content else _("Choose a file.")
            self.file.errors = [str(said)]
            return False
        self.held.data = base64.b64encode(self.content).decode()
        return right

    def _back(self) -> bytes:
        try:
            return base64.b64decode(self.held.data or "", validate=True)
        except (binascii.Error, ValueError):
            return b""

    @override
    def blame(self, refusal: Refusal) -> None:
        super().blame(refusal)
        if isinstance(refusal, NotRead):
            self.found = refusal.found


class ColumnsForm(Form):
    """Which heading stands above what; guessed, and changed by whoever knows better."""

    held = HiddenField()
    alike_too = BooleanField(_("Bring in also those who look like a child that we know"))
    faults: Any = None

    @classmethod
    def of(cls, table: Table, held: str, *, sent: bool) -> "ColumnsForm":
        """Return the form for a table; the first time with what its headings let us guess."""
        form = cls() if sent else cls(formdata=None)
        form.held.data = held
        for column, heading in ({} if sent else guess(table.headings)).items():
            form[column.value].data = heading
        for column in Column:
            form[column.value].choices = [
                SelectChoice("", gettext("Is not in it")),
                *(SelectChoice(one, one[:60]) for one in table.headings),
            ]
        return form

    @property
    def columns(self) -> dict[Column, str]:
        return {one: self[one.value].data for one in Column if self[one.value].data}

    @property
    def chosen(self) -> list[Any]:
        return [self[one.value] for one in Column]

    @override
    def blame(self, refusal: Refusal) -> None:
        super().blame(refusal)
        if isinstance(refusal, HasFaults):
            self.faults = refusal.faults


for _column in Column:
    setattr(ColumnsForm, _column.value, SelectField(_(_column.label), choices=[], default=""))
