"""Forms for looking at a week, moving a date in it, accepting a warning, and the table."""

from datetime import date, datetime, timedelta
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, SelectField, TimeField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.series import FIRST_YEAR, LAST_YEAR, Slot
from kinderwerk.core import clock
from kinderwerk.core.errors import why_not
from kinderwerk.core.periods import Period
from kinderwerk.planner.models import AdultTable
from kinderwerk.planner.ratios import GROWN_UP, LEAST, MOST_AT_ONCE, PRESETS, USUAL, Preset, Row
from kinderwerk.planner.rules import LONGEST_REASON, By
from kinderwerk.planner.service import TableWish
from kinderwerk.web.form import (
    ChosenField,
    EnumRadioField,
    Form,
    RowField,
    Text,
    Whole,
)
from kinderwerk.web.periods import in_words

#: How many rows of ages a table of one's own has at most.
ROWS: Final = range(6)


def plausible(day: date | None) -> bool:
    return day is not None and FIRST_YEAR < day.year < LAST_YEAR


class WeekForm(Form):
    """Whose week is shown, in its address."""

    class Meta:
        csrf = False

    day = DateField(_("Day"), [Optional()])
    by = ChosenField(_("In rows"), choices=[SelectChoice(one.value, _(one.label)) for one in By])
    of = RowField(_("Only"), empty=_("Everything"))
    look = HiddenField()

    @property
    def shown(self) -> date:
        """Return the day that is asked for, as far as it makes sense."""
        return self.day.data if plausible(self.day.data) else clock.today()


class PeriodForm(Form):
    """Of which fixed period one looks at the goals."""

    class Meta:
        csrf = False

    period = SelectField(_("Which period?"), choices=[])

    def offer(self) -> None:
        """Offer this quarter, the next and the one before it, and this year."""
        quarter, _half, year = Period.holding(clock.today())
        after, _half, _year = Period.holding(quarter.ends + timedelta(days=1))
        self.period.choices = [
            SelectChoice(str(one), in_words(one))
            for one in (quarter, after, quarter.previous, year)
        ]

    def chosen(self) -> Period:
        known = {str(choice.value) for choice in self.period.choices}
        written = self.period.data if self.period.data in known else None
        return Period.read(written) if written else Period.holding(clock.today())[0]


class AskedForm(Form):
    """To what day and hour an address asks to move a date: the mouse, or a press on "later"."""

    class Meta:
        csrf = False

    day = DateField("", [Optional()])
    at = TimeField("", [Optional()])

    def of(self, slot: Slot, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when it begins and ends on the wall, as asked for as far as that makes sense."""
        starts, ends = (
            clock.to_wall(at, zone).replace(tzinfo=None) for at in (slot.starts_at, slot.ends_at)
        )
        day = self.day.data if plausible(self.day.data) else starts.date()
        begins = datetime.combine(day, self.at.data or starts.time())
        return begins, begins + (ends - starts)


class MoveForm(Form):
    """When one date takes place instead; `looked` is the time of which somebody saw the meaning."""

    day = DateField(_("Day"), [InputRequired()])
    starts = TimeField(_("Starts at"), [InputRequired()])
    ends = TimeField(_("Ends at"), [InputRequired()])
    looked = HiddenField()
    zone: ZoneInfo
    nights: timedelta

    @classmethod
    def of(cls, date: Occurrence, asked: AskedForm) -> Self:
        zone = ZoneInfo(date.activity.zone)
        begins, closes = asked.of(date.slot, zone)
        form = cls(data={"day": begins.date(), "starts": begins.time(), "ends": closes.time()})
        form.zone, form.nights = zone, closes.date() - begins.date()
        return form

    def slot(self) -> Slot:
        day = self.day.data
        return Slot(
            clock.from_wall(datetime.combine(day, self.starts.data), self.zone),
            clock.from_wall(datetime.combine(day + self.nights, self.ends.data), self.zone),
        )

    @property
    def at(self) -> Slot | None:
        """Return the time that stands in the form, if it is one."""
        said = self.day.data and self.starts.data and self.ends.data
        return self.slot() if said and why_not(self.slot) is None else None

    def has_looked(self) -> bool:
        return bool(self.looked.data == mark(self.slot()))


def mark(slot: Slot) -> str:
    return f"{slot.starts_at.isoformat()}/{slot.ends_at.isoformat()}"


class AcceptForm(Form):
    """Why a date goes on in spite of a warning."""

    reason = Text(_("Why can it go on like this?"), [InputRequired(), Length(max=LONGEST_REASON)])
    mark = HiddenField(validators=[InputRequired()])


def _how_many(label: Any) -> Whole:
    return Whole(label, [Optional(), NumberRange(1, MOST_AT_ONCE)])


class TableForm(Form):
    """Which table an organisation keeps to, and its own one if it has one."""

    preset = EnumRadioField(_("Which table do you keep to?"), Preset)
    outing = _how_many(_("On an outing"))
    water = _how_many(_("In or by water"))
    camp = _how_many(_("At a camp"))
    least = Whole(_("Never fewer adults than"), [Optional(), NumberRange(1, 9)])

    @classmethod
    def of(cls, chosen: AdultTable | None) -> Self:
        own = chosen.own if chosen and chosen.rows else PRESETS[Preset.BUURT]
        told: dict[str, Any] = {
            "preset": chosen.preset if chosen else USUAL, "outing": own.outing,
            "water": own.water, "camp": own.camp, "least": own.least,
        }  # fmt: skip
        for number, row in enumerate(own.rows):
            told |= {f"from_{number}": row.age_from, f"to_{number}": row.age_to}
            told[f"children_{number}"] = row.children
        return cls(data=told)

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        return [
            (self[f"from_{number}"], self[f"to_{number}"], self[f"children_{number}"])
            for number in ROWS
        ]

    def wish(self) -> TableWish:
        said = [tuple(one.data for one in line) for line in self.lines]
        return TableWish(
            preset=self.preset.data, outing=self.outing.data, water=self.water.data,
            camp=self.camp.data, least=self.least.data or LEAST,
            rows=tuple(Row(*each) for each in said if None not in each),
        )  # fmt: skip


for number in ROWS:
    age = [Optional(), NumberRange(0, GROWN_UP)]
    setattr(TableForm, f"from_{number}", Whole(_("From age"), age))
    setattr(TableForm, f"to_{number}", Whole(_("Up to and including"), age))
    setattr(TableForm, f"children_{number}", _how_many(_("Children per adult")))
