"""The part of a plan that says when: how often, until when, and what falls out."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, DateField, RadioField, TimeField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.activities.fields import DaysField, WeekdaysField
from kinderwerk.activities.repeating import LISTED, Nth, Repeats, Rule
from kinderwerk.activities.series import (
    AS_PLANNED,
    LAST_YEAR,
    LONGEST_SERIES,
    MOST_DATES,
    Series,
    Until,
)
from kinderwerk.core.words import N_, Labelled
from kinderwerk.holidays.rules import GOES_ON, Free, Region
from kinderwerk.web.form import ChosenField, EnumField, Form, Whole


class Ends(Labelled):
    DAY = "day", N_("Until the last day")
    TIMES = "times", N_("So many times")
    SUMMER = "summer", N_("Until the summer holidays")


class RhythmForm(Form):
    repeats = RadioField(
        _("How often?"),
        choices=[SelectChoice(one.value, _(one.label)) for one in Repeats],
    )
    weekday = WeekdaysField(_("On which days?"))
    nth = EnumField(_("Which one of the month?"), Nth, default=Nth.FIRST)
    begins_on = DateField(_("First day"), [Optional()])
    until = RadioField(
        _("Until when?"), default=Ends.DAY.value,
        choices=[SelectChoice(one.value, _(one.label)) for one in Ends],
    )  # fmt: skip
    ends_on = DateField(_("Last day"), [Optional()])
    times = Whole(_("How many times?"), [Optional(), NumberRange(1, MOST_DATES)])
    starts = TimeField(_("Starts at"), [InputRequired()])
    ends = TimeField(_("Ends at"), [InputRequired()])
    school = ChosenField(
        _("In the school holidays"),
        choices=[
            SelectChoice("", _("It goes on")),
            SelectChoice(Region.NORTH.value, _("Not in those of region North")),
            SelectChoice(Region.MIDDLE.value, _("Not in those of region Middle")),
            SelectChoice(Region.SOUTH.value, _("Not in those of region South")),
            SelectChoice(Region.ALL.value, _("Not in those of everybody")),
        ],
    )
    public = BooleanField(_("Not on public holidays"))
    extra = DaysField(_("Also on these days"), [Optional(), Length(max=8000)])
    skipped = DaysField(_("Not on these days"), [Optional(), Length(max=2000)])

    zone: str = ""
    #: How it repeats now, if there are no words for that.
    stands: Rule | None = None

    @override
    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        return self._complete() and right

    def looks_right(self) -> bool:
        """Tell whether this part can be understood, whatever is missing elsewhere."""
        fields = [self[name] for name in RHYTHM]
        right = [field.validate(self) for field in fields]
        return self._complete() and all(right)

    def _complete(self) -> bool:
        """Ask for what a choice needs: a series without an end never stops."""
        asked = []
        if self.repeats.data == Repeats.LISTED:
            asked = [(self.extra, gettext("On which dates? Write each on a line."))]
        else:
            asked = [(self.begins_on, gettext("This field is required."))]
        if self.repeats.data in WEEKDAYS_NEEDED:
            asked += [(self.weekday, gettext("Choose a day."))]
        if self.repeats.data in ENDLESS:
            asked += [self._end]
        missing = [(field, said) for field, said in asked if not field.data and not field.errors]
        for field, said in missing:
            field.errors = [said]
        return not missing

    @property
    def _end(self) -> tuple[Any, str]:
        if self.until.data == Ends.TIMES:
            return self.times, gettext("How many times?")
        if self.until.data == Ends.SUMMER:
            return self.until, ""
        return self.ends_on, gettext("Until when? A series has a last day.")

    def allow(self, rule: Rule | None) -> None:
        """Offer to leave it as it is where there are no words for how it repeats."""
        self.stands = rule if rule and rule.repeats is Repeats.OTHER else None
        if self.stands is None:
            self.repeats.choices = [
                one for one in self.repeats.choices if one.value != Repeats.OTHER
            ]

    @property
    def rule(self) -> Rule | None:
        match self.repeats.data:
            case Repeats.WEEKLY:
                return Rule.weekly(*self.weekday.data)
            case Repeats.FORTNIGHTLY:
                return Rule.weekly(*self.weekday.data, interval=2)
            case Repeats.MONTHLY:
                return Rule.monthly(self.nth.data, *self.weekday.data)
            case Repeats.LISTED:
                return LISTED
            case Repeats.OTHER:
                return self.stands
        return None

    @property
    def series(self) -> Series:
        rule = self.rule
        first, last = self._days(rule)
        series = rule is not None
        return Series(
            begins_on=first, ends_on=last, starts=self.starts.data, ends=self.ends.data,
            rule=rule, zone=self.zone, extra=self.extra.data if series else frozenset(),
            skipped=self.skipped.data if series and rule != LISTED else frozenset(),
        )  # fmt: skip

    def _days(self, rule: Rule | None) -> tuple[date, date]:
        """Return between which days it lies; where the last is to be found, at most that late."""
        if rule == LISTED:
            return min(self.extra.data), max(self.extra.data)
        first: date = self.begins_on.data
        if rule is not None and self.ending != AS_PLANNED and first.year <= LAST_YEAR:
            return first, min(first + LONGEST_SERIES, date(LAST_YEAR, 12, 31))
        return first, self.ends_on.data or first

    @property
    def ending(self) -> Until:
        if self.repeats.data not in ENDLESS:
            return AS_PLANNED
        times = self.times.data if self.until.data == Ends.TIMES else None
        return Until(times=times, summer=self.until.data == Ends.SUMMER)

    @property
    def free(self) -> Free:
        if self.repeats.data not in ENDLESS:
            return GOES_ON
        school = Region(self.school.data) if self.school.data else None
        return Free(school=school, public=self.public.data)


RHYTHM: Final = (
    "repeats", "weekday", "nth", "begins_on", "until", "ends_on", "times", "starts", "ends",
    "school", "public", "extra", "skipped",
)  # fmt: skip
WEEKDAYS_NEEDED: Final = (Repeats.WEEKLY, Repeats.FORTNIGHTLY, Repeats.MONTHLY)
ENDLESS: Final = (*WEEKDAYS_NEEDED, Repeats.OTHER)


def as_fields(rule: Rule | None, free: Free) -> Mapping[str, Any]:
    """Return how it repeats under the names of the fields."""
    repeats = rule.repeats if rule else Repeats.ONCE
    told = {
        "repeats": repeats.value, "school": free.school.value if free.school else "",
        "public": free.public,
    }  # fmt: skip
    if rule is None or repeats not in WEEKDAYS_NEEDED:
        return told
    return told | {"weekday": list(rule.weekdays), "nth": rule.nth}
