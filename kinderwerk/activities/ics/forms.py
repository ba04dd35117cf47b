"""The form that takes in another calendar."""

import binascii
import zlib
from base64 import b64decode, b64encode
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from typing_extensions import override
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from kinderwerk.activities.ics.service import LARGEST_UPLOAD, Wish
from kinderwerk.activities.rules import PRIVATE, Format
from kinderwerk.web.form import EnumField, Form, RowField, Text

#: A form of text holds no more of a packed file.
LARGEST_FORM: Final = 2 * LARGEST_UPLOAD


class PackedField(HiddenField):  # type: ignore[misc]
    """A file that was looked at, on its way back: nothing of it is kept in between."""

    data: bytes

    def _value(self) -> str:
        return b64encode(zlib.compress(self.data)).decode() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = b""
        try:
            packed = b64decode("".join(valuelist), validate=True)
            unpack = zlib.decompressobj()
            self.data = unpack.decompress(packed, LARGEST_UPLOAD) if packed else b""
        except (binascii.Error, ValueError, zlib.error):
            return


class ImportForm(Form):
    file = FileField(_("The calendar"), render_kw={"accept": ".ics,text/calendar"})
    packed = PackedField()
    format = EnumField(_("What kind of activities are they?"), Format, default=Format.CLUB)
    goal_id = RowField(
        _("Which goal do they serve most?"), [InputRequired()], empty=_("Choose a goal")
    )
    why = Text(_("Why do they serve that goal?"), [InputRequired(), Length(max=300)])

    zone: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format.choices = [one for one in self.format.choices if one.value not in set(PRIVATE)]

    @override
    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        sent = self.file.data
        content = sent.read(LARGEST_UPLOAD + 1) if sent else b""
        if len(content) > LARGEST_UPLOAD:
            self.file.errors = [gettext("This file is too large. Choose one of at most 1 MB.")]
            return False
        if content:
            self.packed.data, self.packed.raw_data = content, None
        if not self.packed.data:
            self.file.errors = [gettext("Choose a file.")]
            return False
        return right

    @property
    def content(self) -> bytes:
        return self.packed.data

    def wish(self) -> Wish:
        return Wish(
            format=self.format.data, goal_id=self.goal_id.data, why=self.why.data, zone=self.zone
        )
