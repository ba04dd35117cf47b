"""What can be chosen about a paper besides its language."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, SelectField
from wtforms.fields import SelectChoice

from kinderwerk.accounts.rules import Country
from kinderwerk.papers.kinds import Kind
from kinderwerk.papers.orders import OrderForm
from kinderwerk.papers.rules import Size
from kinderwerk.papers.sheets.helplines import Card
from kinderwerk.papers.sheets.week import WEEK, mondays
from kinderwerk.web.form import EnumRadioField, RowField
from kinderwerk.web.pages import day


class PosterForm(OrderForm):
    size = EnumRadioField(_("How large?"), Size)

    @override
    def chosen(self) -> Mapping[str, str | None]:
        return {"size": self.size.data.value}


class ListForm(OrderForm):
    numbers = BooleanField(_("With the numbers to call"))

    @override
    def chosen(self) -> Mapping[str, str | None]:
        return {"numbers": "yes" if self.numbers.data else None}


class CertificateForm(OrderForm):
    activity = RowField(_("For what?"))

    @override
    def chosen(self) -> Mapping[str, str | None]:
        return {"activity": str(self.activity.data)}


class WeekForm(OrderForm):
    neighbourhood = RowField(_("Which neighbourhood?"))
    week = SelectField(_("Which week?"))

    @classmethod
    @override
    def of(cls, kind: Kind, **chosen: Any) -> Self:
        form = super().of(kind, **chosen)
        form.week.choices = [SelectChoice(one.isoformat(), _week(one)) for one in mondays()]
        return form

    @override
    def chosen(self) -> Mapping[str, str | None]:
        return {"week": self.week.data}


def _week(monday: date) -> str:
    last = monday + WEEK - timedelta(days=1)
    return str(gettext("%(first)s to %(last)s", first=day(monday), last=day(last)))


class HelplineForm(OrderForm):
    country = EnumRadioField(_("For which country?"), Country)
    size = EnumRadioField(_("How large?"), Card)

    @override
    def chosen(self) -> Mapping[str, str | None]:
        return {"country": self.country.data.value, "size": self.size.data.value}
