"""Letting a colleague read along with what is confidential: one form for every kind of case."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.models import User
from kinderwerk.web.form import Form, RowField


class ShareForm(Form):
    user_id = RowField(_("Whom do you let in?"), [InputRequired()], empty=_("Choose a colleague"))

    def offer(self, colleagues: Sequence[User], facts: Facts) -> None:
        """Offer whoever does not carry the case and cannot read it yet."""
        inside = {*facts.readers, facts.owner_id}
        self.user_id.offer((one.id, one.name) for one in colleagues if one.id not in inside)
