"""The form of a plan, and what the list can be searched by."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from typing_extensions import override
from wtforms import (
    BooleanField,
    SelectField,
    SelectMultipleField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.activities.changing import DateChange, Reach
from kinderwerk.activities.fields import (
    DaysField,
    LanguagesField,
    MomentField,
    PriceField,
    SaidField,
    SpokenField,
    WeekdayField,
)
from kinderwerk.activities.guide import GUIDE, LATEST, GoingHome, Rain
from kinderwerk.activities.method import LONGEST_NAME, METHOD, Method, Prevention, Recognised
from kinderwerk.activities.models import Activity
from kinderwerk.activities.placing import MOST_EXTRA
from kinderwerk.activities.programme import Wish
from kinderwerk.activities.queries import Search
from kinderwerk.activities.repeating import Repeats, next_year
from kinderwerk.activities.rhythm import RhythmForm, as_fields
from kinderwerk.activities.rules import (
    HABITS,
    OLDEST,
    ByDraw,
    Drawing,
    Format,
    PhotoWish,
    Plan,
    RegisterMode,
    Seen,
    SignupKind,
    State,
    Wording,
)
from kinderwerk.core.errors import Stale
from kinderwerk.core.words import TRANSLATED, Labelled
from kinderwerk.goals.rules import ThemeCode
from kinderwerk.web.form import (
    ChosenField,
    EnumField,
    EnumRadioField,
    Form,
    LongText,
    RowField,
    RowsField,
    Text,
    VersionField,
    Whole,
)
from kinderwerk.web.pages import wall

WEDNESDAY: Final = 2
YEAR: Final = 12
#: What a draw begins with, where somebody asks for one.
DRAWN: Final = {"near": 1, "new": 1, "unlucky": 1, "months": YEAR}


class PlanForm(RhythmForm):
    format = EnumField(_("Kind of activity"), Format)
    title = Text(_("What is it called?"), [InputRequired(), Length(max=120)])
    summary = Text(_("In one sentence"), [Optional(), Length(max=300)])
    description = LongText(_("What are you going to do?"), [Optional(), Length(max=4000)])
    drawing = EnumField(_("Picture"), Drawing)
    goal_id = RowField(
        _("Which goal does it serve most?"), [InputRequired()], empty=_("Choose a goal")
    )
    why = Text(_("Why does this activity serve that goal?"), [InputRequired(), Length(max=300)])
    second_goal_id = RowField(_("Second goal"), empty=_("None"))
    third_goal_id = RowField(_("Third goal"), empty=_("None"))
    age_from = Whole(_("From age"), [InputRequired(), NumberRange(0, OLDEST)])
    age_to = Whole(_("Up to and including age"), [InputRequired(), NumberRange(0, OLDEST)])
    capacity = Whole(_("How many places?"), [Optional(), NumberRange(1, 10_000)])
    by_draw = BooleanField(_("Draw who gets a place"))
    draw_closes_at = MomentField(_("Until when do you collect names?"), [Optional()])
    reserved = Whole(_("Places kept apart from the draw"), [Optional(), NumberRange(0, 10_000)])
    near = Whole(_("Lives in the neighbourhood"), [Optional(), NumberRange(0, MOST_EXTRA)])
    new = Whole(_("Never had a place"), [Optional(), NumberRange(0, MOST_EXTRA)])
    unlucky = Whole(_("Was not drawn before"), [Optional(), NumberRange(0, MOST_EXTRA)])
    months = Whole(_("How many months do we remember that?"), [Optional(), NumberRange(1, 60)])
    signup = EnumRadioField(_("Do children sign up?"), SignupKind)
    register = EnumField(_("How do you keep the register?"), RegisterMode)
    signup_opens_at = MomentField(_("From when can they sign up?"), [Optional()])
    signup_closes_at = MomentField(_("Until when can they sign up?"), [Optional()])
    only_for = RowsField(_("Only for children of these neighbourhoods"))
    venue_id = RowField(_("Where?"), empty=_("No fixed place"))
    staff_ids = RowsField(_("Who runs it?"))
    partner_ids = RowsField(_("Which partners take part?"))
    prevention = SaidField(_("For which children is it meant?"), Prevention)
    intervention = Text(_("By which method?"), [Optional(), Length(max=LONGEST_NAME)])
    recognised = SaidField(_("Is that method recognised?"), Recognised)
    price = PriceField(_("What does it cost per child?"), [Optional()])
    discount = BooleanField(_("Families with little money pay less or nothing"))
    bring = Text(_("What do children bring?"), [Optional(), Length(max=300)])
    languages = LanguagesField(_("Which languages do you speak there?"))
    way_there = Text(_("How do people find it?"), [Optional(), Length(max=300)])
    going_home = SaidField(_("How do children go home?"), GoingHome)
    late_minutes = Whole(
        _("How many minutes do you wait for parents?"), [Optional(), NumberRange(0, LATEST)]
    )
    in_rain = SaidField(_("What happens in the rain?"), Rain)
    quiet_place = BooleanField(_("There is a quiet place to be alone for a while"))
    discount_how = Text(_("How do families get the discount?"), [Optional(), Length(max=200)])
    names_shown = BooleanField(_("Whoever runs it agreed that parents see their first name"))
    version = VersionField()

    @override
    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        if self.by_draw.data and not self.draw_closes_at.data and not self.draw_closes_at.errors:
            self.draw_closes_at.errors = [gettext("Until when? Then the draw is made.")]
            return False
        return right

    @property
    def drawn(self) -> ByDraw | None:
        if not self.by_draw.data or self.draw_closes_at.data is None:
            return None
        return ByDraw(
            closes_at=self.draw_closes_at.data, reserved=self.reserved.data or 0,
            near=self.near.data or 0, new=self.new.data or 0, unlucky=self.unlucky.data or 0,
            months=self.months.data or YEAR,
        )  # fmt: skip

    @property
    def by_method(self) -> Method:
        return Method(
            prevention=self.prevention.data, intervention=self.intervention.data or "",
            recognised=self.recognised.data,
        )  # fmt: skip

    def plan(self) -> Plan:
        goals = (self.goal_id.data, self.second_goal_id.data, self.third_goal_id.data)
        return Plan(
            format=self.format.data, title=self.title.data, summary=self.summary.data or "",
            description=self.description.data or "", goal_ids=tuple(filter(None, goals)),
            why=self.why.data, age_from=self.age_from.data or 0, age_to=self.age_to.data or 0,
            capacity=self.capacity.data, signup=self.signup.data, register=self.register.data,
            drawing=self.drawing.data, venue_id=self.venue_id.data,
            staff_ids=tuple(self.staff_ids.data or ()),
            partner_ids=tuple(self.partner_ids.data or ()), method=self.by_method,
            price_cents=self.price.data or 0,
            discount=self.discount.data, bring=self.bring.data or "",
            languages=tuple(self.languages.data or ()), only_for=tuple(self.only_for.data or ()),
            signup_opens_at=self.signup_opens_at.data,
            signup_closes_at=self.signup_closes_at.data, draw=self.drawn, series=self.series,
            until=self.ending, free=self.free,
            way_there=self.way_there.data or "", going_home=self.going_home.data,
            late_minutes=self.late_minutes.data, in_rain=self.in_rain.data,
            quiet_place=self.quiet_place.data, discount_how=self.discount_how.data or "",
            names_shown=self.names_shown.data,
        )  # fmt: skip

    @override
    def compare(self, stale: Stale) -> None:
        """Say what the other person wrote in the words of this form, where it differs."""
        super().compare(stale)
        plan = self.plan()
        mine = {
            name: getattr(plan if hasattr(plan, name) else plan.series, name)
            for name in stale.theirs
        }
        own = {name: self._told(name, value) for name, value in _as_fields(mine).items()}
        others = {name: self._told(name, value) for name, value in _as_fields(stale.theirs).items()}
        self.conflict = {name: text for name, text in others.items() if text != own.get(name)}

    def _told(self, name: str, value: Any) -> str:
        """Return a value of that field as people read it."""
        field = self[name]
        if isinstance(value, Labelled):
            return str(gettext(value.label))
        if isinstance(value, bool):
            return str(gettext("Yes") if value else gettext("No"))
        if isinstance(value, (date, time)):
            return _moment(value)
        if isinstance(field, PriceField):
            return f"€ {(value or 0) / 100:.2f}"
        if isinstance(field, DaysField):
            return ", ".join(day.strftime("%d-%m-%Y") for day in sorted(value or ()))
        if isinstance(field, SelectField):
            return self._choices(name, value if isinstance(field, SelectMultipleField) else [value])
        return str(value) if value not in (None, "") else gettext("Nothing")

    def _choices(self, name: str, values: Iterable[Any]) -> str:
        chosen = {"" if value is None else str(value) for value in values or ()}
        labels = [str(one.label) for one in self[name].choices or () if str(one.value) in chosen]
        return ", ".join(labels) or gettext("Nothing")


def _moment(value: date | time) -> str:
    if isinstance(value, datetime):
        return wall(value)
    return str(format_date(value, "long") if isinstance(value, date) else f"{value:%H:%M}")


def _as_fields(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands of a plan under the names of the form's fields."""
    goals = [*plan["goal_ids"], None, None, None][:3]
    fields = {name: value for name, value in plan.items() if name in PlanForm.__dict__}
    return fields | {
        "goal_id": goals[0], "second_goal_id": goals[1], "third_goal_id": goals[2],
        "price": plan["price_cents"], **as_fields(plan["rule"], plan["free"]),
        **_draw(plan["draw"]), **_method(plan["method"]),
    }  # fmt: skip


