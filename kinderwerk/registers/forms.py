"""Forms of the register: a button says what happens to whom, so that one tap is enough."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.activities.rules import AgeBand
from kinderwerk.registers.queries import Totals
from kinderwerk.registers.rules import (
    LONGEST_NAME,
    LONGEST_REASON,
    MOST,
    MOST_IN_A_CROWD,
    Box,
    Crowd,
    Gender,
    Known,
    Leaving,
    Number,
    Presence,
)
from kinderwerk.web.form import Form, Text, VersionField, Whole

CLEAR = "clear"
STEPS: Final = {"more": 1, "less": -1}
#: Instead of with whom it went: it did not go after all.
BACK = "back"


class ButtonField(Field):  # type: ignore[misc]
    """The value of the button that was pressed, words with colons between them, as `read`."""

    data: Any = None

    def __init__(self, label: Any, read: Callable[..., Any], **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.read = read

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = self.read(*valuelist[0].split(":")) if valuelist else None
        except (TypeError, ValueError, LookupError):
            self.data = None

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            raise ValidationError(gettext("We do not know that button. Try it again."))


def _mark(child_id: str, state: str) -> dict[UUID, Presence | None]:
    return {UUID(child_id): None if state == CLEAR else Presence(state)}


def _count(band: str, known: str, step: str, gender: str = "unasked") -> tuple[Box, int]:
    return Box(AgeBand(band), Known(known), Gender(gender)), STEPS[step]


def _leave(child_id: str, *who: str) -> tuple[UUID, Leaving | None]:
    """Read a child and with whom it goes: a name, in which there may be colons; none: alone."""
    return UUID(child_id), None if who == (BACK,) else Leaving(who=":".join(who))


class MarkForm(Form):
    mark = ButtonField(_("Child"), _mark)

    @property
    def children(self) -> list[UUID]:
        return list(self.mark.data or ())


class LeaveForm(Form):
    left = ButtonField(_("Child"), _leave)

    @property
    def children(self) -> list[UUID]:
        return [self.left.data[0]] if self.left.data else []


class SomebodyElseForm(Form):
    """Somebody fetches a child whom the family did not name."""

    who = Text(_("Who picks the child up?"), [InputRequired(), Length(max=LONGEST_NAME)])
    why = Text(_("Why is that all right?"), [InputRequired(), Length(max=LONGEST_REASON)])

    def leaving(self) -> Leaving:
        return Leaving(who=self.who.data, why=self.why.data)


class CountingForm(Form):
    asked = BooleanField(_("We count girls and boys apart"))


@dataclass(frozen=True, slots=True)
class Tap:
    """One more or one fewer, as its button says it."""

    box: Box
    by: int

    @classmethod
    def read(cls, said: str) -> "Tap | None":
        try:
            return cls(*_count(*said.split(":")))
        except (TypeError, ValueError, LookupError):
            return None

    @property
    def back(self) -> str:
        """The button that takes it back."""
        return Tap(self.box, -self.by).said

    @property
    def said(self) -> str:
        way = next(way for way, by in STEPS.items() if by == self.by)
        return ":".join((self.box.band, self.box.known, way, self.box.gender))


class RestForm(Form):
    rest = ButtonField(_("The others"), Presence)


class CountForm(Form):
    count = ButtonField(_("Number"), _count)

    @property
    def tap(self) -> Tap | None:
        """What this tap changed, if it changed anything."""
        return Tap(self.count.data[0], self.outcome) if self.outcome else None

    @property
    def boxes(self) -> list[Box]:
        return [self.count.data[0]] if self.count.data else []


class NumbersForm(Form):
    """All numbers at once, each beside what stood there when the page was made."""

    boxes: tuple[Box, ...] = ()

    @classmethod
    def of(cls, boxes: Mapping[Box, int], labels: Mapping[Box, Any], **given: Any) -> "NumbersForm":
        """Return a form with a field for each label, holding what was counted so far."""
        fields: dict[str, Any] = {"boxes": tuple(labels)}
        for box, label in labels.items():
            n = boxes.get(box, 0)
            fields[_name(box)] = Whole(label, [Optional(), NumberRange(0, MOST)], default=n)
            fields[_name(box, "seen")] = VersionField(default=n)
        made: NumbersForm = type("NumbersForm", (cls,), fields)(**given)
        return made

    @property
    def typed(self) -> dict[Box, Number]:
        return {
            box: Number(self[_name(box, "seen")].data or 0, self[_name(box)].data)
            for box in self.boxes
            if self[_name(box)].data is not None
        }


def _name(box: Box, part: str = "n") -> str:
    apart = "" if box.gender is Gender.UNASKED else f"_{box.gender.name}"
    return f"{part}_{box.band.name}_{box.known.name}{apart}".lower()


class CrowdForm(Form):
    """What is not counted one by one, beside what stood there when the page was made."""

    estimated = Whole(_("About how many more came?"), [Optional(), NumberRange(0, MOST_IN_A_CROWD)])
    contacts = Whole(
        _("With how many did you talk?"), [Optional(), NumberRange(0, MOST_IN_A_CROWD)]
    )
    was_estimated = VersionField()
    was_contacts = VersionField()

    @classmethod
    def of(cls, totals: Totals, **given: Any) -> Self:
        now = {"estimated": totals.estimated, "contacts": totals.contacts}
        return cls(data=now | {f"was_{name}": n for name, n in now.items()}, **given)

    def crowd(self) -> Crowd:
        return Crowd(
            Number(self.was_estimated.data or 0, self.estimated.data or 0),
            Number(self.was_contacts.data or 0, self.contacts.data or 0),
        )


class SearchForm(Form):
    name = Text(_("Name of the child"), [InputRequired(), Length(max=80)])


class PlainForm(Form):
    """A button with nothing to fill in."""
