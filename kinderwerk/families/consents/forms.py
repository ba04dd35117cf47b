"""Forms about what people agree to."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.consents import rules
from kinderwerk.families.consents.queries import ON_THE_PAGE
from kinderwerk.families.consents.service import Reply
from kinderwerk.families.models import Child
from kinderwerk.families.rules import Capacity, ConsentMethod, ConsentPurpose
from kinderwerk.web.form import EnumField, EnumRadioField, Form, RowField, VersionField

YES_OR_NO = (SelectChoice("yes", _("Yes")), SelectChoice("no", _("No")))
NOTED = (ConsentMethod.ORAL, ConsentMethod.PAPER)


class ReplyForm(Form):
    """One tap: yes or no."""

    purpose = EnumField(_("About what?"), ConsentPurpose)
    capacity = EnumField(_("For whom?"), Capacity, default=Capacity.PARENT)
    version = VersionField()
    answer = RadioField(_("The answer"), [InputRequired()], choices=YES_OR_NO)

    def reply(self) -> Reply:
        return Reply(
            purpose=self.purpose.data, version=self.version.data or 0,
            yes=self.answer.data == "yes", capacity=self.capacity.data,
            language=str(get_locale()),
        )  # fmt: skip


class NoteForm(Form):
    """Staff note what somebody said, or signed on paper."""

    purpose = EnumField(_("About what?"), ConsentPurpose)
    carer = RowField(_("Who answered?"), empty=_("The youth alone, from 16"))
    capacity = EnumField(_("For whom?"), Capacity, default=Capacity.PARENT)
    answer = RadioField(_("The answer"), [InputRequired()], choices=YES_OR_NO)
    method = EnumRadioField(_("How?"), ConsentMethod, default=ConsentMethod.ORAL)
    language = SelectField(
        _("In which language did they read or hear it?"),
        choices=[SelectChoice(*each) for each in LANGUAGES.items()],
    )

    @override
    def __init__(self, *args: object, **given: object) -> None:
        super().__init__(*args, **given)
        self.purpose.choices = [one for one in self.purpose.choices if one.value in ON_THE_PAGE]
        self.method.choices = [one for one in self.method.choices if one.value in NOTED]

    @classmethod
    def of(cls, child: Child) -> "NoteForm":
        form = cls()
        form.carer.offer((care.carer_id, care.carer.name) for care in child.cares if care.decides)
        return form

    def reply(self) -> Reply:
        return Reply(
            purpose=self.purpose.data, version=rules.newest(self.purpose.data).version,
            yes=self.answer.data == "yes", capacity=self.capacity.data,
            language=self.language.data,
        )  # fmt: skip
