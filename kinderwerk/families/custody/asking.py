"""What a carer fills in who wants somebody else to care for the child too."""

from flask_babel import lazy_gettext as _
from wtforms.validators import Email, InputRequired, Length, Optional

from kinderwerk.families.fields import RelationField
from kinderwerk.families.rules import Adult, Relation
from kinderwerk.web.form import Address, Form, Phone, Text


class AskForm(Form):
    name = Text(_("What is their name?"), [InputRequired(), Length(max=120)])
    phone = Phone(_("Their mobile number"), [InputRequired()])
    email = Address(_("Their e-mail address"), [Optional(), Email(), Length(max=254)])
    relation = RelationField(_("Who are they to your child?"), default=Relation.PARENT)

    def adult(self) -> Adult:
        return Adult(
            name=self.name.data, phone=self.phone.data, email=self.email.data or None,
            relation=self.relation.data,
        )  # fmt: skip
