"""The one question that a family is asked later."""

from flask_babel import lazy_gettext as _
from wtforms.validators import Length, Optional

from kinderwerk.referrals.own.rules import LONGEST
from kinderwerk.referrals.rules import Helped
from kinderwerk.web.form import EnumRadioField, Form, LongText


class HelpedForm(Form):
    helped = EnumRadioField(_("Did it help?"), Helped)
    words = LongText(_("Do you want to add something?"), [Optional(), Length(max=LONGEST)])
