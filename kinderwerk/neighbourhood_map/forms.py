"""What the map can be asked for, and what is said of the ways in the neighbourhoods."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.activities.rules import OLDEST
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.periods import Period
from kinderwerk.neighbourhood_map import walking
from kinderwerk.neighbourhood_map.colouring import Colouring
from kinderwerk.neighbourhood_map.walking import MOST_METRES, Wish
from kinderwerk.web.form import EnumField, Form, RowField, RowsField, Text, Whole
from kinderwerk.web.pages import why_not
from kinderwerk.web.periods import in_words

BACK = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see; no goal, no age: all of them."""

    period: Period
    goal_id: UUID | None
    age: int | None
    colouring: Colouring

    @property
    def address(self) -> dict[str, Any]:
        """The same as the address says it."""
        return {
            "period": self.period, "goal": self.goal_id, "age": self.age,
            "colouring": None if self.colouring is Colouring.REACH else self.colouring.value,
        }  # fmt: skip


class ChoiceForm(Form):
    class Meta:
        csrf = False

    period = SelectField(_("Which period?"), validate_choice=False)
    goal = RowField(_("For which goal?"), [Optional()], empty=_("All goals"))
    age = Whole(_("For which age?"), [Optional(), NumberRange(0, OLDEST)])
    colouring = EnumField(_("What do the colours tell?"), Colouring, validate_choice=False)

    def offer(self, goals: Iterable[tuple[UUID, str]]) -> None:
        """Offer this quarter and the four before it, and the half-years and years they make."""
        quarter, half, year = Period.holding(clock.today())
        offered = [quarter]
        for _step in range(BACK):
            offered.append(offered[-1].previous)
        offered += [half, half.previous, year, year.previous]
        self.period.choices = [SelectChoice(str(one), in_words(one)) for one in offered]
        self.goal.offer(goals)

    def asked(self) -> Asked:
        """Return what is asked; what makes no sense is not asked."""
        self.validate()
        known = {field.short_name: field.data for field in self if not field.errors}
        offered = {str(choice.value) for choice in self.period.choices}
        written = known.get("period")
        return Asked(
            Period.read(written) if written in offered else Period.holding(clock.today())[0],
            known.get("goal"), known.get("age"), known.get("colouring") or Colouring.REACH,
        )  # fmt: skip


class DistanceForm(Form):
    metres = Whole(
        _("How many metres does a child walk?"), [InputRequired(), NumberRange(50, MOST_METRES)]
    )


class CentreForm(Form):
    neighbourhood = RowField(_("Which neighbourhood?"), [InputRequired()])
    place = StringField(_("Where do most people live?"), [Optional(), Length(max=60)])

    def validate_place(self, field: StringField) -> None:
        if field.data:
            _read(walking.place, field.data)

    @property
    def point(self) -> walking.Place | None:
        return walking.place(self.place.data) if self.place.data else None


class BarrierForm(Form):
    name = Text(_("What is it?"), [InputRequired(), Length(max=80)])
    line = TextAreaField(_("Where does it run?"), [InputRequired(), Length(max=20_000)])
    detour = Whole(_("How many metres of detour?"), [Optional(), NumberRange(0, MOST_METRES)])

    def validate_line(self, field: TextAreaField) -> None:
        if field.data:
            _read(walking.line, field.data)

    def wish(self) -> Wish:
        return Wish(
            name=self.name.data or "", line=walking.line(self.line.data or ""),
            detour=self.detour.data,
        )  # fmt: skip


class RemovalForm(Form):
    barriers = RowsField(_("Which of them are no longer there?"), [InputRequired()])


def _read(reads: Any, text: str) -> None:
    try:
        reads(text)
    except Refusal as refusal:
        raise ValidationError(why_not(refusal)) from None
