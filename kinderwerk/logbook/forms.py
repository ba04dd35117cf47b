"""The screen of a log: as many fields as the session has goals, numbers and people."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Self, cast
from uuid import UUID

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from typing_extensions import override
from wtforms import DateField, HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.logbook.queries import Sheet
from kinderwerk.logbook.rules import (
    DAY,
    LONGEST_DAY,
    LONGEST_STORY,
    QUARTER,
    ChildrenOn,
    HourKind,
    Hours,
    Log,
    LogPhoto,
    Seen,
    Spent,
)
from kinderwerk.registers.rules import (
    LONGEST_NOTE,
    MOST,
    MOST_IN_A_CROWD,
    Box,
    Crowd,
    Gender,
    Number,
)
from kinderwerk.web.form import EnumRadioField, Form, LongText, OnceField, Text, VersionField, Whole

#: Beside the boxes, where nobody can count everybody.
CROWD: Final = ("estimated", "contacts")


class SeenField(EnumRadioField):
    """An answer that nobody needs to give."""

    @override
    def pre_validate(self, form: Any) -> None:
        if self.data is not None:
            super().pre_validate(form)


class LogForm(Form):
    """Each number and answer stands beside what was there when the page was made: `was_…`."""

    sheet: Sheet
    goals: Mapping[str, UUID]
    boxes: Mapping[str, Box]
    hours: Mapping[str, Spent]

    note = LongText(
        _("How was it, in one sentence?"), [Length(max=LONGEST_NOTE)], render_kw={"rows": 2}
    )
    story = LongText(_("A story worth telling"), [Length(max=LONGEST_STORY)])
    page = OnceField()
    version = VersionField()

    @classmethod
    def of(cls, sheet: Sheet, **given: Any) -> Self:
        """Return the form of one session, holding what was written so far."""
        boxes = sheet.all_boxes if sheet.counts else ()
        fields: dict[str, Any] = {
            "sheet": sheet,
            "goals": {f"goal_{n}": goal_id for n, goal_id in enumerate(sheet.goals)},
            "boxes": {_name(box): box for box in boxes},
            "hours": {f"h_{one.user_id.hex}_{one.kind.value}": one for one in sheet.minutes},
        }
        for name, goal_id in fields["goals"].items():
            answer = sheet.seen.get(goal_id)
            fields[name] = SeenField(sheet.goals[goal_id], kind=Seen, default=answer)
            fields[f"was_{name}"] = HiddenField(default=answer.value if answer else "")
        for name, box in fields["boxes"].items():
            fields |= _numbers(name, labelled(box), sheet.boxes.get(box, 0), MOST)
        if sheet.crowded:
            fields |= _numbers(
                "estimated", gettext("About how many more came?"), sheet.totals.estimated,
                MOST_IN_A_CROWD,
            )  # fmt: skip
            fields |= _numbers(
                "contacts", gettext("With how many did you talk?"), sheet.totals.contacts,
                MOST_IN_A_CROWD,
            )  # fmt: skip
        for name, spent in fields["hours"].items():
            label = gettext(spent.kind.label)
            fields |= _numbers(name, label, sheet.minutes[spent], DAY)
        return cast(Self, type("LogForm", (cls,), fields)(**cls._written(sheet), **given))

    @staticmethod
    def _written(sheet: Sheet) -> dict[str, Any]:
        return {
            "note": sheet.register.note if sheet.register else "",
            "version": sheet.register.version if sheet.register else 1,
            "story": sheet.log.story if sheet.log else "",
        }

    def wish(self, *, finished: bool) -> Log:
        return Log(
            page=self.page.data, version=self.version.data or 0, note=self.note.data or "",
            story=self.story.data or "", finished=finished,
            seen={
                goal_id: self[name].data
                for name, goal_id in self.goals.items()
                if self[name].data and self[name].data != self[f"was_{name}"].data
            },
            boxes={
                box: self._number(name)
                for name, box in self.boxes.items()
                if self[name].data is not None
            },
            minutes={
                spent: self[name].data
                for name, spent in self.hours.items()
                if self[name].data is not None and (finished or self._changed(name))
            },
            crowd=Crowd(*map(self._number, CROWD)) if self.sheet.crowded else None,
        )  # fmt: skip

    def _number(self, name: str) -> Number:
        return Number(self[f"was_{name}"].data or 0, self[name].data or 0)

    def _changed(self, name: str) -> bool:
        return bool(self[name].data != self[f"was_{name}"].data)

    def bands(self) -> Iterator[tuple[Any, list[Any]]]:
        """Yield each age with its number fields."""
        for band in dict.fromkeys(box.band for box in self.boxes.values()):
            yield band, [self[name] for name, box in self.boxes.items() if box.band is band]

    def of_person(self, user_id: UUID) -> list[Any]:
        return [self[name] for name, spent in self.hours.items() if spent.user_id == user_id]

    def befores(self) -> list[Any]:
        """Return the hidden fields that say what stands there now."""
        crowd = CROWD if self.sheet.crowded else ()
        return [self[f"was_{name}"] for name in (*self.goals, *self.boxes, *crowd, *self.hours)]


def _numbers(name: str, label: str, n: int, most: int) -> dict[str, Any]:
    pad = {"inputmode": "numeric"}
    return {
        name: Whole(label, [Optional(), NumberRange(0, most)], default=n, render_kw=pad),
        f"was_{name}": VersionField(default=n),
    }


def _name(box: Box) -> str:
    apart = "" if box.gender is Gender.UNASKED else f"_{box.gender.name}"
    return f"n_{box.band.name}_{box.known.name}{apart}".lower()


def labelled(box: Box) -> str:
    """Say within its age what a number is about."""
    parts = [gettext(box.known.label)]
    if box.gender is not Gender.UNASKED:
        parts.append(gettext(box.gender.label).lower())
    return ", ".join(parts)


def lasting(minutes: int) -> str:
    """Say how long in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [ngettext("%(num)d hour", "%(num)d hours", hours)] if hours else []
    if rest or not hours:
        parts.append(gettext("%(n)d min", n=rest))
    return " ".join(parts)


class PhotoForm(Form):
    picture = FileField(_("Photo"), render_kw={"accept": "image/*"})
    alt = Text(_("What can be seen on it?"), [InputRequired(), Length(max=300)])
    seen = EnumRadioField(_("Is there a child on it?"), ChildrenOn)

    def wish(self) -> LogPhoto:
        sent = self.picture.data
        return LogPhoto(
            content=sent.read() if sent else b"", alt=self.alt.data, seen=self.seen.data
        )


class HoursForm(Form):
    """How long in all on a day; nothing takes it away again."""

    day = DateField(_("Which day?"), [InputRequired()])
    kind = EnumRadioField(_("What did you do?"), HourKind)
    minutes = SelectField(_("How long in all on that day?"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quarters = range(QUARTER, LONGEST_DAY + 1, QUARTER)
        self.minutes.choices = [
            *(SelectChoice(n, lasting(n)) for n in quarters), SelectChoice(0, gettext("Nothing")),
        ]  # fmt: skip

    def wish(self) -> Hours:
        return Hours(day=self.day.data, kind=self.kind.data, minutes=self.minutes.data)


class PlainForm(Form):
    """A button with nothing to fill in."""
