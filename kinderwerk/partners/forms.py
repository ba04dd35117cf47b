"""Forms of the directory."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    SelectField,
    SelectMultipleField,
    URLField,
    widgets,
)
from wtforms.fields import SelectChoice
from wtforms.validators import URL, Email, InputRequired, Length, NumberRange, Optional

from kinderwerk.accounts.rules import Country
from kinderwerk.core.words import LANGUAGES, Labelled
from kinderwerk.partners.queries import Filters
from kinderwerk.partners.rules import (
    ContactWish,
    HelpSystem,
    PartnerType,
    PartnerWish,
    there_in,
)
from kinderwerk.web.form import (
    Address,
    ChosenField,
    DegreesField,
    EnumField,
    Form,
    LongText,
    Phone,
    RowField,
    Text,
    VersionField,
    Whole,
)

#: The oldest whom a partner can name; nobody means more than "everybody" by it.
OLDEST = 120


class OptionalEnumField(SelectField):  # type: ignore[misc]
    """A choice between the members of an enumeration, or none of them."""

    def __init__(self, label: Any, kind: type[Labelled], empty: Any, **kwargs: Any) -> None:
        members = [SelectChoice(one.value, _(one.label)) for one in kind]
        super().__init__(
            label,
            [Optional()],
            choices=[SelectChoice("", empty), *members],
            coerce=lambda value: kind(value) if value else None,
            **kwargs,
        )


class TonguesField(SelectMultipleField):  # type: ignore[misc]
    """Languages as tick boxes, each by its own name; `data` is a list of codes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        choices = [SelectChoice(code, name) for code, name in LANGUAGES.items()]
        super().__init__(label, choices=choices, **kwargs)


class PartnerForm(Form):
    name = Text(_("What is it called?"), [InputRequired(), Length(max=160)])
    kind = EnumField(_("What kind of partner is it?"), PartnerType)
    help_system = OptionalEnumField(_("Help system"), HelpSystem, _("As usual for this kind"))
    contact_name = Text(_("Whom do you ask for?"), [Optional(), Length(max=120)])
    phone = Phone(_("Telephone"), [Optional()])
    email = Address(_("E-mail address"), [Optional(), Email(), Length(max=254)])
    website = URLField(_("Website"), [Optional(), URL(), Length(max=200)])
    how_to_reach = LongText(_("How do you get in?"), [Optional(), Length(max=1000)])
    address = Text(_("Street, number and town"), [Optional(), Length(max=200)])
    latitude = DegreesField(_("Latitude"), [Optional()])
    longitude = DegreesField(_("Longitude"), [Optional()])
    neighbourhood_id = RowField(_("Neighbourhood"), [Optional()], empty=_("Not known"))
    works_in = Text(_("For which area does it work?"), [Optional(), Length(max=160)])
    age_from = Whole(_("From what age?"), [Optional(), NumberRange(0, OLDEST)])
    age_to = Whole(_("Up to what age?"), [Optional(), NumberRange(0, OLDEST)])
    waiting_weeks = Whole(_("How long do people wait?"), [Optional(), NumberRange(0, 520)])
    checked_on = DateField(_("When did somebody last ask?"), [Optional()])
    languages = TonguesField(_("Which languages do they speak there?"))
    agreed_from = DateField(_("From which day does the agreement hold?"), [Optional()])
    agreed_until = DateField(_("Until which day?"), [Optional()])
    agreement = Text(_("Where is the agreement kept?"), [Optional(), Length(max=200)])
    version = VersionField()

    def offer_kinds(self, country: Country, held: PartnerType | None = None) -> None:
        """Offer the kinds that there are in this country, and the one that it has."""
        here = {*there_in(country), held}
        self.kind.choices = [
            SelectChoice(one.value, _(one.label)) for one in PartnerType if one in here
        ]

    def wish(self) -> PartnerWish:
        said = {name: self[name].data for name in PartnerWish.__slots__}
        texts = (
            "contact_name", "phone", "email", "website", "how_to_reach", "address", "works_in",
            "agreement",
        )  # fmt: skip
        told = said | {name: said[name] or "" for name in texts}
        return PartnerWish(**told | {"languages": tuple(self.languages.data or ())})


class ContactForm(Form):
    name = Text(_("Name"), [InputRequired(), Length(max=120)])
    role = Text(_("What do you ask them for?"), [Optional(), Length(max=120)])
    phone = Phone(_("Telephone"), [Optional()])
    email = Address(_("E-mail address"), [Optional(), Email(), Length(max=254)])

    def wish(self) -> ContactWish:
        return ContactWish(
            name=self.name.data, role=self.role.data or "", phone=self.phone.data or "",
            email=self.email.data or "",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice that holds now, and the address of the list without it."""

    label: str
    url: str


class FilterForm(Form):
    class Meta:
        csrf = False

    kind = OptionalEnumField(_("Kind"), PartnerType, _("All kinds"))
    help_system = OptionalEnumField(_("Help system"), HelpSystem, _("All help systems"))
    neighbourhood_id = RowField(_("Neighbourhood"), [Optional()], empty=_("Everywhere"))
    age = Whole(_("For what age?"), [Optional(), NumberRange(0, OLDEST)])
    language = ChosenField(
        _("Which language is spoken there?"),
        choices=[
            SelectChoice("", _("Any language")),
            *(SelectChoice(code, name) for code, name in LANGUAGES.items()),
        ],
    )
    q = Text(_("Search"), [Optional(), Length(max=80)])

    retired = BooleanField(_("Partners no longer used"))

    def filters(self) -> Filters:
        """Return what was chosen; what makes no sense counts as not chosen."""
        self.validate()
        said = {field.name: None if field.errors else field.data for field in self}
        return Filters(
            kind=said["kind"], help_system=said["help_system"], age=said["age"],
            neighbourhood_id=said["neighbourhood_id"], text=said["q"] or "",
            language=said["language"] or "",
            retired=bool(said["retired"]),
        )  # fmt: skip

    def chips(self) -> list[Chip]:
        """Return the choices that hold, each with the address of the list without it."""
        return [
            Chip(_said(field), self.address(without=field.name))
            for field in self
            if field.name in self.held and field.name != "retired"
        ]

    def address(self, number: int = 1, without: str = "") -> str:
        """Return the address of a page of this list."""
        held: dict[str, Any] = {key: value for key, value in self.held.items() if key != without}
        return url_for("partners.index", **held, page=number if number > 1 else None)

    @property
    def opened(self) -> bool:
        """Tell whether one of the choices further down holds."""
        return not self.held.keys().isdisjoint(("kind", "neighbourhood_id", "age", "language"))

    @property
    def held(self) -> dict[str, str]:
        told = {field.name: field.data for field in self if not field.errors}
        return {
            name: "1" if value is True else str(value)
            for name, value in told.items()
            if value or (value == 0 and name == "age")
        }


def _said(field: Any) -> str:
    """Say a choice that holds in words."""
    if field.name == "age":
        return str(gettext("%(age)s years", age=field.data))
    choices = getattr(field, "choices", None) or ()
    labels = {str(choice.value): str(choice.label) for choice in choices}
    return labels.get(str(field.data), str(field.data))
