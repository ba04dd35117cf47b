"""The form in which anybody asks something about their own details."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.access_requests.asking.rules import Asker, Question, Right
from kinderwerk.access_requests.rules import LONGEST
from kinderwerk.accounts.models import Organisation
from kinderwerk.web.form import EnumRadioField, Form, LongText, RowField, Text


class AskForm(Form):
    organisation_id = RowField(_("Whom do you ask?"), [InputRequired()], empty=_("Choose one"))
    right = EnumRadioField(_("What do you want?"), Right)
    asker = EnumRadioField(_("Who are you?"), Asker)
    asked_by = Text(_("Your name, and how we reach you"), [InputRequired(), Length(max=200)])
    words = LongText(_("What is it about?"), [Optional(), Length(max=LONGEST)])

    def offer(self, organisations: Sequence[Organisation], first: str | None) -> None:
        self.organisation_id.offer((one.id, one.name) for one in organisations)
        known = {str(one.id): one.id for one in organisations}
        if not self.is_submitted() and first in known:
            self.organisation_id.data = known[first]

    @property
    def here(self) -> UUID:
        chosen: UUID = self.organisation_id.data
        return chosen

    def question(self) -> Question:
        return Question(
            organisation_id=self.here, right=self.right.data, asker=self.asker.data,
            asked_by=self.asked_by.data, words=self.words.data or "",
        )  # fmt: skip
