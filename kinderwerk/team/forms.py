"""Forms about people at work."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from kinderwerk.accounts.models import Organisation
from kinderwerk.core.words import N_
from kinderwerk.team.rules import (
    TRAININGS,
    Half,
    Kind,
    Own,
    Screening,
    TeamRules,
    Training,
    Wish,
    Word,
)
from kinderwerk.web.form import (
    EnumField,
    EnumRadioField,
    Form,
    LongText,
    Phone,
    Text,
    VersionField,
    Whole,
)

DAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip


class RecordForm(Form):
    version = VersionField()
    kind = EnumField(_("How do they work here?"), Kind)
    register_number = StringField(
        _("Number in a professional register"), [Optional(), Length(max=40)]
    )
    of_age_on = DateField(_("Turns 18 on"), [Optional()])
    word = EnumRadioField(_("Certificate of good conduct"), Word)
    requested_on = DateField(_("Asked for on"), [Optional()])
    issued_on = DateField(_("Issued on"), [Optional()])
    seen_on = DateField(_("Seen on"), [Optional()])
    profile = Text(_("Profile it was given for"), [Optional(), Length(max=80)])
    intake_on = DateField(_("First talk on"), [Optional()])
    references_on = DateField(_("References asked on"), [Optional()])
    code_version = Text(_("Version of the code of conduct"), [Optional(), Length(max=40)])
    code_signed_on = DateField(_("Signed on"), [Optional()])
    confidant_known = BooleanField(_("Knows who the confidential adviser is"))
    contract_ends_on = DateField(_("Contract ends on"), [Optional()])

    def wish(self) -> Wish:
        names = Wish.__dataclass_fields__
        given = {name: self[name].data for name in names}
        words = ("register_number", "profile", "code_version")
        return Wish(**given | {name: (given[name] or "").strip() for name in words})


class RefusedForm(Form):
    words = LongText(_("What was said, in your words"), [Optional(), Length(max=500)])


class TrainingForm(Form):
    kind = SelectField(_("Which training"), choices=[])
    on = DateField(_("Day"), [InputRequired()])
    until = DateField(_("Valid until"), [Optional()])

    def offer(self, kinds: Sequence[str]) -> None:
        self.kind.choices = [SelectChoice(one, _(one)) for one in kinds or TRAININGS]

    def training(self) -> Training:
        return Training(kind=self.kind.data, on=self.on.data, until=self.until.data)


class OwnForm(Form):
    phone = Phone(_("Your telephone"), [Optional()])
    halves = SelectMultipleField(
        _("When can you usually?"), widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(), validate_choice=True,
    )  # fmt: skip

    def offer(self) -> None:
        self.halves.choices = [
            SelectChoice(f"{n}-{half.value}", f"{_(day)}, {_(half.label)}")
            for n, day in enumerate(DAYS)
            for half in Half
        ]

    def own(self) -> Own:
        return Own(phone=self.phone.data or "", halves=tuple(self.halves.data or ()))


class ScreeningForm(Form):
    screening = EnumRadioField(_("By which rules do you ask for certificates?"), Screening)
    hours = Whole(
        _("Until how long before it begins can a shift be given back?"),
        [InputRequired(), NumberRange(0, 336)],
    )
    trainings = LongText(_("Which trainings can somebody do here?"), [Optional(), Length(max=4000)])

    @classmethod
    def of(cls, here: Organisation) -> "ScreeningForm":
        named = [str(_(one)) for one in here.training_kinds or TRAININGS]
        return cls(
            data={
                "screening": here.screening, "hours": here.give_back_hours,
                "trainings": "\n".join(named),
            }
        )  # fmt: skip

    def wish(self) -> TeamRules:
        """Return what was said; a training that we know by name stays the one that we know."""
        known = {str(_(one)): one for one in TRAININGS}
        lines = map(str.strip, (self.trainings.data or "").splitlines())
        kinds = tuple(dict.fromkeys(known.get(line, line) for line in lines if line))
        return TeamRules(
            screening=self.screening.data, give_back_hours=self.hours.data or 0,
            trainings=() if kinds == TRAININGS else kinds,
        )  # fmt: skip
