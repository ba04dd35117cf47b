"""When somebody is away, and who stands in."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired, Optional

from kinderwerk.absences.rules import Leave
from kinderwerk.accounts.models import User
from kinderwerk.core import clock
from kinderwerk.web.form import Form, RowField


class LeaveForm(Form):
    first = DateField(_("Away from"), [InputRequired()], default=clock.today)
    last = DateField(_("Up to and including"), [InputRequired()])
    deputy_id = RowField(_("Who stands in?"), [Optional()], empty=_("Nobody"))

    def offer(self, colleagues: Sequence[User]) -> None:
        self.deputy_id.offer((one.id, one.name) for one in colleagues)

    def leave(self) -> Leave:
        return Leave(first=self.first.data, last=self.last.data, deputy_id=self.deputy_id.data)
