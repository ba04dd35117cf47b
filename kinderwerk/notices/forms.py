"""Forms for moving a date, for a word to all families of it, and for how somebody is told."""

from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import DateField, TimeField
from wtforms.validators import InputRequired

from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.series import Slot
from kinderwerk.core import clock
from kinderwerk.web.form import Form


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
