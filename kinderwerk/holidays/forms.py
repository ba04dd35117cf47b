"""Forms for holidays."""

from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from typing_extensions import override
from wtforms import DateField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from kinderwerk.core.errors import Refusal
from kinderwerk.holidays.rules import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_NAME,
    HolidayWish,
    Kind,
    NothingBroughtIn,
    Region,
    Upload,
)
from kinderwerk.web.form import ChosenField, EnumField, Form, Text, VersionField, Whole

SAID: Final = ""


class HolidayForm(Form):
    name = Text(_("What is it called?"), [InputRequired(), Length(max=LONGEST_NAME)])
    kind = EnumField(_("What is it?"), Kind)
    region = EnumField(_("For which schools?"), Region)
    first_on = DateField(_("First day"), [InputRequired()])
    last_on = DateField(_("Last day"), [InputRequired()])
    source = Text(_("Where did you find it?"), [InputRequired(), Length(max=160)])
    checked_on = DateField(_("When did you look it up?"), [InputRequired()])
    version = VersionField()

    def wish(self) -> HolidayWish:
        public = self.kind.data is Kind.PUBLIC
        return HolidayWish(
            name=self.name.data, kind=self.kind.data,
            region=Region.ALL if public else self.region.data, first_on=self.first_on.data,
            last_on=self.last_on.data, source=self.source.data, checked_on=self.checked_on.data,
        )  # fmt: skip


class UploadForm(Form):
    file = FileField(_("The file"), [FileRequired()])
    kind = EnumField(_("What stands in it?"), Kind)
    region = ChosenField(
        _("For which schools?"),
        choices=[
            SelectChoice(SAID, _("As it says itself")),
            *(SelectChoice(region.value, _(region.label)) for region in Region),
        ],
    )
    source = Text(_("Where does it come from?"), [InputRequired(), Length(max=160)])
    checked_on = DateField(_("When did you look it up?"), [InputRequired()])

    #: What is wrong in a file that cannot be brought in.
    found: Any = None

    def upload(self) -> Upload:
        return Upload(
            content=self.file.data.read(), kind=self.kind.data,
            region=Region(self.region.data) if self.region.data else None,
            source=self.source.data, checked_on=self.checked_on.data,
        )  # fmt: skip

    @override
    def blame(self, refusal: Refusal) -> None:
        super().blame(refusal)
        if isinstance(refusal, NothingBroughtIn):
            self.found = refusal.found


class RegionForm(Form):
    region = EnumField(_("Where are the schools of the children who come to you?"), Region)


class YearForm(Form):
    year = Whole(_("Year"), [InputRequired(), NumberRange(FIRST_YEAR, LAST_YEAR)])
