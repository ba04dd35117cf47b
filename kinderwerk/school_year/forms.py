"""Forms for a new school year."""

from uuid import UUID

from babel.dates import get_month_names
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice

from kinderwerk.school_year.rules import MONTHS
from kinderwerk.web.form import Form, Whole


class YearForm(Form):
    """Which school year; it stays in the address."""

    class Meta:
        csrf = False

    year = Whole(_("School year"))


class DoneForm(Form):
    done = BooleanField(_("Done"))


class MonthForm(Form):
    """In which month a school year begins."""

    month = SelectField(_("The school year begins on the first of"), coerce=int)

    def offer(self) -> None:
        names = get_month_names("wide", "stand-alone", get_locale())
        self.month.choices = [SelectChoice(one, names[one]) for one in range(1, MONTHS + 1)]


class AlongForm(Form):
    """What goes along into the year; what did already is simply not made twice."""

    chosen = SelectMultipleField(_("Activities"), coerce=UUID, validate_choice=False)
