"""What the map can be asked for."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields import SelectChoice

from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.web.form import Form
from kinderwerk.web.periods import in_words

BACK = 4


class ChoiceForm(Form):
    class Meta:
        csrf = False

    period = SelectField(_("Which period?"))

    def offer(self) -> None:
        """Offer this quarter and the four before it, and the half-years and years they make."""
        quarter, half, year = Period.holding(clock.today())
        offered = [quarter]
        for _step in range(BACK):
            offered.append(offered[-1].previous)
        offered += [half, half.previous, year, year.previous]
        self.period.choices = [SelectChoice(str(one), in_words(one)) for one in offered]

    def chosen(self) -> Period:
        known = {str(choice.value) for choice in self.period.choices}
        written = self.period.data if self.period.data in known else None
        return Period.read(written) if written else Period.holding(clock.today())[0]