def _draw(draw: ByDraw | None) -> dict[str, Any]:
    """Return what was said about a draw under the names of the form's fields."""
    if draw is None:
        return {"by_draw": False}
    return {
        "by_draw": True, "draw_closes_at": draw.closes_at, "reserved": draw.reserved,
        "near": draw.near, "new": draw.new, "unlucky": draw.unlucky, "months": draw.months,
    }  # fmt: skip


def _method(method: Method) -> dict[str, Any]:
    return {name: getattr(method, name) for name in METHOD}


def begin(kind: Format, me: UUID | None, today: date) -> dict[str, Any]:
    """Return how the form of a new activity begins: by the habits of its kind."""
    habit = HABITS[kind]
    return {
        "format": kind, "signup": habit.signup, "register": habit.register,
        "drawing": habit.drawing, "capacity": habit.capacity, "age_from": habit.ages[0],
        "age_to": habit.ages[1], "starts": habit.starts, "ends": habit.ends,
        "repeats": Repeats.WEEKLY if habit.weekly else Repeats.ONCE, "weekday": [WEDNESDAY],
        "staff_ids": [me], "languages": ["nl"], "begins_on": today, **DRAWN,
    }  # fmt: skip


def again(activity: Activity, today: date) -> dict[str, Any]:
    """Return how a copy begins: last year's on the same days of the week of the year to come.

    Of what still goes on the last day is to be thought about. Days that somebody chose by hand are
    not taken along, and holidays are looked up anew.
    """
    days: dict[str, Any] = {"begins_on": today, "ends_on": None}
    if activity.ends_on < today:
        begins_on, ends_on = next_year(activity.begins_on, activity.ends_on, today)
        days = {"begins_on": begins_on, "ends_on": ends_on}
    return standing(activity) | days | {
        "skipped": frozenset(), "extra": frozenset(), "draw_closes_at": None,
        "signup_opens_at": None, "signup_closes_at": None,
    }  # fmt: skip


