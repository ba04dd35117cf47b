"""Forms of who is there."""

from flask_babel import lazy_gettext as _
from wtforms import TimeField
from wtforms.validators import NumberRange, Optional

from kinderwerk.activities.duties import Duty
from kinderwerk.staffing.rules import MOST, Post
from kinderwerk.web.form import EnumRadioField, Form, RowField, Whole


class PostForm(Form):
    user_id = RowField(_("Who comes?"), empty=_("Nobody yet: whoever wants to can take it"))
    duty = EnumRadioField(_("What do they do?"), Duty, default=Duty.HELPS)
    places = Whole(_("How many people?"), [Optional(), NumberRange(1, MOST)], default=1)
    starts = TimeField(_("From"), [Optional()])
    ends = TimeField(_("Until"), [Optional()])

    def post(self) -> Post:
        return Post(
            duty=self.duty.data, user_id=self.user_id.data, starts=self.starts.data,
            ends=self.ends.data, places=self.places.data or 1,
        )  # fmt: skip


class PersonForm(Form):
    """Which of the people of a date a button is about."""

    user_id = RowField("")
