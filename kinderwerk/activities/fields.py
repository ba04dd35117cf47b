"""Fields that plans and their filters need."""

import re
from datetime import date, datetime
from typing import Any, Final

from flask_babel import format_date, get_locale, gettext, lazy_gettext
from wtforms import (
    DateTimeLocalField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.fields import SelectChoice

from kinderwerk.core import clock
from kinderwerk.core.words import Labelled
from kinderwerk.web.form import Choosing, ChosenField

#: Spoken here, by how often; people see them by name, in their own language.
SPOKEN: Final = (
    "nl", "en", "de", "tr", "ar", "uk", "pl", "fr", "es", "pt", "pap", "ti", "so", "fa", "ku",
    "bg", "ro", "ru", "zh", "ber",
)  # fmt: skip
_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-./](\d{1,2})[-./](\d{4})")


def weekday_names() -> list[tuple[int, str]]:
    """Return the days of the week in the reader's language; 0 is Monday."""
    return [(n, str(format_date(date(2024, 1, 1 + n), "EEEE"))) for n in range(7)]


def language_name(code: str) -> str:
    return str(get_locale().languages.get(code, code))


class WeekdayField(SelectField):  # type: ignore[misc]
    widget = Choosing()

    def __init__(self, label: Any, *, empty: Any = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=_number, choices=[], **kwargs)
        first = [] if empty is None else [SelectChoice("", empty)]
        self.choices = [*first, *(SelectChoice(str(n), name) for n, name in weekday_names())]

    def pre_validate(self, form: Any) -> None:
        known = {str(choice.value) for choice in self.choices or ()}
        if ("" if self.data is None else str(self.data)) not in known:
            raise ValidationError(self.gettext("Not a valid choice."))


class WeekdaysField(SelectMultipleField):  # type: ignore[misc]
    """Days of the week, shown as tick boxes; `data` is a list of them."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, coerce=int, choices=[], **kwargs)
        self.choices = [SelectChoice(str(n), name) for n, name in weekday_names()]

    def pre_validate(self, form: Any) -> None:
        if not set(self.data or ()) <= set(range(7)):
            raise ValidationError(self.gettext("Not a valid choice."))


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


class SpokenField(ChosenField):
    """A choice of one of the languages that are spoken somewhere, or of none."""

    def __init__(self, label: Any, *, empty: Any, **kwargs: Any) -> None:
        names = sorted((language_name(code), code) for code in SPOKEN)
        choices = [SelectChoice("", empty), *(SelectChoice(code, name) for name, code in names)]
        super().__init__(label, choices=choices, **kwargs)


class MomentField(DateTimeLocalField):  # type: ignore[misc]
    """A day and a time by the clock on the wall; `data` is that instant."""

    data: datetime | None

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(map(str, self.raw_data))
        return clock.to_wall(self.data).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        try:
            self.data = clock.from_wall(self.data) if self.data else None
        except clock.SkippedHour as skipped:
            self.data = None
            raise ValueError(gettext(skipped.message)) from None


class PriceField(StringField):  # type: ignore[misc]
    """Euros with a comma or a point; `data` is whole cents."""

    data: int | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data // 100},{self.data % 100:02}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = "".join(valuelist).replace("€", "").strip()
        found = re.fullmatch(r"(\d{1,4})(?:[.,](\d{1,2}|-))?", typed)
        if typed and found is None:
            self.data = None
            raise ValueError(gettext("Write an amount such as 2,50, or leave it empty."))
        cents = (found[2] or "0").replace("-", "0").ljust(2, "0") if found else "0"
        self.data = int(found[1]) * 100 + int(cents) if found else 0


class DaysField(TextAreaField):  # type: ignore[misc]
    """Several dates, each on a line or behind a comma; `data` is a set of them."""

    data: frozenset[date]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(day.strftime("%d-%m-%Y") for day in sorted(self.data or ()))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = frozenset()
        words = re.split(r"[\s,;]+", "".join(valuelist).strip())
        self.data = frozenset(_day(word) for word in words if word)


def _day(word: str) -> date:
    found = _DAY.fullmatch(word)
    try:
        if found:
            year, month, day = (
                (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
            )
            return date(int(year), int(month), int(day))
    except ValueError:
        pass
    raise ValueError(
        gettext("Write each date like 25-12-2031; “%(word)s” is none.", word=word[:20])
    )


class SaidField(ChosenField):
    """A choice between the members of an enumeration; the first one says nothing."""

    def __init__(self, label: Any, kind: type[Labelled], **kwargs: Any) -> None:
        choices = [SelectChoice(one.value, lazy_gettext(one.label)) for one in kind]
        super().__init__(label, choices=choices, coerce=kind, **kwargs)


class LanguagesField(SelectMultipleField):  # type: ignore[misc]
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=[], **kwargs)
        self.choices = [SelectChoice(code, language_name(code)) for code in SPOKEN]

    def pre_validate(self, form: Any) -> None:
        if not set(self.data or ()) <= set(SPOKEN):
            raise ValidationError(self.gettext("Not a valid choice."))
