"""The forms in which requests are written down and handled."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.access_requests.asking.rules import Asker, Right
from kinderwerk.access_requests.models import SEALED, AccessRequest
from kinderwerk.access_requests.rules import LONGEST, Decision, Handling, Identity, Receipt, Safety
from kinderwerk.core import clock
from kinderwerk.families.limiting import Limit
from kinderwerk.web.form import (
    EnumRadioField,
    Form,
    LongText,
    RowField,
    RowsField,
    Text,
    VersionField,
)

PLAIN = (
    "identity", "extended", "told_longer_on", "safety", "decision", "sent_on", "version",
    "family_id",
)  # fmt: skip


class ReceiveForm(Form):
    right = EnumRadioField(_("What do they ask?"), Right, default=Right.ACCESS)
    family_id = RowField(_("Which family?"), [InputRequired()], empty=_("Choose a family"))
    asker = EnumRadioField(_("Who asks it?"), Asker, default=Asker.PARENT)
    asked_by = Text(_("Who asks?"), [InputRequired(), Length(max=200)])
    words = LongText(_("In their own words"), [Optional(), Length(max=LONGEST)])
    received_on = DateField(_("When did they ask?"), [InputRequired()], default=clock.today)

    def offer(self, families: Iterable[tuple[UUID, str]]) -> None:
        self.family_id.offer(families)

    def receipt(self) -> Receipt:
        return Receipt(
            right=self.right.data, asker=self.asker.data, family_id=self.family_id.data,
            asked_by=self.asked_by.data, words=self.words.data or "",
            received_on=self.received_on.data,
        )  # fmt: skip


class HandleForm(Form):
    identity = EnumRadioField(_("How do we know who they are?"), Identity)
    family_id = RowField(_("Which family?"), [Optional()], empty=_("Not known yet"))
    extended = BooleanField(_("We need two months more"))
    why_longer = LongText(_("Why does it take longer?"), [Optional(), Length(max=LONGEST)])
    told_longer_on = DateField(_("When did you tell them so?"), [Optional()])
    safety = EnumRadioField(_("Is it safe to answer?"), Safety)
    why_safety = LongText(_("What did you weigh?"), [Optional(), Length(max=LONGEST)])
    decision = EnumRadioField(_("What do we decide?"), Decision)
    given = LongText(_("What came of it?"), [Optional(), Length(max=LONGEST)])
    withheld = LongText(
        _("What is left out or refused, and why?"), [Optional(), Length(max=LONGEST)]
    )
    sent_on = DateField(_("When was the answer given?"), [Optional()])
    version = VersionField()

    @classmethod
    def of(
        cls, request: AccessRequest, words: Mapping[str, str], *, weighs: bool,
        families: Iterable[tuple[UUID, str]],
    ) -> "HandleForm":  # fmt: skip
        """Ask which family only while that is open, and how safe it is of whoever weighs that."""
        told = {name: words[name] for name in SEALED}
        form = cls(data=told | {name: getattr(request, name) for name in PLAIN})
        if request.identity is not Identity.SIGNED_IN:
            form.identity.choices = [
                one for one in form.identity.choices if one.value != Identity.SIGNED_IN
            ]
        if request.family_id:
            del form.family_id
        else:
            form.family_id.offer(families)
        if not weighs:
            del form.safety, form.why_safety
        return form

    def wish(self) -> Handling:
        def said(name: str) -> str:
            return (self[name].data or "") if name in self else ""

        return Handling(
            identity=self.identity.data, extended=self.extended.data,
            family_id=self.family_id.data if "family_id" in self else None,
            told_longer_on=self.told_longer_on.data,
            safety=self.safety.data if "safety" in self else None,
            decision=self.decision.data, sent_on=self.sent_on.data,
            why_longer=said("why_longer"), why_safety=said("why_safety"), given=said("given"),
            withheld=said("withheld"),
        )  # fmt: skip


class LimitForm(Form):
    children = RowsField(_("Of which children?"))
    limit = EnumRadioField(_("What is limited?"), Limit, default=Limit.KEPT_ONLY)


class LiftForm(Form):
    children = RowsField(_("Of which children?"))
    told = BooleanField(_("I told whoever asked that it is lifted"))