def standing(activity: Activity) -> dict[str, Any]:
    """Return what the form of an activity begins with: what it is now."""
    goals = [*activity.goals, None, None, None][:3]
    names = (
        "format", "title", "summary", "description", "drawing", "age_from", "age_to", "capacity",
        "signup", "register", "starts", "ends", "begins_on", "ends_on", "venue_id", "discount",
        "bring", "languages", "signup_opens_at", "signup_closes_at", "version", *GUIDE, *METHOD,
    )  # fmt: skip
    return DRAWN | {name: getattr(activity, name) for name in names} | {
        "goal_id": goals[0] and goals[0].goal_id, "why": goals[0].why if goals[0] else "",
        "second_goal_id": goals[1] and goals[1].goal_id,
        "third_goal_id": goals[2] and goals[2].goal_id,
        "only_for": activity.homes, "staff_ids": [one.user_id for one in activity.staff],
        "partner_ids": [one.partner_id for one in activity.partners],
        "price": activity.price_cents,
        **as_fields(activity.series.rule, activity.free),
        "skipped": activity.series.skipped, "extra": activity.series.extra,
        **_draw(activity.draw),
    }  # fmt: skip


class DatesForm(Form):
    """When and where a date is, and whether that holds for others too."""

    reach = EnumRadioField(_("Which dates?"), Reach, default=Reach.ONE)
    starts = TimeField(_("Starts at"), [InputRequired()])
    ends = TimeField(_("Ends at"), [InputRequired()])
    venue_id = RowField(_("Where?"), empty=_("Where it usually is"))
    note = Text(_("What is different?"), [Optional(), Length(max=300)])

    def change(self) -> DateChange:
        return DateChange(
            reach=self.reach.data, starts=self.starts.data, ends=self.ends.data,
            venue_id=self.venue_id.data, note=self.note.data or "",
        )  # fmt: skip


class WordsForm(Form):
    """Title and summary in each language besides Dutch; a field has its language's code."""

    version = VersionField()

    def wordings(self) -> tuple[Wording, ...]:
        told = (
            Wording(
                language=code, title=self[f"title_{code}"].data or "",
                summary=self[f"summary_{code}"].data or "",
            )
            for code in TRANSLATED
        )  # fmt: skip
        return tuple(one for one in told if one.title or one.summary)


