"""The forms around talks: what a child says, what is answered, and how it is set up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.accounts.models import User
from kinderwerk.core import clock
from kinderwerk.core.picture_words import PICTURES
from kinderwerk.core.words import LANGUAGES, N_
from kinderwerk.places.models import Venue
from kinderwerk.signals.rules import Level
from kinderwerk.talks.models import TalkOffice
from kinderwerk.talks.rules import LONGEST, TERMS, Answer
from kinderwerk.talks.words import USUAL, listed
from kinderwerk.web.form import EnumRadioField, Form, LongText, OnceField, RowField, Text

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip
HALF_HOURS = range(6 * 60, 23 * 60 + 1, 30)


def _minutes(value: Any) -> int:
    return int(value)


class StepForm(Form):
    """A step that is only a button."""


class MomentField(SelectField):  # type: ignore[misc]
    """A time of the day, by the half hour, as minutes since midnight."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        choices = [SelectChoice(str(one), f"{one // 60:02d}:{one % 60:02d}") for one in HALF_HOURS]
        super().__init__(label, choices=choices, coerce=_minutes, **kwargs)


class AnswerForm(Form):
    words = LongText(_("Your answer"), [InputRequired(), Length(max=LONGEST)])
    venue_id = RowField(_("Meet at one of our venues"), empty=_("Not now"))
    day = DateField(_("On which day?"), [Optional()])
    at = MomentField(_("At what time?"), default=15 * 60)
    tells = BooleanField(_("I say here who else will hear of it, and why"))
    once = OnceField()

    def offer(self, venues: Sequence[Venue]) -> None:
        self.venue_id.offer((one.id, one.name) for one in venues)

    def wish(self) -> Answer:
        return Answer(
            words=self.words.data, venue_id=self.venue_id.data, meet_at=self._moment(),
            tells=self.tells.data, once=self.once.data,
        )  # fmt: skip

    def _moment(self) -> datetime | None:
        if self.day.data is None:
            return None
        hours, minutes = divmod(self.at.data, 60)
        day = self.day.data
        return clock.from_wall(datetime(day.year, day.month, day.day, hours, minutes))  # noqa: DTZ001


class HandOverForm(Form):
    user_id = RowField(_("To whom?"), [InputRequired()], empty=_("Choose somebody"))

    def offer(self, people: Sequence[tuple[UUID, str]]) -> None:
        self.user_id.offer(people)


class SignalForm(Form):
    what = LongText(
        _("What the child told, as close to its own words as you can"),
        [InputRequired(), Length(max=LONGEST)],
    )
    level = EnumRadioField(_("How serious is it?"), Level)


class ReadWithinField(SelectField):  # type: ignore[misc]
    def __init__(self, label: Any, **kwargs: Any) -> None:
        choices = [SelectChoice(str(one), _("%(n)d minutes", n=one)) for one in TERMS]
        super().__init__(label, choices=choices, coerce=_minutes, **kwargs)


class OpeningForm(Form):
    read_within = ReadWithinField(_("How soon does somebody read what a child wrote?"), default=60)


class KeeperForm(Form):
    user_id = RowField(_("Who?"), [InputRequired()], empty=_("Choose somebody"))
    trained_on = DateField(_("Trained on"), [Optional()])

    def offer(self, people: Sequence[User]) -> None:
        self.user_id.offer((one.id, one.name) for one in people)


class DutyForm(Form):
    user_id = RowField(_("Who is there?"), [InputRequired()], empty=_("Choose somebody"))
    weekday = SelectField(
        _("On which day?"),
        choices=[SelectChoice(str(n), _(day)) for n, day in enumerate(WEEKDAYS)], coerce=_minutes,
    )  # fmt: skip
    begins = MomentField(_("From"), default=15 * 60)
    ends = MomentField(_("Until"), default=17 * 60)

    def offer(self, people: Sequence[tuple[UUID, str]]) -> None:
        self.user_id.offer(people)


def _words_field(language: str) -> TextAreaField:
    name = LANGUAGES[language]
    return TextAreaField(name, [Length(max=12_000)], render_kw={"rows": 6, "dir": "auto"})


class DangerForm(Form):
    """One list for each language; nothing in it means ours."""

    nl, en, de = (_words_field(language) for language in ("nl", "en", "de"))
    tr, ar = (_words_field(language) for language in ("tr", "ar"))
    uk, pl = (_words_field(language) for language in ("uk", "pl"))

    @classmethod
    def of(cls, office: TalkOffice | None) -> "DangerForm":
        own = office.danger_words if office else {}
        told = {language: own.get(language) or USUAL[language] for language in LANGUAGES}
        return cls(data={language: "\n".join(found) for language, found in told.items()})

    def chosen(self) -> dict[str, list[str]]:
        """Return the lists that differ from ours."""
        found = {language: listed(self[language].data or "") for language in LANGUAGES}
        return {name: own for name, own in found.items() if own != listed("\n".join(USUAL[name]))}


class FaceForm(Form):
    first_name = Text(_("Your first name, as children call you"), [InputRequired(), Length(max=40)])
    picture = SelectField(_("Your drawing"), [InputRequired()])
    agreed = BooleanField(_("I agree that children see this name and drawing"), [InputRequired()])

    def offer(self, language: str) -> None:
        self.picture.choices = [
            SelectChoice(code, one.said(language)) for code, one in PICTURES.items()
        ]
