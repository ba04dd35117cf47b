"""The form that asks for an archive."""

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, Length

from kinderwerk.archives.rules import LONGEST, Why, Wish
from kinderwerk.web.form import EnumRadioField, Form, LongText


class AskForm(Form):
    why = EnumRadioField(_("Why?"), Why)
    told = LongText(
        _("Who gets it, and where will it lie?"), [InputRequired(), Length(max=LONGEST)]
    )

    def wish(self) -> Wish:
        return Wish(why=self.why.data, told=self.told.data)
