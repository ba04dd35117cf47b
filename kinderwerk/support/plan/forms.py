"""The forms of a plan: what is agreed, and whether it helped."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.activities.models import Activity
from kinderwerk.core import clock
from kinderwerk.support.plan.rules import DidHelp, Doing, Judged, Promise, Settled
from kinderwerk.support.rules import FOLLOW_UP
from kinderwerk.web.form import EnumRadioField, Form, LongText, OnceField, RowField
from kinderwerk.web.pages import brief_day

LONGEST = 500
LONGEST_WORDS = 2000


def in_some_weeks() -> date:
    return clock.today() + FOLLOW_UP


class PromiseForm(Form):
    once = OnceField()
    text = LongText(_("What did you agree?"), [Optional(), Length(max=LONGEST)])
    activity_id = RowField(_("Is it a course for parents?"), [Optional()], empty=_("No course"))
    doing = EnumRadioField(_("Who does it?"), Doing, default=Doing.FAMILY)
    due_on = DateField(_("By when?"), [InputRequired()], default=in_some_weeks)

    def offer(self, courses: Sequence[Activity]) -> None:
        self.activity_id.offer(
            (one.id, f"{one.title}, {brief_day(max(one.begins_on, clock.today()))}")
            for one in courses
        )

    def promise(self) -> Promise:
        return Promise(
            text=self.text.data or "", doing=self.doing.data, due_on=self.due_on.data,
            activity_id=self.activity_id.data, once=self.once.data,
        )  # fmt: skip


class SettleForm(Form):
    settled = EnumRadioField(_("What became of it?"), Settled)


class AnswerForm(Form):
    helped = EnumRadioField(_("Does it help?"), DidHelp)
    words = LongText(_("Do you want to say something about it?"),
                     [Optional(), Length(max=LONGEST_WORDS)])  # fmt: skip

    def judged(self) -> Judged:
        return Judged(helped=self.helped.data, words=self.words.data or "")
