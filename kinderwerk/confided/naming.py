"""One form for every kind of record on which carers are named."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import InputRequired

from kinderwerk.confided.queries import Candidate
from kinderwerk.confided.rules import Way, Wish
from kinderwerk.web.form import EnumRadioField, Form, RowField


class NamingForm(Form):
    carer_id = RowField(_("Who is it?"), [InputRequired()], empty=_("Choose somebody"))
    way = EnumRadioField(_("How can we safely reach them?"), Way)
    asked = BooleanField(
        _("I asked, and nobody else reads or hears along there"), [InputRequired()]
    )

    def offer(self, candidates: Sequence[Candidate]) -> None:
        self.carer_id.offer(
            (one.carer.id, ", ".join(filter(None, (one.carer.name, one.mail, one.phone))))
            for one in candidates
        )

    @property
    def why(self) -> str:
        """What is not right yet, in one line above the page."""
        said = [*self.form_errors, *(error for field in self for error in field.errors)]
        return " ".join(dict.fromkeys(str(error) for error in said))

    def wish(self) -> Wish:
        return Wish(carer_id=self.carer_id.data, way=self.way.data)
