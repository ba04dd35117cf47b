"""A file on its way back and forth between a page and who looks at it; nothing is kept between."""

import base64
import binascii
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from typing_extensions import override
from wtforms import HiddenField

from kinderwerk.web.form import Form


class HeldFile(Form):
    """A file of at most `LARGEST` bytes."""

    LARGEST: ClassVar[int] = 300_000

    file = FileField(_("The table"), render_kw={"accept": ".csv,.xlsx"})
    held = HiddenField()
    content: bytes = b""

    @override
    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        sent = self.file.data.read(self.LARGEST + 1) if self.file.data else b""
        self.content = sent or self._back()
        if not self.content or len(self.content) > self.LARGEST:
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
