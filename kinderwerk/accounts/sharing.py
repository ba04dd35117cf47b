"""Letting a colleague read along with what is confidential: one form for every kind of case."""

from collections.abc import Sequence

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import DataRequired, InputRequired, Length

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.models import User
from kinderwerk.accounts.shares import USUAL, LetIn
from kinderwerk.core import clock
from kinderwerk.web.form import Form, LongText, RowField
from kinderwerk.web.pages import page


class ShareForm(Form):
    user_id = RowField(_("Whom do you let in?"), [InputRequired()], empty=_("Choose a colleague"))
    reason = LongText(_("Why do they need to know?"), [DataRequired(), Length(max=500)])
    until = DateField(_("Until when?"), [InputRequired()], default=lambda: clock.today() + USUAL)

    def offer(self, colleagues: Sequence[User], facts: Facts) -> None:
        """Offer whoever does not carry the case and cannot read it yet."""
        inside = {*facts.readers, facts.owner_id}
        self.user_id.offer((one.id, one.name) for one in colleagues if one.id not in inside)

    def let_in(self) -> LetIn:
        return LetIn(user_id=self.user_id.data, reason=self.reason.data, until=self.until.data)


def asked(form: ShareForm, back: str) -> ResponseReturnValue:
    """Ask whom to let in, why and until when; `back` is the page of the case."""
    return page("accounts/share.html", form=form, back_to=back)
