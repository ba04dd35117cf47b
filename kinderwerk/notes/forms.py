"""Forms about what helpers must know."""

from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from kinderwerk.core import clock
from kinderwerk.core.errors import Stale
from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.consents.rules import newest
from kinderwerk.families.models import Child
from kinderwerk.families.rules import OF_AGE, ConsentPurpose, age_on
from kinderwerk.notes.asking import HelpForm
from kinderwerk.notes.rules import Season
from kinderwerk.notes.service import Paper
from kinderwerk.web.form import Form, RowField, VersionField, Whole


class NoteForm(HelpForm):
    version = VersionField()
    agreed = BooleanField(_("Yes, I agree to that"))
    child_agreed = BooleanField(_("I asked my child, and it agrees"))

    @override
    def compare(self, stale: Stale) -> None:
        theirs = {name: _listed(value) for name, value in stale.theirs.items()}
        super().compare(Stale(theirs, stale.version))


class PaperForm(HelpForm):
    """What a family wrote on paper, typed in by staff."""

    carer = RowField(_("Who signed?"))
    language = SelectField(
        _("Language of the form"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )
    agreed = BooleanField(_("The form says yes: helpers may know this"))
    child_agreed = BooleanField(_("The child agrees as well"))

    @classmethod
    def of(cls, child: Child) -> "PaperForm":
        form = cls()
        if age_on(child.born_on, clock.today()) >= OF_AGE:
            form.carer.empty = _("The youth alone, from 16")
        form.carer.offer((care.carer_id, care.carer.name) for care in child.cares if care.decides)
        return form

    def paper(self) -> Paper:
        return Paper(
            carer_id=self.carer.data, language=self.language.data, agreed=self.agreed.data,
            child_agreed=self.child_agreed.data, version=newest(ConsentPurpose.HEALTH).version,
        )  # fmt: skip


class SeasonForm(Form):
    day = Whole(_("Day"), [InputRequired(), NumberRange(1, 31)])
    month = Whole(_("Month"), [InputRequired(), NumberRange(1, 12)])

    def season(self) -> Season:
        return Season(month=self.month.data or 0, day=self.day.data or 0)


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
