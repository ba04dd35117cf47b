"""Forms of a family about what is kept of it."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from kinderwerk.web.form import Form


class EraseForm(Form):
    sure = BooleanField(_("Yes, erase it. I know that it cannot be brought back."))
