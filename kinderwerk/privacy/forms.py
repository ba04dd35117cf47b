"""Forms about terms, holds and forgetting."""

from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired, NumberRange

from kinderwerk.core.retention import Ending, Unit
from kinderwerk.privacy.models import Rule
from kinderwerk.privacy.rules import Confirmation, ErasureReason, HoldReason, HoldWish
from kinderwerk.web.form import EnumField, EnumRadioField, Form, VersionField, Whole


class TermForm(Form):
    amount = Whole(_("How long?"), [InputRequired(), NumberRange(min=0)])
    unit = EnumField(_("In"), Unit)
    ending = EnumRadioField(_("What happens then?"), Ending)
    version = VersionField()

    def wish(self) -> Confirmation:
        return Confirmation(
            amount=self.amount.data or 0, unit=self.unit.data, ending=self.ending.data
        )

    @classmethod
    def of(cls, line: Confirmation, rule: Rule | None) -> "TermForm":
        return cls(
            amount=line.amount, unit=line.unit, ending=line.ending,
            version=rule.version if rule else None,
        )  # fmt: skip


class HoldForm(Form):
    reason = EnumRadioField(_("Why?"), HoldReason)
    until = DateField(_("Until which day?"), [InputRequired()])

    def wish(self) -> HoldWish:
        return HoldWish(reason=self.reason.data, until=self.until.data)


class ForgetForm(Form):
    reason = EnumRadioField(_("Why?"), ErasureReason)