for _code, _name in TRANSLATED.items():
    _shown = {"lang": _code, "dir": "auto"}
    setattr(
        WordsForm,
        f"title_{_code}",
        Text(
            _("Title: %(language)s", language=_name),
            [Optional(), Length(max=120)],
            render_kw=_shown,
        ),
    )
    setattr(
        WordsForm,
        f"summary_{_code}",
        Text(
            _("In one sentence: %(language)s", language=_name),
            [Optional(), Length(max=300)],
            render_kw=_shown,
        ),
    )


def worded(activity: Activity) -> dict[str, Any]:
    """Return what that form begins with."""
    held = {f"title_{one.language}": one.title for one in activity.words}
    held |= {f"summary_{one.language}": one.summary for one in activity.words}
    return held | {"version": activity.version}


class SitesForm(Form):
    """Which sites may show the programme, one on each line."""

    sites = LongText(_("Which sites may show it?"), [Optional(), Length(max=4000)])


class PhotoForm(Form):
    picture = FileField(_("Photo"), render_kw={"accept": "image/*"})
    alt = Text(_("What can be seen on it?"), [InputRequired(), Length(max=300)])
    seen = EnumRadioField(_("Are there children on it without permission?"), Seen)
    version = VersionField()

    def wish(self) -> PhotoWish:
        sent = self.picture.data
        return PhotoWish(
            content=(sent.read() or None) if sent else None, alt=self.alt.data, seen=self.seen.data
        )


class TemplateForm(Form):
    """Under which name an activity is the beginning of new ones; none: it is not."""

    template = Text(_("Under which name?"), [Optional(), Length(max=80)])


class VersionForm(Form):
    """A button that stands beside what it is about."""

    version = VersionField()


class SearchForm(Form):
    """What the list of activities is searched by; it stays in the address."""

    class Meta:
        csrf = False

    q = Text(_("Search"), [Optional(), Length(max=80)])
    state = ChosenField(
        _("State"),
        choices=[
            SelectChoice("", _("All that run")),
            *(SelectChoice(state.value, _(state.label)) for state in State),
        ],
    )
    weekday = WeekdayField(_("Weekday"), empty=_("All days"))
    venue = RowField(_("Venue"), empty=_("All venues"))
    theme = ChosenField(
        _("Theme of the goal"),
        choices=[
            SelectChoice("", _("All themes")),
            *(SelectChoice(theme.value, _(theme.label)) for theme in ThemeCode),
        ],
    )
    mine = BooleanField(_("Only mine"))

    def search(self, page: int) -> Search:
        """Return what is looked for; a choice that makes no sense is no choice."""
        self.validate()
        said = {name: field.data for name, field in self._fields.items() if not field.errors}
        return Search(
            text=said.get("q") or "", mine=bool(said.get("mine")), venue_id=said.get("venue"),
            state=State(said["state"]) if said.get("state") else None,
            theme=ThemeCode(said["theme"]) if said.get("theme") else None,
            weekday=said.get("weekday"), page=page,
        )  # fmt: skip


class WishForm(Form):
    """What a parent looks for in the programme; it stays in the address."""

    class Meta:
        csrf = False

    q = Text(_("Search"), [Optional(), Length(max=80)])
    neighbourhood = RowField(_("Neighbourhood"), [Optional()], empty=_("All neighbourhoods"))
    weekday = WeekdayField(_("Weekday"), empty=_("All days"))
    age = Whole(_("Age"), [Optional(), NumberRange(0, OLDEST)])
    theme = ChosenField(
        _("Theme"),
        choices=[
            SelectChoice("", _("All themes")),
            *(SelectChoice(code.value, _(code.label)) for code in ThemeCode),
        ],
    )
    places = BooleanField(_("Still places"))
    free = BooleanField(_("Free of charge"))
    wheelchair = BooleanField(_("By wheelchair"))
    language = SpokenField(_("Language spoken there"), empty=_("Any language"))

    def wish(self) -> Wish:
        """Return what is asked; what makes no sense is not asked."""
        self.validate()
        known = {field.short_name: field.data for field in self if not field.errors}
        return Wish(
            text=known.get("q") or "", neighbourhood_id=known.get("neighbourhood"),
            weekday=known.get("weekday"), age=known.get("age"),
            theme=ThemeCode(known["theme"]) if known.get("theme") else None,
            places=bool(known.get("places")), free=bool(known.get("free")),
            wheelchair=bool(known.get("wheelchair")), language=known.get("language") or "",
        )  # fmt: skip
