"""Forms for goals, themes, policy goals and grants."""

from collections.abc import Iterable
from typing import Any, Final, Self

from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, DateField, HiddenField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.core.errors import Stale
from kinderwerk.core.words import Translated
from kinderwerk.goals.models import Goal
from kinderwerk.goals.rules import (
    MOST,
    GoalWish,
    GrantWish,
    IndicatorKind,
    IndicatorWish,
    PolicyGoalWish,
    ThemeCode,
    ThemeWish,
)
from kinderwerk.web.form import (
    EnumField,
    Form,
    LongText,
    RowField,
    RowsField,
    Text,
    VersionField,
    Whole,
)

#: How many indicators a goal has at most; each needs somebody to measure it.
INDICATORS: Final = (1, 2, 3, 4)


def whole_number(label: Any) -> Whole:
    return Whole(label, [Optional(), NumberRange(0, MOST)])


class GoalForm(Form):
    theme = RadioField(_("Theme"), [InputRequired()], coerce=str)
    title = Text(_("What do we want to reach?"), [InputRequired(), Length(max=120)])
    description = LongText(_("Why, and for whom?"), [Optional(), Length(max=2000)])
    begins_on = DateField(_("First day"), [InputRequired()])
    ends_on = DateField(_("Last day"), [InputRequired()])
    target_children = whole_number(_("How many different children?"))
    target_visits = whole_number(_("How many visits altogether?"))
    areas = RowsField(_("In which neighbourhoods?"))
    policy_goal_id = RowField(_("Policy goal of the municipality"), empty=_("None"))
    grant_id = RowField(_("Grant"), empty=_("None"))
    version = VersionField()

    @classmethod
    def showing(cls, goal: Goal) -> Self:
        """Return the form filled in with a goal, unless something was sent."""
        told: dict[str, Any] = {
            "theme": goal.theme.code.value,
            "areas": [area.neighbourhood_id for area in goal.areas],
        }
        for number, indicator in zip(INDICATORS, goal.indicators, strict=False):
            told |= {f"indicator_{number}": indicator.text, f"kind_{number}": indicator.kind}
        return cls(obj=GoalShown(goal, told))

    def offer_themes(self, themes: Iterable[tuple[str, str]]) -> None:
        self.theme.choices = [SelectChoice(code, label) for code, label in themes]

    @override
    def compare(self, stale: Stale) -> None:
        """Say what the other person wrote, with each indicator in its own place."""
        told: Any = stale.theirs.pop("indicators")
        for number, (text, kind) in zip(INDICATORS, self.indicators, strict=True):
            stands = told[number - 1] if number <= len(told) else ("", kind.data)
            stale.theirs |= dict(zip((text.name, kind.name), stands, strict=True))
        super().compare(stale)

    @property
    def indicators(self) -> list[tuple[Any, Any]]:
        return [(self[f"indicator_{n}"], self[f"kind_{n}"]) for n in INDICATORS]

    def wish(self) -> GoalWish:
        return GoalWish(
            theme=ThemeCode(self.theme.data),
            title=self.title.data,
            description=self.description.data or "",
            begins_on=self.begins_on.data,
            ends_on=self.ends_on.data,
            target_visits=self.target_visits.data,
            target_children=self.target_children.data,
            policy_goal_id=self.policy_goal_id.data,
            grant_id=self.grant_id.data,
            areas=tuple(dict.fromkeys(self.areas.data or ())),
            indicators=tuple(
                IndicatorWish(text=text.data, kind=kind.data)
                for text, kind in self.indicators
                if text.data
            ),
        )


for n in INDICATORS:
    setattr(
        GoalForm, f"indicator_{n}",
        Text(_("How do we see it? (%(number)d)", number=n), [Optional(), Length(max=200)]),
    )  # fmt: skip
    setattr(
        GoalForm, f"kind_{n}",
        EnumField(_("What kind of sign is that? (%(number)d)", number=n), IndicatorKind,
                  default=IndicatorKind.GOAL_REACHED),
    )  # fmt: skip


class GoalShown:
    """A goal as its form asks for it: what the form calls otherwise comes from `told`."""

    def __init__(self, goal: Goal, told: dict[str, Any]) -> None:
        names = (
            "title", "description", "begins_on", "ends_on", "target_children", "target_visits",
            "policy_goal_id", "grant_id", "version",
        )  # fmt: skip
        self.__dict__.update({name: getattr(goal, name) for name in names} | told)


class ThemeForm(Form):
    code = HiddenField()
    nl = Text(_("In Dutch"), [InputRequired(), Length(max=80)])
    en = Text(_("In English"), [Optional(), Length(max=80)])
    de = Text(_("In German"), [Optional(), Length(max=80)])
    archived = BooleanField(_("We no longer choose this theme"))

    def wish(self) -> ThemeWish:
        said = {"nl": self.nl.data, "en": self.en.data, "de": self.de.data}
        label: Translated = {language: text for language, text in said.items() if text}
        return ThemeWish(code=ThemeCode(self.code.data), label=label, archived=self.archived.data)


class PolicyGoalForm(Form):
    reference = Text(_("Reference of the municipality"), [InputRequired(), Length(max=40)])
    title = Text(_("What does the municipality want?"), [InputRequired(), Length(max=200)])
    begins_on = DateField(_("First day"), [InputRequired()])
    ends_on = DateField(_("Last day"), [InputRequired()])
    version = VersionField()

    def wish(self) -> PolicyGoalWish:
        return PolicyGoalWish(**{name: self[name].data for name in PolicyGoalWish.__slots__})


class GrantForm(Form):
    reference = Text(_("Reference of the grant"), [InputRequired(), Length(max=40)])
    begins_on = DateField(_("First day"), [InputRequired()])
    ends_on = DateField(_("Last day"), [InputRequired()])
    agreed_hours = whole_number(_("Agreed hours"))
    agreed_activities = whole_number(_("Agreed number of activities"))
    agreed_children = whole_number(_("Agreed number of different children"))
    version = VersionField()

    def wish(self) -> GrantWish:
        return GrantWish(**{name: self[name].data for name in GrantWish.__slots__})
