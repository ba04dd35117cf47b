"""What is asked around a sixteenth birthday."""

from flask_babel import lazy_gettext as _
from wtforms.validators import Email, InputRequired, Length

from kinderwerk.families.rules import ParentsSee
from kinderwerk.web.form import Address, EnumRadioField, Form


class OwnAddressForm(Form):
    email = Address(
        _("The e-mail address of the young person"), [InputRequired(), Email(), Length(max=254)]
    )


class SeesForm(Form):
    sees = EnumRadioField(_("What may your parents see?"), ParentsSee)
