"""Forms for moving a date, for a word to all families of it, and for how somebody is told."""

from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, TimeField
from wtforms.fields import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional

from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.series import Slot
from kinderwerk.core import clock
from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.models import Carer
from kinderwerk.messages.gateway import ways
from kinderwerk.messages.rules import Channel
from kinderwerk.notices.rules import Amount, Say, Wishes, Word
from kinderwerk.web.form import Address, EnumRadioField, Form, LongText, OnceField, Phone


class MoveForm(Form):
    """When one date takes place instead; what lasts several days lasts as many."""

    starts_at = DateField(_("Day"), [InputRequired()])
    starts = TimeField(_("Starts at"), [InputRequired()])
    ends_at = TimeField(_("Ends at"), [InputRequired()])
    zone: ZoneInfo
    nights: timedelta

    @classmethod
    def of(cls, date: Occurrence) -> Self:
        zone = ZoneInfo(date.activity.zone)
        starts, ends = (clock.to_wall(at, zone) for at in (date.starts_at, date.ends_at))
        form = cls(
            data={"starts_at": starts.date(), "starts": starts.time(), "ends_at": ends.time()}
        )
        form.zone, form.nights = zone, ends.date() - starts.date()
        return form

    def slot(self) -> Slot:
        day = self.starts_at.data
        return Slot(
            clock.from_wall(datetime.combine(day, self.starts.data), self.zone),
            clock.from_wall(datetime.combine(day + self.nights, self.ends_at.data), self.zone),
        )


class SayForm(Form):
    """What is said to all families of a date."""

    word = EnumRadioField(_("What do you want to say?"), Word)
    words = LongText(_("In your own words"), [Optional(), Length(max=300)])
    language = SelectField(
        _("Your own words are in"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )
    form_id = OnceField()

    def say(self) -> Say:
        return Say(
            word=self.word.data, words=" ".join((self.words.data or "").split()),
            language=self.language.data, form_id=self.form_id.data,
        )  # fmt: skip


class AmountForm(Form):
    """How much somebody wants to hear."""

    amount = EnumRadioField(_("Which messages do you want?"), Amount)


class WishesForm(AmountForm):
    """How, where and how much."""

    channel = EnumRadioField(_("How shall we tell you?"), Channel)
    phone = Phone(_("Your mobile number"), [InputRequired()])
    email = Address(_("Your e-mail address"), [Optional(), Email(), Length(max=254)])

    @classmethod
    def of(cls, carer: Carer) -> Self:
        form = cls(
            data={
                "amount": amount(carer), "channel": carer.channel if carer.email else Channel.SMS,
                "phone": carer.phone, "email": carer.email,
            }
        )  # fmt: skip
        if ways.there == [Channel.MAIL]:
            del form.channel
        return form

    def wishes(self) -> Wishes:
        channel = self.channel.data if "channel" in self else Channel.MAIL
        return Wishes(
            amount=self.amount.data, channel=channel, phone=self.phone.data,
            email=self.email.data or "",
        )  # fmt: skip


def amount(carer: Carer) -> Amount:
    return Amount.of(reminders=carer.reminders, only_needed=carer.only_needed)
