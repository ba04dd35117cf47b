"""The forms of access requests."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.access_requests.models import SEALED, AccessRequest
from kinderwerk.access_requests.rules import (
    LONGEST,
    Decision,
    Handling,
    Identity,
    Receipt,
    Safety,
)
from kinderwerk.core import clock
from kinderwerk.web.form import EnumRadioField, Form, LongText, RowField, Text, VersionField

PLAIN = ("identity", "extended", "safety", "decision", "sent_on", "version")


class ReceiveForm(Form):
    family_id = RowField(_("Which family?"), [InputRequired()], empty=_("Choose a family"))
    asked_by = Text(_("Who asks?"), [InputRequired(), Length(max=200)])
    received_on = DateField(_("When did they ask?"), [InputRequired()], default=clock.today)

    def offer(self, families: Iterable[tuple[UUID, str]]) -> None:
        self.family_id.offer(families)

    def receipt(self) -> Receipt:
        return Receipt(
            family_id=self.family_id.data, asked_by=self.asked_by.data,
            received_on=self.received_on.data,
        )  # fmt: skip


class HandleForm(Form):
    identity = EnumRadioField(_("How do we know who they are?"), Identity)
    extended = BooleanField(_("We need two months more"))
    why_longer = LongText(_("Why does it take longer?"), [Optional(), Length(max=LONGEST)])
    safety = EnumRadioField(_("Is it safe to answer?"), Safety)
    why_safety = LongText(_("What did you weigh?"), [Optional(), Length(max=LONGEST)])
    decision = EnumRadioField(_("What do we decide?"), Decision)
    given = LongText(_("What is given?"), [Optional(), Length(max=LONGEST)])
    withheld = LongText(_("What is left out, and why?"), [Optional(), Length(max=LONGEST)])
    sent_on = DateField(_("When was the answer given?"), [Optional()])
    version = VersionField()

    @classmethod
    def of(cls, request: AccessRequest, words: Mapping[str, str]) -> "HandleForm":
        told = {name: words[name] for name in SEALED}
        return cls(data=told | {name: getattr(request, name) for name in PLAIN})

    def wish(self) -> Handling:
        return Handling(
            identity=self.identity.data, extended=self.extended.data, safety=self.safety.data,
            decision=self.decision.data, sent_on=self.sent_on.data,
            **{name: self[name].data or "" for name in SEALED},
        )  # fmt: skip
