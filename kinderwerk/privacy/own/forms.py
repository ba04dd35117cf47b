"""Forms of a family about what is kept of it."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.models import Carer
from kinderwerk.web.form import Form, Text, VersionField


class MeForm(Form):
    """What one organisation calls a parent, and in which language it writes."""

    name = Text(_("Your name"), [InputRequired(), Length(max=120)])
    language = SelectField(
        _("In which language do we write to you?"),
        choices=[SelectChoice(*each) for each in LANGUAGES.items()],
    )
    version = VersionField()

    @classmethod
    def of(cls, carer: Carer) -> "MeForm":
        return cls(obj=carer)


class EraseForm(Form):
    sure = BooleanField(_("Yes, erase it. I know that it cannot be brought back."))
